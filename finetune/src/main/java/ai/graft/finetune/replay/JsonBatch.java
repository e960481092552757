package ai.graft.finetune.replay;

import ai.graft.finetune.engine.Targets;
import ai.graft.model.network.Head;
import ai.graft.model.network.Inputs;
import ai.graft.model.task.Loss;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * A recorded batch: {@code input_ids} [batch][position], and where given {@code attention_mask}, {@code token_type_ids},
 * {@code labels} or {@code start_positions} and {@code end_positions}.
 */
record JsonBatch(Inputs inputs, JsonNode json) {

    /**
     * Reads a batch. Without a mask every position attends, without types all are 0.
     *
     * @throws IllegalArgumentException naming the key and row that make no sense
     */
    static JsonBatch read(JsonNode json) {
        JsonNode ids = json.path("input_ids");
        if (!ids.isArray() || ids.isEmpty() || !ids.get(0).isArray()) {
            throw new IllegalArgumentException("input_ids is missing or no array of rows: [[101, 7592, 102], …]");
        }
        if (ids.get(0).path(0).isArray()) {
            throw new IllegalArgumentException("input_ids has three axes: multiple choice is not supported");
        }
        int rows = ids.size();
        int columns = ids.get(0).size();
        int[] mask = new int[rows * columns];
        Arrays.fill(mask, 1);
        int[] types = new int[rows * columns];
        Inputs inputs = new Inputs(
                rows,
                columns,
                matrix(json, "input_ids", rows, columns, new int[rows * columns]),
                matrix(json, "attention_mask", rows, columns, mask),
                matrix(json, "token_type_ids", rows, columns, types));
        return new JsonBatch(inputs, json);
    }

    private static int[] matrix(JsonNode json, String key, int rows, int columns, int[] values) {
        JsonNode matrix = json.path(key);
        if (matrix.isMissingNode() || matrix.isNull()) {
            return values;
        }
        if (matrix.size() != rows) {
            throw new IllegalArgumentException(key + " has " + matrix.size() + " rows, input_ids has " + rows);
        }
        for (int r = 0; r < rows; r++) {
            if (matrix.get(r).size() != columns) {
                throw new IllegalArgumentException(key + ", row " + r + " has "
                        + matrix.get(r).size() + " positions, the first row of input_ids has " + columns);
            }
            for (int c = 0; c < columns; c++) {
                values[r * columns + c] = integer(matrix.get(r).get(c), key, r);
            }
        }
        return values;
    }

    private static int integer(JsonNode node, String key, int row) {
        if (!node.canConvertToInt() || !node.isNumber()) {
            throw new IllegalArgumentException(key + ", row " + row + " holds " + node + ", expected a whole number");
        }
        return node.intValue();
    }

    /** The labels in the form of a loss; empty where the batch has none. */
    Optional<Targets> targets(Head head, Loss loss) {
        if (head instanceof Head.QuestionAnswering) {
            return json.has("start_positions") ? Optional.of(positions()) : Optional.empty();
        }
        JsonNode labels = json.path("labels");
        if (!labels.isArray()) {
            return Optional.empty();
        }
        int columns = labels.get(0).isArray() ? labels.get(0).size() : 0;
        double[] flat = flat(labels);
        if (loss instanceof Loss.CrossEntropy) {
            checkClasses(flat, head);
            return Optional.of(
                    new Targets.Ids(Arrays.stream(flat).mapToInt(v -> (int) v).toArray(), columns));
        }
        float[] values = new float[flat.length];
        for (int i = 0; i < flat.length; i++) {
            values[i] = (float) flat[i];
        }
        return Optional.of(new Targets.Values(values, Math.max(1, columns)));
    }

    private static void checkClasses(double[] labels, Head head) {
        int classes = Integer.MAX_VALUE; // a masked-LM label is a token id, which the logits bound
        if (head instanceof Head.SequenceClassification classification) {
            classes = classification.labels();
        } else if (head instanceof Head.TokenClassification tokens) {
            classes = tokens.labels();
        }
        for (double label : labels) {
            if (label != Loss.IGNORED && (label < 0 || label >= classes)) {
                throw new IllegalArgumentException(
                        "labels holds " + (long) label + ", the head has " + classes + " classes counted from 0");
            }
        }
    }

    private Targets positions() {
        int rows = inputs.rows();
        int[] positions = new int[2 * rows];
        for (int r = 0; r < rows; r++) {
            positions[2 * r] = json.path("start_positions").path(r).asInt();
            positions[2 * r + 1] = json.path("end_positions").path(r).asInt();
        }
        return new Targets.Ids(positions, 2);
    }

    private static double[] flat(JsonNode node) {
        return node.isArray()
                ? StreamSupport.stream(node.spliterator(), false)
                        .flatMapToDouble(n -> Arrays.stream(flat(n)))
                        .toArray()
                : new double[] {node.asDouble()};
    }
}
