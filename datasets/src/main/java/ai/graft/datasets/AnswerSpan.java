package ai.graft.datasets;

import java.util.Objects;

/**
 * An answer where it stands in its context.
 *
 * @param text what stands there, not empty
 * @param start UTF-16 index of its first character in the context, 0 or more; files count Unicode code points instead
 */
public record AnswerSpan(String text, int start) {
    /** @throws IllegalArgumentException if the text is empty or the start is negative */
    public AnswerSpan {
        Objects.requireNonNull(text, "text");
        if (text.isEmpty() || start < 0) {
            throw new IllegalArgumentException("an answer needs a text and a start from 0, got '" + text + "' at "
                    + start + ". A question without answer has an empty list of answers.");
        }
    }

    /** UTF-16 index of the first character behind the answer. */
    public int end() {
        return start + text.length();
    }
}
