package ai.graft.datasets;

import java.util.Objects;

/**
 * An answer of a file that does not stand in the context where the file says. Its text can be scored by, its place cannot be
 * learnt from.
 *
 * @param id of the question
 * @param text of the answer
 * @param start where it should stand, in Unicode code points as files count; {@link #NO_START} where the file does not say
 * @param found what stands there, as long as the answer; empty behind the end of the context and without a start
 * @param occurrences how often the answer stands in the context elsewhere: with 1 its place could be mended
 */
public record MisplacedAnswer(String id, String text, int start, String found, int occurrences) {
    /** The start of an answer for which the file gives none. */
    public static final int NO_START = -1;

    private static final int LONGEST = 40;

    /** Checks that nothing is missing. */
    public MisplacedAnswer {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(text, "text");
        Objects.requireNonNull(found, "found");
    }

    /** One line that names the question, the answer and what is wrong with its place. */
    @Override
    public String toString() {
        return "question '" + id + "': the answer '" + Excerpt.of(text, LONGEST) + "' " + wrong() + "; it occurs "
                + (occurrences == 1 ? "once" : occurrences + " times") + " in the context";
    }

    private String wrong() {
        if (start == NO_START) {
            return "has no start";
        }
        return found.isEmpty()
                ? "is said to start at " + start + ", behind the end"
                : "is said to start at " + start + ", where '" + Excerpt.of(found, LONGEST) + "' stands";
    }
}
