package ai.graft.finetune.report;

import ai.graft.finetune.evaluate.Evaluation;
import ai.graft.finetune.evaluate.Interval;
import ai.graft.finetune.evaluate.MaskedEvaluation;
import ai.graft.finetune.evaluate.MultiLabelEvaluation;
import ai.graft.finetune.evaluate.RegressionEvaluation;
import ai.graft.finetune.evaluate.SingleLabelEvaluation;
import ai.graft.finetune.evaluate.SpanEvaluation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A judgement of a model as one HTML file: figures with intervals, charts, tables and the worst mistakes. The file needs
 * nothing else, neither network nor scripts; light and dark follow the reader's setting. It holds texts of the data.
 */
public final class HtmlReport {
    private static final String FOOTER =
            "Intervals hold the middle 95 % of 1,000 bootstrap resamples; of shares they are Wilson's. This page quotes texts of"
                    + " the data: leave it out where the model is published and the texts are not.";

    private static final int TILES = 4;

    /** Shown on top where the headline leaves room. */
    private static final List<String> BESIDE = List.of("roc_auc", "ece", "mae");

    /** So few labels leave room for the matrix and the table side by side. */
    private static final int LABELS_BESIDE = 4;

    private HtmlReport() {}

    /**
     * Writes the report in UTF-8. Replaces an existing file.
     *
     * @throws IOException if the file cannot be written
     */
    public static void write(Path file, ReportFacts facts) throws IOException {
        Files.writeString(file, text(facts), StandardCharsets.UTF_8);
    }

    static String text(ReportFacts facts) {
        Evaluation evaluation = facts.judged().evaluation();
        String subtitle = facts.summary() + " · judged on " + Html.count(evaluation.examples())
                + (evaluation.examples() == 1 ? " text, " : " texts, ") + facts.split();
        String body = tiles(evaluation)
                + facts.history().map(CurveSection::html).orElse("")
                + kind(evaluation)
                + CalibrationSection.html(evaluation)
                + LengthSection.html(facts.judged())
                + MistakeSection.html(facts.judged())
                + metrics(evaluation)
                + tables(facts.tables());
        return HtmlPage.text(facts.title(), subtitle, body, FOOTER);
    }

    private static String tiles(Evaluation evaluation) {
        StringBuilder html = new StringBuilder("<div class=\"tiles\">\n");
        List<String> names = new ArrayList<>(evaluation.metrics().headline());
        BESIDE.stream().filter(evaluation.metricNames()::contains).forEach(names::add);
        for (String name : names.subList(0, Math.min(TILES, names.size()))) {
            Interval interval = evaluation.interval(name);
            html.append("<div class=\"tile\">")
                    .append("<span class=\"what\">" + Html.escape(Html.metricName(name)) + "</span>")
                    .append(Html.text("b", Html.number(evaluation.metric(name))))
                    .append(Html.text(
                            "span",
                            "95 % interval " + Html.number(interval.low()) + " to " + Html.number(interval.high())))
                    .append("</div>\n");
        }
        return html.append("</div>\n").toString();
    }

    private static String kind(Evaluation evaluation) {
        if (evaluation instanceof SingleLabelEvaluation single) {
            String sections = ConfusionSection.html(single.confusion()) + LabelSection.html(single);
            return single.labels().size() <= LABELS_BESIDE
                    ? "<div class=\"pair\">\n" + sections + "</div>\n"
                    : sections;
        } else if (evaluation instanceof MultiLabelEvaluation multi) {
            return LabelSection.html(multi);
        } else if (evaluation instanceof RegressionEvaluation regression) {
            return ScatterSection.html(regression);
        } else if (evaluation instanceof SpanEvaluation || evaluation instanceof MaskedEvaluation) {
            return ""; // texts have no classes and no axes
        }
        throw new AssertionError(evaluation);
    }

    private static String metrics(Evaluation evaluation) {
        List<List<String>> rows = new ArrayList<>();
        for (String name : evaluation.metricNames()) {
            Interval interval = evaluation.interval(name);
            rows.add(List.of(
                    Html.escape(Html.metricName(name)),
                    Html.number(evaluation.metric(name)),
                    Html.number(interval.low()) + " to " + Html.number(interval.high())));
        }
        return Html.section("All metrics", Html.table(List.of("metric", "value", "95 % interval"), rows));
    }

    private static String tables(List<FactTable> tables) {
        return tables.stream()
                .map(HtmlReport::facts)
                .collect(Collectors.joining("", "<div class=\"facts\">\n", "</div>\n"));
    }

    private static String facts(FactTable table) {
        StringBuilder html = new StringBuilder("<dl>\n");
        table.facts()
                .forEach((name, value) -> html.append(Html.text("dt", plain(name)))
                        .append(Html.text("dd", value))
                        .append('\n'));
        return Html.section(table.title(), html.append("</dl>\n").toString());
    }

    private static String plain(String name) {
        return name.replace('_', ' ');
    }
}
