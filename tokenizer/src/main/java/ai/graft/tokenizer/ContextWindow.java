package ai.graft.tokenizer;

import java.util.Arrays;
import java.util.Optional;

/**
 * A question and a stretch of its context as a network reads them, with the way back into the context. What {@link Encoding}
 * says of a window, without what question answering has no use for: thousands of these are held at once.
 *
 * <p>The arrays are neither copied in nor out: do not change them.
 *
 * @param ids of the whole window
 * @param first position in it of the first token of the context
 * @param starts first UTF-16 index in the whole context of each token of the context
 * @param ends the index behind each
 */
@SuppressWarnings("ArrayRecordComponent") // shared on purpose, see above; equals compares contents
public record ContextWindow(TokenIds ids, int first, int[] starts, int[] ends) {

    /** Takes the second text for the context. */
    static ContextWindow of(Encoding window) {
        int first = Math.max(1, window.firstOf(1)); // of an empty context no token is left
        int count =
                (int) Arrays.stream(window.sequenceIds()).filter(id -> id == 1).count();
        return new ContextWindow(
                window.ids(),
                first,
                Arrays.copyOfRange(window.starts(), first, first + count),
                Arrays.copyOfRange(window.ends(), first, first + count));
    }

    /**
     * Finds the tokens that a stretch of the context became.
     *
     * @param start first UTF-16 index of the stretch
     * @param end the index behind it, more than {@code start}
     * @return their positions in the window, or empty where the stretch is not wholly in it
     */
    public Optional<TokenSpan> tokensOf(int start, int end) {
        return starts.length == 0
                ? Optional.empty()
                : TokenSpan.covering(starts, ends, 0, starts.length - 1, start, end)
                        .map(span -> new TokenSpan(first + span.first(), first + span.last()));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ContextWindow that
                && ids.equals(that.ids)
                && first == that.first
                && Arrays.equals(starts, that.starts)
                && Arrays.equals(ends, that.ends);
    }

    @Override
    public int hashCode() {
        return 31 * ids.hashCode() + Arrays.hashCode(starts);
    }

    @Override
    public String toString() {
        return "ContextWindow[" + ids.length() + " tokens, " + starts.length + " of the context]";
    }
}
