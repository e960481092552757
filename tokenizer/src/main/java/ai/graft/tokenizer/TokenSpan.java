package ai.graft.tokenizer;

import java.util.Optional;

/**
 * A run of tokens in an {@link Encoding}.
 *
 * @param first position of its first token
 * @param last position of its last token, inclusive; at least {@code first}
 */
public record TokenSpan(int first, int last) {

    /**
     * Checks the order.
     *
     * @throws IllegalArgumentException when {@code last} comes before {@code first} or {@code first} is negative
     */
    public TokenSpan {
        if (first < 0 || last < first) {
            throw new IllegalArgumentException("a token span goes from a position of 0 or more to one not before it,"
                    + " got first " + first + " and last " + last);
        }
    }

    /** As {@link Encoding#tokensOf} says, among the tokens from {@code from} to {@code to}, inclusive. */
    static Optional<TokenSpan> covering(int[] starts, int[] ends, int from, int to, int start, int end) {
        if (starts[from] > start || ends[to] < end) {
            return Optional.empty();
        }
        int first = from;
        while (first < to && starts[first + 1] <= start) {
            first++;
        }
        int last = to;
        while (last > from && ends[last - 1] >= end) {
            last--;
        }
        return last < first ? Optional.empty() : Optional.of(new TokenSpan(first, last));
    }
}
