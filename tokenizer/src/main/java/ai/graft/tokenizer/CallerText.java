package ai.graft.tokenizer;

/**
 * A caller's string as the native library sees it, and the way back.
 *
 * <p>The library takes UTF-8, which has no lone surrogates, and counts code points. A lone surrogate is one UTF-16 unit
 * and one code point, and so is U+FFFD: replacing it moves nothing.
 */
final class CallerText {

    private static final char REPLACEMENT = '\uFFFD';
    private static final int[] ONE_TO_ONE = {};

    private final String text;
    private final int[] units;

    private CallerText(String text, int[] units) {
        this.text = text;
        this.units = units;
    }

    static CallerText of(String text) {
        String wellFormed = wellFormed(text);
        return new CallerText(wellFormed, unitsOf(wellFormed));
    }

    String text() {
        return text;
    }

    /** The UTF-16 index of a code point's index; the number of code points gives the length. */
    int unit(int codePoint) {
        return units.length == 0 ? codePoint : units[codePoint];
    }

    /** The text with each lone surrogate replaced; the same object where there is none. */
    static String wellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (isLone(text, i)) {
                return replaceLone(text);
            }
        }
        return text;
    }

    private static String replaceLone(String text) {
        char[] units = text.toCharArray();
        for (int i = 0; i < units.length; i++) {
            if (isLone(text, i)) {
                units[i] = REPLACEMENT;
            }
        }
        return new String(units);
    }

    private static boolean isLone(String text, int i) {
        char unit = text.charAt(i);
        if (Character.isHighSurrogate(unit)) {
            return i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1));
        }
        return Character.isLowSurrogate(unit) && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)));
    }

    private static int[] unitsOf(String text) {
        int codePoints = text.codePointCount(0, text.length());
        if (codePoints == text.length()) {
            return ONE_TO_ONE;
        }
        int[] units = new int[codePoints + 1];
        for (int i = 0, unit = 0; i < codePoints; i++) {
            units[i] = unit;
            unit += Character.charCount(text.codePointAt(unit));
        }
        units[codePoints] = text.length();
        return units;
    }
}
