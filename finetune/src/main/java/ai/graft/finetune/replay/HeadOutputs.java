package ai.graft.finetune.replay;

import ai.graft.finetune.engine.Targets;
import ai.graft.model.config.ConfigFile;
import ai.graft.model.network.Head;
import ai.graft.model.reference.DoubleTensor;
import ai.graft.model.reference.ReferenceLoss;
import ai.graft.model.task.Loss;
import ai.graft.model.task.Task;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;

/** Writes a head's logits and loss under the names that transformers gives them. */
final class HeadOutputs {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** The loss that transformers would take for this head and these labels. */
    static Loss loss(Head head, ConfigFile config, List<Double> weights, double labelSmoothing) {
        if (head instanceof Head.QuestionAnswering) {
            return new Loss.Span();
        } else if (!(head instanceof Head.SequenceClassification)) {
            return Loss.CrossEntropy.plain();
        }
        Task.OfText task = Task.of(config.labels(), config.problemType());
        if (task instanceof Task.SingleLabel) {
            return new Loss.CrossEntropy(weights, labelSmoothing);
        }
        return task instanceof Task.MultiLabel ? new Loss.BinaryCrossEntropy(weights) : new Loss.MeanSquared();
    }

    /** Adds {@code logits}, or {@code start_logits} and {@code end_logits}. */
    static void put(ObjectNode out, Head head, float[] logits, int rows, int columns) {
        if (head instanceof Head.QuestionAnswering) {
            out.set("start_logits", nested(side(logits, 0), rows, columns));
            out.set("end_logits", nested(side(logits, 1), rows, columns));
        } else if (head instanceof Head.SequenceClassification) {
            out.set("logits", nested(logits, rows, logits.length / rows));
        } else {
            out.set("logits", nested(logits, rows, columns, logits.length / rows / columns));
        }
    }

    /** The loss of logits, in doubles. */
    static double loss(Loss loss, float[] logits, int rows, int columns, Targets targets) {
        double[] values = new double[logits.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = logits[i];
        }
        int[] shape = loss instanceof Loss.Span
                ? new int[] {rows, columns, 2}
                : new int[] {size(targets), logits.length / size(targets)};
        if (targets instanceof Targets.Values cells) {
            shape = new int[] {cells.values().length / cells.columns(), cells.columns()};
        }
        return ReferenceLoss.of(loss, new DoubleTensor(shape, values), doubles(targets));
    }

    private static int size(Targets targets) {
        return doubles(targets).length;
    }

    private static double[] doubles(Targets targets) {
        if (targets instanceof Targets.Ids ids) {
            return Arrays.stream(ids.values()).asDoubleStream().toArray();
        } else if (targets instanceof Targets.Values cells) {
            double[] values = new double[cells.values().length];
            for (int i = 0; i < values.length; i++) {
                values[i] = cells.values()[i];
            }
            return values;
        }
        throw new AssertionError(targets);
    }

    private static float[] side(float[] logits, int side) {
        float[] values = new float[logits.length / 2];
        for (int i = 0; i < values.length; i++) {
            values[i] = logits[2 * i + side];
        }
        return values;
    }

    /** A flat array as nested JSON arrays of these sizes, each float with just the digits that read back as the same. */
    static ArrayNode nested(float[] values, int... shape) {
        return nested(values, 0, values.length, shape, 0);
    }

    private static ArrayNode nested(float[] values, int from, int to, int[] shape, int axis) {
        ArrayNode array = JSON.arrayNode();
        if (axis == shape.length - 1) {
            for (int i = from; i < to; i++) {
                array.add(values[i]);
            }
            return array;
        }
        int step = (to - from) / shape[axis];
        for (int i = from; i < to; i += step) {
            array.add(nested(values, i, i + step, shape, axis + 1));
        }
        return array;
    }

    private HeadOutputs() {}
}
