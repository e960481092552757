package ai.graft.model.task;

/**
 * What a head computed of texts, whatever it ran on. The arrays are neither copied in nor out: do not change them.
 *
 * @param logits a row (L) for each text, in the order of the texts
 * @param tokens length of each whole text, special tokens included
 */
@SuppressWarnings("ArrayRecordComponent") // thousands of rows, shared on purpose; never compared
public record TextLogits(float[][] logits, int[] tokens) {
    /** @throws IllegalArgumentException if there are not as many rows as lengths */
    public TextLogits {
        if (logits.length != tokens.length) {
            throw new IllegalArgumentException(logits.length + " rows of logits for " + tokens.length
                    + " texts. Give one of each for every text.");
        }
    }
}
