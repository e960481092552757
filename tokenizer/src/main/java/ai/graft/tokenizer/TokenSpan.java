package ai.graft.tokenizer;

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
}
