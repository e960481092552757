package ai.graft.finetune.bench;

import ai.graft.model.network.Extent;

/**
 * What one training step is, and how often it is measured.
 *
 * @param batch B, at least 1
 * @param length S, tokens a row, from 1 to the shape's positions
 * @param dropout rate on hidden states, attention probabilities and before the classifier
 * @param extent how much of the last layer the engine computes; the baseline computes all of it
 * @param warmUp rounds before the first that counts, at least 0
 * @param rounds that count, at least 1
 */
public record StepSettings(
        BertShape shape, int batch, int length, double dropout, Extent extent, int warmUp, int rounds) {
    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException where one is outside its range
     */
    public StepSettings {
        if (Math.min(Math.min(batch, length), rounds) < 1 || warmUp < 0) {
            throw new IllegalArgumentException("batch, length and rounds must be 1 or more and warm-up 0 or more, got "
                    + batch + ", " + length + ", " + rounds + " and " + warmUp);
        }
        if (length > shape.positions()) {
            throw new IllegalArgumentException(
                    "rows of " + length + " tokens do not fit " + shape.positions() + " positions; shorten the rows");
        }
    }

    /** Floating-point operations of a step by the usual count: what {@link BertShape#trainingFlops} gives. */
    public double usualFlops() {
        return shape.trainingFlops(batch, length);
    }

    /** The operations that the engine really does: fewer where it computes what the head reads only. */
    public double engineFlops() {
        double saved = extent == Extent.HEAD_ONLY ? shape.headOnlySaving(batch, length) : 0;
        return usualFlops() - saved;
    }
}
