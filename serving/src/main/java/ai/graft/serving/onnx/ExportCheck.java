package ai.graft.serving.onnx;

import ai.graft.model.config.ModelConfig;
import ai.graft.model.network.Head;
import ai.graft.model.network.Inputs;
import ai.graft.model.task.Prediction;
import ai.graft.model.task.Task;
import ai.graft.serving.predict.OnnxSession;
import ai.graft.tokenizer.Batch;
import ai.graft.tokenizer.TokenIds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Compares a loaded file with rows whose outputs are known: each row alone, the short ones in a padded batch, and all in one
 * that the longest pads.
 */
final class ExportCheck {
    /** Two sound fp32 computations of twelve layers lie up to 1.4e-5 apart at values around 10. */
    static final double TOLERANCE = 1e-4;

    private final OnnxSession session;
    private final ModelConfig config;
    private final Head head;
    private final Optional<Task> task;
    private Difference worst = new Difference(0, "");
    private int comparisons;

    /** @param task of a text classifier; empty for other heads */
    ExportCheck(OnnxSession session, ModelConfig config, Head head, Optional<Task> task) {
        this.session = session;
        this.config = config;
        this.head = head;
        this.task = task;
    }

    /** A distance, and where it was found. */
    private record Difference(double size, String where) {}

    /**
     * What a passed comparison found.
     *
     * @param comparisons rows that were compared, in all batches
     * @param maxDifference the largest absolute difference of an output
     */
    record Passed(int comparisons, double maxDifference) {}

    /**
     * Compares.
     *
     * @throws ProofFailedException showing the worst example where an output differs by more than the tolerance or is no
     *     number, or a decision is another
     */
    Passed require(List<ExampleRow> rows) {
        List<ExampleRow> sorted = rows.stream()
                .sorted(Comparator.comparingInt(row -> row.ids().length()))
                .toList();
        rows.forEach(row -> compare(List.of(row)));
        if (sorted.size() > 2) {
            compare(sorted.subList(0, sorted.size() - 1));
        }
        if (sorted.size() > 1) {
            compare(sorted);
        }
        if (!(worst.size() <= TOLERANCE)) {
            throw new ProofFailedException("the exported graph is off by " + worst.size() + ", more than " + TOLERANCE
                    + ": " + worst.where() + ". No file was kept. If the checkpoint was changed after "
                    + GoldenFile.NAME + " was written, save it again; else report this.");
        }
        return new Passed(comparisons, worst.size());
    }

    private void compare(List<ExampleRow> rows) {
        Batch batch = Batch.pad(rows.stream().map(ExampleRow::ids).toList(), config.padTokenId());
        Inputs inputs = new Inputs(
                batch.rows(), batch.columns(), batch.inputIds(), batch.attentionMask(), batch.tokenTypeIds());
        inputs.check(config);
        Map<String, float[]> outputs = session.run(inputs);
        for (int r = 0; r < rows.size(); r++) {
            comparisons++;
            ExampleRow row = rows.get(r);
            String where = row.name() + " (" + row.ids().length() + " tokens, in a batch of " + batch.rows() + " x "
                    + batch.columns() + ")";
            for (Map.Entry<String, float[]> expected : row.outputs().entrySet()) {
                float[] flat = outputs.getOrDefault(expected.getKey(), new float[0]);
                compare(
                        where + ", " + expected.getKey(),
                        row.ids(),
                        expected.getValue(),
                        part(flat, r, rows.size(), expected.getValue().length, where));
            }
        }
    }

    /** The first elements of a row, which are those of its tokens. */
    private static float[] part(float[] flat, int row, int rows, int length, String where) {
        int size = flat.length / rows;
        if (length > size) {
            throw new ProofFailedException(where + ": the exported graph gives " + size + " values, expected are "
                    + length + ". The golden data are of another model; save it again.");
        }
        return Arrays.copyOfRange(flat, row * size, row * size + length);
    }

    private void compare(String where, TokenIds ids, float[] expected, float[] actual) {
        for (int i = 0; i < expected.length; i++) {
            double difference = Math.abs((double) actual[i] - expected[i]);
            if (!(difference <= worst.size())) { // NaN too
                String message = where + ", value " + i + ": " + actual[i] + ", expected " + expected[i];
                worst = new Difference(Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference, message);
            }
        }
        List<String> wanted = decisions(expected, ids.length());
        List<String> given = decisions(actual, ids.length());
        if (!wanted.equals(given) && worst.size() <= TOLERANCE) {
            throw new ProofFailedException(where + ": the exported graph decides " + given + ", expected " + wanted
                    + ", though no output is off by more than " + worst.size() + ". No file was kept.");
        }
    }

    /** What a reader of the outputs would decide: a label, a label a token, an end of an answer. */
    private List<String> decisions(float[] values, int tokens) {
        if (head instanceof Head.None
                || task.filter(t -> t instanceof Task.Regression).isPresent()) {
            return List.of();
        } else if (task.isPresent()) {
            return List.of(Prediction.of(task.get(), values).label());
        }
        int width = head instanceof Head.QuestionAnswering ? values.length : values.length / tokens;
        List<String> decisions = new ArrayList<>();
        for (int from = 0; from < values.length; from += width) {
            int best = from;
            for (int i = from; i < from + width; i++) {
                best = values[i] > values[best] ? i : best;
            }
            decisions.add(Integer.toString(best - from));
        }
        return decisions;
    }
}
