package ai.graft.serving.onnx;

import ai.graft.serving.predict.OnnxPredictor;
import ai.graft.tokenizer.TextInput;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A metric on the caller's data that an export must not lose, compared with the same checkpoint exported as {@code portable}
 * in fp32.
 *
 * @param examples of the caller's data, at least one
 * @param judge lets a model answer them, and measures its answers
 * @param maxDrop how far below fp32's the metric may lie, in points of a hundredth; 0 or more
 */
public record Validation(int examples, Judge judge, double maxDrop) {
    /**
     * Checks what was given.
     *
     * @throws IllegalArgumentException where there are no examples, or {@code maxDrop} is negative or no number
     */
    public Validation {
        if (examples < 1) {
            throw new IllegalArgumentException("there are no examples to validate with, expected one or more");
        }
        if (!(maxDrop >= 0)) {
            throw new IllegalArgumentException("the largest drop is " + maxDrop + " points, expected 0 or more");
        }
    }

    /** A metric of the logits of texts. */
    public static Validation ofTexts(List<TextInput> texts, LogitsJudge judge, double maxDrop) {
        List<TextInput> copy = List.copyOf(texts);
        return new Validation(
                copy.size(),
                predictor -> {
                    float[][] logits = predictor.logits(copy);
                    return () -> judge.judge(logits);
                },
                maxDrop);
    }

    /** Lets a model answer, and measures its answers. */
    @FunctionalInterface
    public interface Judge {
        /**
         * Lets a model answer, which may be timed.
         *
         * @return measures the answers
         */
        Supplier<Score> answers(OnnxPredictor predictor);
    }

    /** Measures what a model gives for texts. */
    @FunctionalInterface
    public interface LogitsJudge {
        /**
         * Measures.
         *
         * @param logits (texts, L), in the texts' order
         */
        Score judge(float[][] logits);
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
        Score before = judge.answers(reference).get();
        Score after = judge.answers(exported).get();
        refusal(before, after).ifPresent(loss -> {
            throw new ProofFailedException(
                    loss,
                    "Keep the weights that hurt most in fp32 ('graft sensitivity' finds them), use a wider precision, or"
                            + " allow more.");
        });
        return new Result(before.metric(), before.value(), after.value(), maxDrop);
    }

    /** What is wrong with a score beside fp32's; empty where it lost no more than it may. */
    Optional<String> refusal(Score reference, Score exported) {
        double drop = 100 * (reference.value() - exported.value());
        return drop <= maxDrop
                ? Optional.empty()
                : Optional.of(String.format(
                        Locale.ROOT,
                        "%s on the validation data is %.2f, in fp32 it is %.2f: %.2f points lost, allowed are %.2f",
                        reference.metric(),
                        100 * exported.value(),
                        100 * reference.value(),
                        drop,
                        maxDrop));
    }
}
