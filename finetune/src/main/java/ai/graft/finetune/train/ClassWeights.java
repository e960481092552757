package ai.graft.finetune.train;

import ai.graft.model.task.Task;
import java.util.Arrays;
import java.util.List;

/** How much each label counts in the loss. */
public sealed interface ClassWeights {

    /** All alike. */
    record Equal() implements ClassWeights {
        @Override
        public String toString() {
            return "equal";
        }
    }

    /**
     * Rare labels count more: rows/(labels × rows of the label), as scikit-learn's {@code balanced}; for multi-label the
     * positive cells count negatives/positives times.
     */
    record Balanced() implements ClassWeights {
        @Override
        public String toString() {
            return "balanced";
        }
    }

    /** One weight a label, in the order of the labels. */
    record Given(List<Double> weights) implements ClassWeights {
        public Given {
            weights = List.copyOf(weights);
            if (weights.stream().anyMatch(weight -> !(weight >= 0 && weight < Double.POSITIVE_INFINITY))) {
                throw new IllegalArgumentException("class-weights is " + weights + ", expected numbers of 0 or more");
            }
        }

        @Override
        public String toString() {
            return weights.toString();
        }
    }

    /** Reads {@code balanced} or numbers divided by commas. */
    static ClassWeights parse(String text) {
        if (text.equals("balanced")) {
            return new Balanced();
        }
        try {
            return new Given(Arrays.stream(text.split(",")).map(Double::valueOf).toList());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "class-weights is '" + text + "', expected balanced or numbers such as 1,2.5", e);
        }
    }

    /**
     * The weights of a task's labels; empty where all count alike.
     *
     * @param counts rows that have each label
     * @param rows of the training data
     */
    default List<Double> of(Task.OfText task, int[] counts, int rows) {
        if (this instanceof Given given) {
            if (given.weights().size() != task.labels().size()) {
                throw new IllegalArgumentException(
                        "class-weights has " + given.weights().size() + " weights, the task has "
                                + task.labels().size() + " labels: " + task.labels());
            }
            return given.weights();
        } else if (this instanceof Equal || task instanceof Task.Regression) {
            return List.of();
        }
        return Arrays.stream(counts)
                .mapToObj(count -> task instanceof Task.MultiLabel
                        ? (rows - count) / (double) Math.max(1, count)
                        : rows / (double) (counts.length * Math.max(1, count)))
                .toList();
    }
}
