package ai.graft.notebooks.show;

import ai.graft.finetune.evaluate.Evaluation;
import ai.graft.finetune.evaluate.JudgedTexts;
import ai.graft.finetune.evaluate.SingleLabelEvaluation;
import ai.graft.finetune.explain.Explanation;
import ai.graft.finetune.report.History;
import ai.graft.finetune.report.Html;
import ai.graft.finetune.report.ReportParts;
import ai.graft.finetune.report.SvgChart;
import ai.graft.model.task.FoundAnswer;
import ai.graft.tokenizer.Batch;
import ai.graft.tokenizer.Encoding;
import ai.graft.tokenizer.Tokenizer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Figures of what the library gives. */
public final class Figures {
    private static final int BARS = 20;

    private Figures() {}

    /** How a training went: loss, validation metrics, learning rate. */
    public static Figure curves(History history) {
        return new Figure(ReportParts.curves(history));
    }

    /** Which label was taken for which. */
    public static Figure confusion(Evaluation evaluation) {
        if (!(evaluation instanceof SingleLabelEvaluation single)) {
            throw new IllegalArgumentException("only single-label evaluations have a confusion matrix");
        }
        return new Figure(ReportParts.confusion(single));
    }

    /** Precision, recall and F1 of each label. */
    public static Figure labels(Evaluation evaluation) {
        return new Figure(ReportParts.labels(evaluation));
    }

    /** Whether probabilities mean what they say. */
    public static Figure calibration(Evaluation evaluation) {
        return new Figure(ReportParts.calibration(evaluation));
    }

    /** How good a model is on short and on long texts. */
    public static Figure lengths(JudgedTexts judged) {
        return new Figure(ReportParts.lengths(judged));
    }

    /** The worst mistakes with their texts. */
    public static Figure mistakes(JudgedTexts judged) {
        return new Figure(ReportParts.mistakes(judged));
    }

    /** A text with the words that carried its answer: green spoke for the label, orange against it. */
    public static Figure explanation(Explanation explanation) {
        return new Figure(ReportParts.explanation(explanation));
    }

    /** Charts beside one another on one card. */
    public static Figure charts(SvgChart... charts) {
        String kind = charts.length == 1 ? "charts one" : "charts";
        return card(
                "",
                "<div class=\"" + kind + "\">\n"
                        + Stream.of(charts).map(SvgChart::html).collect(Collectors.joining()) + "</div>\n");
    }

    /** How often values of each size occur. */
    public static SvgChart histogram(String title, String xName, int[] values) {
        int most = Arrays.stream(values).max().orElse(1);
        int width = Math.max(1, (most + BARS - 1) / BARS);
        double[] counts = new double[most / width + 1];
        for (int value : values) {
            counts[value / width]++;
        }
        List<Double> middles = IntStream.range(0, counts.length)
                .mapToObj(i -> (i + 0.5) * width)
                .toList();
        List<Double> heights = DoubleStream.of(counts).boxed().toList();
        return new SvgChart(title, xName, "texts")
                .xRange(0, (double) counts.length * width)
                .barWidth(width)
                .add("texts", SvgChart.Mark.BARS, middles, heights);
    }

    /** Values with their intervals, one below the other. */
    public static Figure intervals(String title, String axis, List<Measured> values) {
        return card("", "<div class=\"charts one\">\n" + new IntervalChart(title, axis, values).html() + "</div>\n");
    }

    /** A table of numbers and short texts; numbers that are not whole have three decimals. */
    public static Figure table(List<String> heads, List<? extends List<?>> rows) {
        return card("", Html.table(heads, cells(rows)));
    }

    /** A table of long texts. */
    public static Figure texts(List<String> heads, List<? extends List<?>> rows) {
        return card("", "<div class=\"wide\">" + Html.table(heads, cells(rows)) + "</div>");
    }

    private static List<List<String>> cells(List<? extends List<?>> rows) {
        return rows.stream()
                .map(row -> row.stream().map(Figures::cell).toList())
                .toList();
    }

    private static String cell(Object value) {
        boolean fraction = value instanceof Double || value instanceof Float;
        return fraction
                ? String.format(Locale.ROOT, "%,.3f", ((Number) value).doubleValue())
                : value instanceof Integer || value instanceof Long
                        ? String.format(Locale.ROOT, "%,d", ((Number) value).longValue())
                        : Html.escape(value.toString());
    }

    /** A context with the answer marked where it stands, or the word that there is none. */
    public static Figure answer(String question, String context, FoundAnswer found) {
        String text = found.isAnswer()
                ? Html.escape(context.substring(0, found.start())) + "<mark>"
                        + Html.escape(context.substring(found.start(), found.end())) + "</mark>"
                        + Html.escape(context.substring(found.end()))
                : Html.escape(context);
        String verdict = found.isAnswer()
                ? String.format(Locale.ROOT, "“%s”, probability %.2f", found.text(), found.score())
                : String.format(Locale.ROOT, "no answer in this text, probability %.2f", found.score());
        return card(question, "<p>" + text + "</p>\n" + "<p class=\"muted\">" + Html.escape(verdict) + "</p>\n");
    }

    /** A text as the network reads it: each token with its id, and the stretch of the text that it stands for. */
    public static Figure tokens(String title, Encoding encoding) {
        StringBuilder html = new StringBuilder("<div class=\"tokens\">");
        for (int i = 0; i < encoding.length(); i++) {
            boolean special = encoding.specialTokensMask()[i] == 1;
            html.append(special ? "<span class=\"special\">" : "<span>")
                    .append(Html.escape(encoding.tokens().get(i)))
                    .append("<small>")
                    .append(encoding.inputIds()[i])
                    .append("</small><small>")
                    .append(special ? "–" : encoding.starts()[i] + "–" + encoding.ends()[i])
                    .append("</small></span>");
        }
        return card(title, html.append("</div>\n").toString());
    }

    /** A padded batch: what attention sees is filled, padding is empty. */
    public static Figure attentionMask(String title, Batch batch, Tokenizer tokenizer) {
        StringBuilder html = new StringBuilder("<div class=\"scroll heat\"><table><tbody>\n");
        for (int row = 0; row < batch.rows(); row++) {
            html.append("<tr>");
            for (int column = 0; column < batch.columns(); column++) {
                int at = row * batch.columns() + column;
                String token = tokenizer.decode(new int[] {batch.inputIds()[at]}, false);
                html.append(batch.attentionMask()[at] == 1 ? "<td class=\"on\">" : "<td class=\"off\">")
                        .append(Html.escape(token))
                        .append("</td>");
            }
            html.append("</tr>\n");
        }
        return card(title, html.append("</tbody></table></div>\n").toString());
    }

    /** A sentence, which a cell's plain output would not break into lines. */
    public static Figure note(String text) {
        return card("", Html.text("p", text) + "\n");
    }

    private static Figure card(String title, String body) {
        String heading = title.isEmpty() ? "" : Html.text("h2", title) + "\n";
        return new Figure("<section>\n" + heading + body + "</section>\n");
    }
}
