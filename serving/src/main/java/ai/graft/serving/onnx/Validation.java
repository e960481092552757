package ai.graft.serving.onnx;

import ai.graft.serving.predict.OnnxPredictor;
import java.util.Locale;

/**
 * A metric on the caller's data that an export must not lose, compared with the same checkpoint exported as {@code portable}
 * in fp32.
 *
 * @param judge measures a model
 * @param maxDrop how far below fp32's the metric may lie, in points of a hundredth; 0 or more
 */
public record Validation(Judge judge, double maxDrop) {
    /**
     * Checks the bound.
     *
     * @throws IllegalArgumentException where {@code maxDrop} is negative or no number
     */
    public Validation {
        if (!(maxDrop >= 0)) {
            throw new IllegalArgumentException("the largest drop is " + maxDrop + " points, expected 0 or more");
        }
    }

    /** Measures a model on data of its own; asked once for each of the two. */
    @FunctionalInterface
    public interface Judge {
        /** Measures; the predictor is the caller's, and open for as long as this takes. */
        Score judge(OnnxPredictor predictor);
    }

    /**
     * A measured metric.
     *
     * @param metric its name, such as {@code macro_f1}
     * @param value larger is better; 1 is 100 points
     */
    public record Score(String metric, double value) {}

    /**
     * What was measured.
     *
     * @param reference the metric of the fp32 export
     * @param exported the metric of the one that was written
     */
    public record Result(String metric, double reference, double exported, double maxDrop) {
        /** Points by which the metric fell; negative where it rose. */
        public double drop() {
            return 100 * (reference - exported);
        }
    }

    /** @throws ProofFailedException where the second lies further below the first than it may */
    Result compare(OnnxPredictor reference, OnnxPredictor exported) {
        Score before = judge.judge(reference);
        Score after = judge.judge(exported);
        Result result = new Result(before.metric(), before.value(), after.value(), maxDrop);
        if (!(result.drop() <= maxDrop)) {
            throw new ProofFailedException(String.format(
                    Locale.ROOT,
                    "%s on the validation data is %.2f, in fp32 it is %.2f: %.2f points lost, allowed are %.2f. No file was"
                            + " kept. Keep the weights that hurt most in fp32, use a wider precision, or allow more.",
                    result.metric(),
                    100 * result.exported(),
                    100 * result.reference(),
                    result.drop(),
                    maxDrop));
        }
        return result;
    }
}
