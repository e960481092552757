package ai.graft.finetune.report;

import ai.graft.finetune.evaluate.ConfusionMatrix;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Which label was taken for which: the matrix, or of many labels the pairs taken for one another most often. */
final class ConfusionSection {
    private static final int MATRIX_LABELS = 20;
    private static final int PAIRS = 25;

    /** From so dark a cell on its text is light. */
    private static final double DEEP = 0.6;

    private ConfusionSection() {}

    static String html(ConfusionMatrix matrix) {
        return matrix.labels().size() <= MATRIX_LABELS
                ? Html.section("Confusion", matrix(matrix))
                : Html.section("Most frequent confusions", pairs(matrix));
    }

    private static String matrix(ConfusionMatrix matrix) {
        int labels = matrix.labels().size();
        StringBuilder html = new StringBuilder("<div class=\"scroll\"><table class=\"matrix\">\n<thead><tr>"
                + "<th class=\"corner\">true ↓ predicted →</th>");
        matrix.labels().forEach(label -> html.append(Html.text("th", label)));
        html.append("</tr></thead>\n<tbody>\n");
        for (int gold = 0; gold < labels; gold++) {
            html.append("<tr>").append(Html.text("th", matrix.labels().get(gold)));
            for (int predicted = 0; predicted < labels; predicted++) {
                html.append(cell(matrix, gold, predicted));
            }
            html.append("</tr>\n");
        }
        return html.append("</tbody></table></div>\n").toString();
    }

    /** Coloured by its share of the row; the root lets the few mistakes of a good model be seen. */
    private static String cell(ConfusionMatrix matrix, int gold, int predicted) {
        int support = matrix.support(gold);
        double share = support == 0 ? 0 : matrix.count(gold, predicted) / (double) support;
        double depth = Math.sqrt(share);
        return String.format(
                Locale.ROOT,
                "<td style=\"--depth:%.3f\"%s>%,d<small>%.1f %%</small></td>",
                depth,
                depth > DEEP ? " class=\"deep\"" : "",
                matrix.count(gold, predicted),
                100 * share);
    }

    private record Pair(int gold, int predicted, int count) {}

    private static String pairs(ConfusionMatrix matrix) {
        int labels = matrix.labels().size();
        List<Pair> pairs = new ArrayList<>();
        for (int cell = 0; cell < labels * labels; cell++) {
            int count = matrix.count(cell / labels, cell % labels);
            if (cell / labels != cell % labels && count > 0) {
                pairs.add(new Pair(cell / labels, cell % labels, count));
            }
        }
        List<List<String>> rows = pairs.stream()
                .sorted(Comparator.comparingInt(Pair::count).reversed())
                .limit(PAIRS)
                .map(pair -> row(matrix, pair))
                .toList();
        return rows.isEmpty()
                ? "<p class=\"muted\">None: every text was given its label.</p>\n"
                : Html.table(List.of("true label", "taken for", "texts", "of the label"), rows);
    }

    private static List<String> row(ConfusionMatrix matrix, Pair pair) {
        return List.of(
                Html.escape(matrix.labels().get(pair.gold())),
                Html.escape(matrix.labels().get(pair.predicted())),
                Html.count(pair.count()),
                String.format(Locale.ROOT, "%.1f %%", 100.0 * pair.count() / matrix.support(pair.gold())));
    }
}
