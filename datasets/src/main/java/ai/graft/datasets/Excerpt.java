package ai.graft.datasets;

/** The beginning of a value, fit for one line of a message. */
final class Excerpt {
    private Excerpt() {}

    /** The value itself, line breaks and tabs as blanks, or its first letters and "..." when longer than {@code length}. */
    static String of(String value, int length) {
        if (value.codePointCount(0, value.length()) <= length) {
            return onOneLine(value);
        }
        return onOneLine(value.substring(0, value.offsetByCodePoints(0, length))) + "...";
    }

    private static String onOneLine(String value) {
        return value.replaceAll("\\p{Cc}", " ");
    }
}
