package ai.graft.serving.onnx;

import ai.graft.model.config.ModelConfig;
import ai.graft.model.network.Inputs;
import ai.graft.serving.predict.OnnxSession;
import ai.graft.tokenizer.Batch;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Compares a loaded file with rows whose outputs are known: each row alone, the short ones in a padded batch, and all in one
 * that the longest pads. What the outputs may differ by is {@link Closeness}'s to say.
 */
final class ExportCheck {
    private final OnnxSession session;
    private final ModelConfig config;
    private final Closeness closeness;
    private int comparisons;

    ExportCheck(OnnxSession session, ModelConfig config, Decisions decisions, ExportPrecision precision) {
        this.session = session;
        this.config = config;
        this.closeness = new Closeness(decisions, precision);
    }

    /**
     * What a comparison found.
     *
     * @param comparisons rows that were compared, in all batches
     * @param found how close they were
     */
    record Outcome(int comparisons, Closeness.Found found) {}

    /** Compares; asked once. */
    Outcome compare(List<ExampleRow> rows) {
        List<ExampleRow> sorted = rows.stream()
                .sorted(Comparator.comparingInt(row -> row.ids().length()))
                .toList();
        rows.forEach(row -> compareBatch(List.of(row)));
        if (sorted.size() > 2) {
            compareBatch(sorted.subList(0, sorted.size() - 1));
        }
        if (sorted.size() > 1) {
            compareBatch(sorted);
        }
        return new Outcome(comparisons, closeness.found());
    }

    /** @throws ProofFailedException where the outputs are not close enough for the precision, showing the worst example */
    void require() {
        closeness.require();
    }

    private void compareBatch(List<ExampleRow> rows) {
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
                closeness.add(
                        where + ", " + expected.getKey(),
                        row.ids().length(),
                        expected.getValue(),
                        part(flat, r, rows.size(), expected.getValue().length, where));
            }
        }
    }

    /** The first elements of a row, which are those of its tokens. */
    private static float[] part(float[] flat, int row, int rows, int length, String where) {
        int size = flat.length / rows;
        if (length > size) {
            throw new ProofFailedException(
                    where + ": the exported graph gives " + size + " values, expected are " + length,
                    "The golden data are of another model; save it again.");
        }
        return Arrays.copyOfRange(flat, row * size, row * size + length);
    }
}
