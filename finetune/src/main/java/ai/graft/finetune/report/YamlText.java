package ai.graft.finetune.report;

import java.util.Locale;

/**
 * A string as a double-quoted YAML scalar, which no content can break out of or turn into another type.
 *
 * <p>Source: YAML 1.2.2, section 5.1 (printable characters) and 5.7 (escapes). Unlike JSON, a pair of escaped surrogates
 * is not a character in YAML, so characters beyond the BMP stay as they are.
 */
final class YamlText {
    private YamlText() {}

    static String quote(String value) {
        StringBuilder quoted = new StringBuilder("\"");
        value.codePoints().forEach(c -> quoted.append(escape(c)));
        return quoted.append('"').toString();
    }

    private static String escape(int c) {
        if (c == '"' || c == '\\') {
            return "\\" + (char) c;
        }
        if (Character.getType(c) == Character.SURROGATE) {
            return "\uFFFD"; // half a character has no UTF-8 form
        }
        return printable(c) ? Character.toString(c) : String.format(Locale.ROOT, "\\u%04X", c);
    }

    private static boolean printable(int c) {
        boolean control = c < 0x20 || (c >= 0x7F && c <= 0x9F);
        boolean lineBreak = c == 0x2028 || c == 0x2029;
        return !control && !lineBreak && c != 0xFEFF && c != 0xFFFE && c != 0xFFFF;
    }
}
