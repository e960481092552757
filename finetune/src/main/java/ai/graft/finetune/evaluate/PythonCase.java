package ai.graft.finetune.evaluate;

/**
 * Lower case as Python's {@code str.lower} has it. {@link String#toLowerCase} tells a final sigma by breaks between words; the
 * Unicode Standard (section 3.13, Final_Sigma) and Python by cased letters around it.
 */
final class PythonCase {
    private static final int SIGMA = 0x3A3;
    private static final String SMALL_SIGMA = "\u03C3";
    private static final String FINAL_SIGMA = "\u03C2";
    /** Characters between letters of a word that are of no category named below: Word_Break MidLetter, MidNumLet, Single_Quote. */
    private static final String INSIDE_WORDS =
            "'.:\u00B7\u0387\u055F\u05F4\u2018\u2019\u2024\u2027\uFE13\uFE52\uFE55\uFF07\uFF0E\uFF1A";

    private PythonCase() {}

    static String lower(String text) {
        StringBuilder lower = new StringBuilder(text.length());
        for (int at = 0; at < text.length(); at += Character.charCount(text.codePointAt(at))) {
            int letter = text.codePointAt(at);
            if (letter == SIGMA) {
                lower.append(endsWord(text, at) ? FINAL_SIGMA : SMALL_SIGMA);
            } else if (letter == 0x130) {
                lower.append("i\u0307"); // the one other letter that becomes two
            } else {
                lower.appendCodePoint(Character.toLowerCase(letter));
            }
        }
        return lower.toString();
    }

    private static boolean endsWord(String text, int at) {
        int before = at;
        while (before > 0 && isIgnorable(text.codePointBefore(before))) {
            before -= Character.charCount(text.codePointBefore(before));
        }
        int after = at + 1;
        while (after < text.length() && isIgnorable(text.codePointAt(after))) {
            after += Character.charCount(text.codePointAt(after));
        }
        return before > 0
                && isCased(text.codePointBefore(before))
                && (after == text.length() || !isCased(text.codePointAt(after)));
    }

    private static boolean isCased(int letter) {
        return Character.isLowerCase(letter) || Character.isUpperCase(letter) || Character.isTitleCase(letter);
    }

    private static boolean isIgnorable(int letter) {
        return switch (Character.getType(letter)) {
            case Character.NON_SPACING_MARK,
                    Character.ENCLOSING_MARK,
                    Character.FORMAT,
                    Character.MODIFIER_LETTER,
                    Character.MODIFIER_SYMBOL -> true;
            default -> INSIDE_WORDS.indexOf(letter) >= 0;
        };
    }
}
