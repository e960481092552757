package ai.graft.finetune.evaluate;

import java.util.Arrays;
import java.util.List;

/**
 * An evaluation with the texts it is of.
 *
 * <p>The array of lengths is neither copied in nor out: do not change it.
 *
 * @param evaluation how the answers compare
 * @param texts in the order of the evaluation
 * @param lengths tokens of each text before it was cut, special tokens included
 * @param maxLength tokens that the model reads at once
 */
@SuppressWarnings("ArrayRecordComponent") // one int a text, shared on purpose; equals compares contents
public record JudgedTexts(Evaluation evaluation, List<String> texts, int[] lengths, int maxLength) {
    /** @throws IllegalArgumentException if there are not as many texts and lengths as examples */
    public JudgedTexts {
        texts = List.copyOf(texts);
        if (texts.size() != evaluation.examples() || lengths.length != texts.size()) {
            throw new IllegalArgumentException(texts.size() + " texts and " + lengths.length + " lengths for "
                    + evaluation.examples() + " examples. Give one of each for every example.");
        }
    }

    /** Texts that the model could not read at once. */
    public int tooLong() {
        return (int) Arrays.stream(lengths).filter(length -> length > maxLength).count();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof JudgedTexts that
                && evaluation.equals(that.evaluation)
                && texts.equals(that.texts)
                && Arrays.equals(lengths, that.lengths)
                && maxLength == that.maxLength;
    }

    @Override
    public int hashCode() {
        return 31 * texts.hashCode() + Arrays.hashCode(lengths);
    }

    @Override
    public String toString() {
        return "JudgedTexts[" + texts.size() + " texts, maxLength=" + maxLength + "]";
    }
}
