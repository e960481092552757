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

    /**
     * Focal loss of logits (N, L) against class ids (N): the cross-entropy of each row times (1 − p)^gamma, p being the
     * probability of its class, so that rows that are right already count little (Lin et al., arXiv 1708.02002). Class weights
     * divide by their sum as in {@link CrossEntropy}; with gamma 0 it is that.
     *
     * @param classWeights one a class, or empty for equal weights
     * @param gamma 0 or more
     */
    record Focal(List<Double> classWeights, double gamma) implements Loss {
        public Focal {
            classWeights = List.copyOf(classWeights);
            requireWeights("class weights", classWeights);
            requireGamma(gamma);
        }
    }

    /**
     * Focal loss of logits (B, L) against 0 or 1 (B, L), over all cells: the binary cross-entropy of each times (1 − p)^gamma, p
     * being the probability of what the cell is.
     *
     * @param positiveWeights weight of the positive cells of each label, or empty
     * @param gamma 0 or more
     */
    record BinaryFocal(List<Double> positiveWeights, double gamma) implements Loss {
        public BinaryFocal {
            positiveWeights = List.copyOf(positiveWeights);
            requireWeights("positive weights", positiveWeights);
            requireGamma(gamma);
        }
    }

    /**
     * What a student learns from a teacher (Hinton et al., arXiv 1503.02531), of logits (B, L) against (B, 2L): the teacher's
     * logits, then 1 for a row's label, or zeros where it has none. A row without label costs T² · KL(softmax(teacher/T) ‖
     * softmax(student/T)); one with a label {@code alpha} times that and 1 − {@code alpha} times its cross-entropy. The mean is
     * over rows, so that it does not matter which of them share a batch.
     *
     * @param temperature T, above 0: above 1 what the teacher thinks of the other labels counts more
     * @param alpha weight of the teacher against a label, from 0 to 1
     */
    record Distillation(double temperature, double alpha) implements Loss {
        public Distillation {
            if (!(temperature > 0 && temperature < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException(
                        "temperature of the distillation is " + temperature + ", expected above 0 and finite");
            }
            if (!(alpha >= 0 && alpha <= 1)) {
                throw new IllegalArgumentException(
                        "alpha is " + alpha + ", expected 0 to 1: the weight of the teacher" + " against the labels");
            }
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

    private static void requireGamma(double gamma) {
        if (!(gamma >= 0 && gamma < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("focal loss is " + gamma + ", expected 0 or more and finite");
        }
    }

    private static void requireWeights(String what, List<Double> weights) {
        if (weights.stream().anyMatch(w -> !(w >= 0 && w < Double.POSITIVE_INFINITY))) {
            throw new IllegalArgumentException(what + " must be finite and not negative, got " + weights);
        }
    }
}
