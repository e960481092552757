package ai.graft.finetune.report;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Pieces of well-formed HTML, which is XML as well; every text that goes in is escaped. */
public final class Html {
    private static final int LEAST_PRINTABLE = 0x20;

    /** Parts of metrics' names that are abbreviations. */
    private static final Set<String> SHORT = Set.of("f1", "roc", "auc", "ece", "mse", "rmse", "mae", "r2");

    private Html() {}

    /** Text as content or as the value of an attribute; characters that XML forbids become U+FFFD. */
    public static String escape(String text) {
        StringBuilder escaped = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.appendCodePoint(allowed(c) ? c : 0xFFFD);
            }
        });
        return escaped.toString();
    }

    private static boolean allowed(int c) {
        boolean control = c < LEAST_PRINTABLE && c != '\t' && c != '\n' && c != '\r';
        boolean surrogate = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
        return !control && !surrogate && (c & 0xFFFE) != 0xFFFE;
    }

    /** An element with escaped text. */
    public static String text(String element, String text) {
        return "<" + element + ">" + escape(text) + "</" + element + ">";
    }

    /** A section with a heading, which an empty body leaves out. */
    public static String section(String title, String body) {
        return body.isEmpty() ? "" : "<section>\n<h2>" + escape(title) + "</h2>\n" + body + "</section>\n";
    }

    /** A table that scrolls where it is too wide; cells are HTML already. */
    public static String table(List<String> heads, List<List<String>> rows) {
        StringBuilder html = new StringBuilder("<div class=\"scroll\"><table>\n<thead><tr>");
        heads.forEach(head -> html.append("<th>").append(escape(head)).append("</th>"));
        html.append("</tr></thead>\n<tbody>\n");
        for (List<String> row : rows) {
            html.append("<tr>")
                    .append(row.stream().map(cell -> "<td>" + cell + "</td>").collect(Collectors.joining()))
                    .append("</tr>\n");
        }
        return html.append("</tbody></table></div>\n").toString();
    }

    /** A number in [0, 1] with a bar of its size beside it. */
    static String bar(double value) {
        double percent = 100 * Math.max(0, Math.min(1, value));
        return "<span class=\"bar\"><span style=\"width:" + String.format(Locale.ROOT, "%.1f", percent)
                + "%\"></span></span>" + number(value);
    }

    /** Four decimals, or four digits where the size of the number leaves no room for them. */
    public static String number(double value) {
        boolean plain = value == 0 || (Math.abs(value) < 1e4 && Math.abs(value) >= 1e-3);
        return String.format(Locale.ROOT, plain ? "%.4f" : "%.3e", value);
    }

    /** A metric's name as people write it. */
    static String metricName(String name) {
        return Arrays.stream(name.split("_", -1))
                .map(word -> SHORT.contains(word) ? word.toUpperCase(Locale.ROOT) : word)
                .collect(Collectors.joining(" "));
    }

    static String count(int value) {
        return String.format(Locale.ROOT, "%,d", value);
    }
}
