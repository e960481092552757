package ai.graft.tokenizer;

import java.util.Arrays;

/**
 * What a network needs of one text: its ids, nothing else.
 *
 * <p>The arrays are neither copied in nor out, because millions of these are made: do not change them.
 *
 * @param inputIds the ids, (S)
 * @param tokenTypeIds which segment a token belongs to, (S)
 */
@SuppressWarnings("ArrayRecordComponent") // shared on purpose, see above; equals compares contents
public record TokenIds(int[] inputIds, int[] tokenTypeIds) {

    /**
     * Checks that both arrays are equally long.
     *
     * @throws IllegalArgumentException when they are not
     */
    public TokenIds {
        if (inputIds.length != tokenTypeIds.length) {
            throw new IllegalArgumentException("inputIds has " + inputIds.length + " entries, tokenTypeIds "
                    + tokenTypeIds.length + "; there must be one of each for a token");
        }
    }

    /**
     * Counts the tokens.
     *
     * @return S
     */
    public int length() {
        return inputIds.length;
    }

    TokenIds select(int[] positions) {
        return new TokenIds(Ints.select(inputIds, positions), Ints.select(tokenTypeIds, positions));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TokenIds that
                && Arrays.equals(inputIds, that.inputIds)
                && Arrays.equals(tokenTypeIds, that.tokenTypeIds);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(inputIds) + Arrays.hashCode(tokenTypeIds);
    }

    @Override
    public String toString() {
        return "TokenIds[inputIds=" + Arrays.toString(inputIds) + ", tokenTypeIds=" + Arrays.toString(tokenTypeIds)
                + "]";
    }
}
