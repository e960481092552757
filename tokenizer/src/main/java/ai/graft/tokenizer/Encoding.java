package ai.graft.tokenizer;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One text or pair as tokens, with the way back into the caller's strings; all of length S.
 *
 * <p>Offsets are UTF-16 indices: {@code text.substring(starts[i], ends[i])} is what token {@code i} was made of, where
 * {@code text} is the text that {@code sequenceIds[i]} names. The arrays are neither copied in nor out: do not change
 * them.
 *
 * @param inputIds the ids
 * @param tokenTypeIds which segment a token belongs to
 * @param tokens the tokens as they stand in the vocabulary
 * @param starts first UTF-16 index of each token, 0 for special tokens
 * @param ends UTF-16 index behind each token, 0 for special tokens
 * @param wordIds number of the word in its text, -1 for special tokens
 * @param sequenceIds 0 for the first text, 1 for the second, -1 for special tokens
 * @param specialTokensMask 1 for tokens that were added around the texts, else 0
 */
@SuppressWarnings("ArrayRecordComponent") // shared on purpose, see above; equals compares contents
public record Encoding(
        int[] inputIds,
        int[] tokenTypeIds,
        List<String> tokens,
        int[] starts,
        int[] ends,
        int[] wordIds,
        int[] sequenceIds,
        int[] specialTokensMask) {

    /**
     * Copies the tokens and checks that everything is equally long.
     *
     * @throws IllegalArgumentException when it is not
     */
    public Encoding {
        tokens = List.copyOf(tokens);
        int[] lengths = {
            inputIds.length,
            tokenTypeIds.length,
            tokens.size(),
            starts.length,
            ends.length,
            wordIds.length,
            sequenceIds.length,
            specialTokensMask.length
        };
        if (Arrays.stream(lengths).distinct().count() != 1) {
            throw new IllegalArgumentException(
                    "an encoding needs one entry of each kind for a token, got " + Arrays.toString(lengths));
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

    /**
     * Gives the part that a network needs; shares the arrays.
     *
     * @return ids and type ids
     */
    public TokenIds ids() {
        return new TokenIds(inputIds, tokenTypeIds);
    }

    /**
     * Finds the tokens that a stretch of text became, as in SQuAD training: the last token that starts at or before
     * {@code start} up to the first that ends at or behind {@code end}.
     *
     * <p>Equal to {@code prepare_train_features} of Hugging Face's {@code run_qa.py}.
     *
     * @param sequenceId 0 for the first text, 1 for the second
     * @param start first UTF-16 index of the stretch
     * @param end UTF-16 index behind it, more than {@code start}
     * @return the tokens, or empty where the stretch is not wholly among this encoding's tokens
     * @throws IllegalArgumentException when the stretch is empty or negative
     */
    public Optional<TokenSpan> tokensOf(int sequenceId, int start, int end) {
        if (start < 0 || end <= start) {
            throw new IllegalArgumentException(
                    "a stretch of text needs 0 <= start < end, got start " + start + " and end " + end);
        }
        int from = firstOf(sequenceId);
        return from < 0 ? Optional.empty() : TokenSpan.covering(starts, ends, from, lastOf(sequenceId), start, end);
    }

    /** Position of the first token of a text, or -1. */
    int firstOf(int sequenceId) {
        int i = 0;
        while (i < sequenceIds.length && sequenceIds[i] != sequenceId) {
            i++;
        }
        return i < sequenceIds.length ? i : -1;
    }

    private int lastOf(int sequenceId) {
        int i = sequenceIds.length - 1;
        while (i >= 0 && sequenceIds[i] != sequenceId) {
            i--;
        }
        return i;
    }

    Encoding select(int[] positions) {
        return new Encoding(
                Ints.select(inputIds, positions),
                Ints.select(tokenTypeIds, positions),
                Arrays.stream(positions).mapToObj(tokens::get).toList(),
                Ints.select(starts, positions),
                Ints.select(ends, positions),
                Ints.select(wordIds, positions),
                Ints.select(sequenceIds, positions),
                Ints.select(specialTokensMask, positions));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Encoding that
                && tokens.equals(that.tokens)
                && Arrays.deepEquals(arrays(), that.arrays());
    }

    @Override
    public int hashCode() {
        return 31 * tokens.hashCode() + Arrays.deepHashCode(arrays());
    }

    @Override
    public String toString() {
        return "Encoding[tokens=" + tokens + ", inputIds=" + Arrays.toString(inputIds) + ", starts="
                + Arrays.toString(starts) + ", ends=" + Arrays.toString(ends) + "]";
    }

    private int[][] arrays() {
        return new int[][] {inputIds, tokenTypeIds, starts, ends, wordIds, sequenceIds, specialTokensMask};
    }
}
