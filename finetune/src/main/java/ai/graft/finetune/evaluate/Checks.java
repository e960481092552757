package ai.graft.finetune.evaluate;

import java.util.HashSet;
import java.util.List;

/** What every evaluation asks of its input, with messages that name the example. */
final class Checks {
    private Checks() {}

    static List<String> labels(List<String> labels, int least) {
        List<String> names = List.copyOf(labels);
        if (names.size() < least) {
            throw new IllegalArgumentException("an evaluation of labels needs " + least + " or more, got " + names);
        }
        if (new HashSet<>(names).size() < names.size()) {
            throw new IllegalArgumentException("labels must differ, got " + names + ". Remove the repeated one.");
        }
        return names;
    }

    static void sameExamples(int gold, int predicted) {
        if (gold != predicted) {
            throw new IllegalArgumentException(gold + " gold answers but " + predicted
                    + " predictions. Give one prediction for each example, in the same order.");
        }
        if (gold == 0) {
            throw new IllegalArgumentException("there are no examples to evaluate. Give 1 or more.");
        }
    }

    static void label(String side, int example, int label, List<String> labels) {
        if (label < 0 || label >= labels.size()) {
            throw new IllegalArgumentException("example " + example + ": the " + side + " label id is " + label
                    + ", but the labels " + labels + " have the ids 0 to " + (labels.size() - 1) + ".");
        }
    }

    static void width(String what, int example, int width, int expected) {
        if (width != expected) {
            throw new IllegalArgumentException(
                    "example " + example + ": " + width + " " + what + ", expected " + expected + ".");
        }
    }

    /** A softmax or sigmoid in float may pass 1 by a rounding, hence the small allowance. */
    static void probability(int example, int label, float value) {
        if (!(value >= -1e-5f && value <= 1 + 1e-5f)) {
            throw new IllegalArgumentException("example " + example + ", label " + label + ": " + value
                    + " is no probability in [0, 1]. Apply softmax or sigmoid to the logits first; NaN means that"
                    + " training diverged.");
        }
    }

    static void thresholds(List<Double> thresholds, List<String> labels) {
        if (thresholds.size() != labels.size()) {
            throw new IllegalArgumentException(thresholds.size() + " thresholds for the " + labels.size() + " labels "
                    + labels + ". Give one for each label.");
        }
        for (double threshold : thresholds) {
            if (!(threshold >= 0 && threshold <= 1)) {
                throw new IllegalArgumentException("the threshold is " + threshold + ", expected 0 to 1. Try 0.5.");
            }
        }
    }

    static void distribution(int example, float[] probabilities) {
        double sum = 0;
        for (float probability : probabilities) {
            sum += probability;
        }
        if (Math.abs(sum - 1) > 1e-3) {
            throw new IllegalArgumentException("example " + example + ": the probabilities sum to " + sum
                    + ", expected 1. Apply softmax to the logits first.");
        }
    }

    static void finite(String side, int example, double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("example " + example + ": the " + side + " value is " + value
                    + ", expected a finite number. Correct the data, or lower the learning rate if training diverged.");
        }
    }
}
