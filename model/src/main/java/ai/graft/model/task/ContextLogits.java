package ai.graft.model.task;

/**
 * What a network said of one window over a context. Arrays are shared, not copied.
 *
 * @param startLogits of each column (S), the first of which stands for no answer
 * @param endLogits the same of ends
 * @param first column of the first token of the context
 * @param starts first UTF-16 index in the context of each of its tokens in the window
 * @param ends the index behind each
 */
@SuppressWarnings("ArrayRecordComponent") // read at once; never compared
public record ContextLogits(float[] startLogits, float[] endLogits, int first, int[] starts, int[] ends) {
    /** @throws IllegalArgumentException where there are more tokens than columns, or not as many ends as starts */
    public ContextLogits {
        if (startLogits.length != endLogits.length
                || starts.length != ends.length
                || first < 1
                || first + starts.length > startLogits.length) {
            throw new IllegalArgumentException(starts.length + " starts and " + ends.length + " ends from column "
                    + first + " do not fit logits of " + startLogits.length + " and " + endLogits.length + " columns");
        }
    }
}
