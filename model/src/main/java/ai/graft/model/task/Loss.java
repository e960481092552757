package ai.graft.model.task;

import java.util.List;

/** What training makes small. Every loss is a mean, as torch's functions of the same name compute it. */
public sealed interface Loss {

    /** The label of a position that does not count. */
    int IGNORED = -100;

    /**
     * Cross-entropy of logits (N, L) against class ids (N): rows, or tokens whose label is not {@link #IGNORED}. The
     * weighted mean divides by the sum of the targets' weights; smoothing spreads {@code labelSmoothing} evenly over all
     * classes, each term with its class's weight, over the same divisor.
     *
     * @param classWeights one a class, or empty for equal weights
     * @param labelSmoothing from 0 to below 1
     */
    record CrossEntropy(List<Double> classWeights, double labelSmoothing) implements Loss {
        public CrossEntropy {
            classWeights = List.copyOf(classWeights);
            requireWeights("class weights", classWeights);
            if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
                throw new IllegalArgumentException("label smoothing is " + labelSmoothing + ", expected 0 to below 1");
            }
        }

        /** Equal weights, no smoothing. */
        public static CrossEntropy plain() {
            return new CrossEntropy(List.of(), 0);
        }
    }

    /**
     * Binary cross-entropy with logits (B, L) against 0 or 1 (B, L), over all cells.
     *
     * @param positiveWeights weight of the positive cells of each label, or empty
     */
    record BinaryCrossEntropy(List<Double> positiveWeights) implements Loss {
        public BinaryCrossEntropy {
            positiveWeights = List.copyOf(positiveWeights);
            requireWeights("positive weights", positiveWeights);
        }
    }

    /** Mean squared error of outputs (B, L) against values (B, L). */
    record MeanSquared() implements Loss {}

    /**
     * The mean of the start's and the end's cross-entropy over all columns of logits (B, S, 2) against positions (B, 2); a
     * position beyond the last column is left out of its mean.
     */
    record Span() implements Loss {}

    /**
     * Vectors (B, H) of texts against their class ids (B): of every pair of a batch, the squared difference between the cosine of the two and 1
     * where they have the same class, 0 where not; half the mean over the pairs alike plus half the mean over the others, where there
     * are such. The cosine loss of sentence-transformers over more pairs, in the even shares that SetFit draws them in (Tunstall et
     * al., arXiv 2209.11055).
     */
    record PairCosine() implements Loss {}

    private static void requireWeights(String what, List<Double> weights) {
        if (weights.stream().anyMatch(w -> !(w >= 0 && w < Double.POSITIVE_INFINITY))) {
            throw new IllegalArgumentException(what + " must be finite and not negative, got " + weights);
        }
    }
}
