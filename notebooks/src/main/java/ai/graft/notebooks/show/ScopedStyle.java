package ai.graft.notebooks.show;

import ai.graft.finetune.report.ReportParts;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * The style sheet of the reports, held to what stands in an element of class {@code graft}: in a notebook, other people's pages are around it.
 * Behind it come the few rules that only notebooks need.
 */
final class ScopedStyle {
    private static final String SCOPE = ".graft";
    private static final String TEXT = scoped(ReportParts.style()) + notebooks();

    private ScopedStyle() {}

    static String text() {
        return TEXT;
    }

    /** Puts the scope before each selector; what is said of the page as a whole is said of the scope. Rules may stand in one at-rule. */
    static String scoped(String css) {
        StringBuilder scoped = new StringBuilder();
        int at = 0;
        while (at < css.length()) {
            int open = css.indexOf('{', at);
            int close = css.indexOf('}', at);
            if (close >= 0 && (open < 0 || close < open)) {
                scoped.append("}\n"); // of an at-rule
                at = close + 1;
            } else if (open < 0) {
                at = css.length();
            } else if (css.substring(at, open).strip().startsWith("@")) {
                scoped.append(css.substring(at, open).strip()).append(" {\n");
                at = open + 1;
            } else {
                scoped.append(selectors(css.substring(at, open)))
                        .append(' ')
                        .append(css, open, close + 1)
                        .append('\n');
                at = close + 1;
            }
        }
        return scoped.toString();
    }

    private static String selectors(String list) {
        return Arrays.stream(list.split(",", -1))
                .map(String::strip)
                .map(one -> one.equals(":root") || one.equals("body") ? SCOPE : SCOPE + " " + one)
                .collect(Collectors.joining(", "));
    }

    private static String notebooks() {
        try (InputStream css =
                Objects.requireNonNull(ScopedStyle.class.getResourceAsStream("notebook.css"), "notebook.css")) {
            return new String(css.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
