package ai.graft.finetune.evaluate;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Lines of 80 columns at most, as people read evaluations in a terminal. */
final class TextTable {
    private static final int COLUMNS = 80;
    private static final int LABEL = 40;
    private static final int MATRIX_LABELS = 12;
    /** Fewer columns than this would cut row labels beyond recognition. */
    private static final int LEAST_ROW_LABEL = 8;

    private final StringBuilder text = new StringBuilder();

    void classScores(List<ClassScore> scores) {
        line("%s %9s %9s %9s %9s", fit("label", LABEL), "precision", "recall", "f1", "support");
        for (ClassScore score : scores) {
            row(score.label(), score.precision(), score.recall(), score.f1(), score.support());
        }
        gap();
    }

    void average(String name, double precision, double recall, double f1, int support) {
        row(name, precision, recall, f1, support);
    }

    void gap() {
        text.append('\n');
    }

    void metric(String name, double value) {
        line("%-16s %s", name.replace('_', ' '), number(value));
    }

    void metric(Evaluation evaluation, String name) {
        metric(name, evaluation.metric(name), evaluation.interval(name), evaluation.examples());
    }

    void metric(String name, double value, Interval interval, int examples) {
        line(
                "%-16s %s   95 %% interval %s to %s, %d %s",
                name.replace('_', ' '),
                number(value),
                number(interval.low()),
                number(interval.high()),
                examples,
                examples == 1 ? "example" : "examples");
    }

    void note(String words) {
        line("%s", words);
    }

    /** True labels in rows; column heads are names where they fit, else the numbers before the row labels. */
    void confusion(ConfusionMatrix matrix) {
        int labels = matrix.labels().size();
        int digits = Math.max(digits(matrix), String.valueOf(labels).length());
        if (labels > MATRIX_LABELS || COLUMNS - labels * (digits + 1) < LEAST_ROW_LABEL) {
            return;
        }
        gap();
        int longest = longest(matrix.labels());
        int named = Math.max(digits, longest) + 2;
        if (labels * named + longest <= COLUMNS) {
            matrix(matrix, matrix.labels(), matrix.labels(), named);
        } else {
            numbered(matrix, digits);
        }
    }

    private void numbered(ConfusionMatrix matrix, int digits) {
        int labels = matrix.labels().size();
        List<String> numbers =
                IntStream.rangeClosed(1, labels).mapToObj(String::valueOf).toList();
        List<String> rows = IntStream.range(0, labels)
                .mapToObj(i -> String.format(
                        Locale.ROOT, "%2d %s", i + 1, matrix.labels().get(i)))
                .toList();
        boolean roomy = COLUMNS - labels * (digits + 2) >= LEAST_ROW_LABEL;
        matrix(matrix, rows, numbers, digits + (roomy ? 2 : 1));
    }

    private static int digits(ConfusionMatrix matrix) {
        int labels = matrix.labels().size();
        int largest = IntStream.range(0, labels * labels)
                .map(cell -> matrix.count(cell / labels, cell % labels))
                .max()
                .orElse(0);
        return String.valueOf(largest).length();
    }

    private void matrix(ConfusionMatrix matrix, List<String> rows, List<String> heads, int cell) {
        int width = Math.min(longest(rows), COLUMNS - heads.size() * cell);
        line("confusion, true labels in rows, predicted labels in columns");
        StringBuilder head = new StringBuilder(fit("", width));
        heads.forEach(label -> head.append(right(label, cell)));
        line("%s", head);
        for (int gold = 0; gold < rows.size(); gold++) {
            StringBuilder row = new StringBuilder(fit(rows.get(gold), width));
            for (int predicted = 0; predicted < heads.size(); predicted++) {
                row.append(right(String.valueOf(matrix.count(gold, predicted)), cell));
            }
            line("%s", row);
        }
    }

    private void row(String name, double precision, double recall, double f1, int support) {
        line("%s %9.4f %9.4f %9.4f %9d", fit(name, LABEL), precision, recall, f1, support);
    }

    /** Four decimals, or four digits where the size of the number leaves no room for them. */
    private static String number(double value) {
        boolean plain = value == 0 || (Math.abs(value) < 1e4 && Math.abs(value) >= 1e-3);
        return String.format(Locale.ROOT, plain ? "%.4f" : "%.3e", value);
    }

    private static int longest(List<String> labels) {
        return labels.stream()
                .mapToInt(label -> label.codePointCount(0, label.length()))
                .max()
                .orElse(0);
    }

    private static String right(String value, int width) {
        return " ".repeat(Math.max(0, width - value.codePointCount(0, value.length()))) + plain(value);
    }

    private static String fit(String value, int width) {
        String one = plain(value);
        int length = one.codePointCount(0, one.length());
        return length <= width
                ? one + " ".repeat(width - length)
                : one.substring(0, one.offsetByCodePoints(0, width - 1)) + "…";
    }

    private static String plain(String value) {
        return value.replaceAll("\\p{Cc}", " ");
    }

    private void line(String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values).stripTrailing()).append('\n');
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
