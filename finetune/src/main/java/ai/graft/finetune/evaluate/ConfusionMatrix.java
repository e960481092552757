package ai.graft.finetune.evaluate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** Which label was taken for which: counts by true label (row) and predicted label (column). Immutable. */
public final class ConfusionMatrix {
    private final List<String> labels;
    private final int[][] counts;

    private ConfusionMatrix(List<String> labels, int[][] counts) {
        this.labels = labels;
        this.counts = counts;
    }

    /**
     * Counts pairs of true and predicted label ids.
     *
     * @param labels names by id, 2 or more, no two alike
     * @param gold true ids, one an example, 1 example or more
     * @param predicted predicted ids, as many
     * @throws IllegalArgumentException if there are too few labels or no examples, the lengths differ, or an id is not
     *     below the number of labels; the message names the example
     */
    public static ConfusionMatrix of(List<String> labels, int[] gold, int[] predicted) {
        List<String> names = Checks.labels(labels, 2);
        Checks.sameExamples(gold.length, predicted.length);
        int[][] counts = new int[names.size()][names.size()];
        for (int i = 0; i < gold.length; i++) {
            Checks.label("gold", i, gold[i], names);
            Checks.label("predicted", i, predicted[i], names);
            counts[gold[i]][predicted[i]]++;
        }
        return new ConfusionMatrix(names, counts);
    }

    /** Names by label id. */
    public List<String> labels() {
        return labels;
    }

    /** Number of examples with the true id {@code gold} that were given {@code predicted}. */
    public int count(int gold, int predicted) {
        return counts[gold][predicted];
    }

    /** Number of examples with the true id {@code gold}. */
    public int support(int gold) {
        return Arrays.stream(counts[gold]).sum();
    }

    /** Number of all examples. */
    public int examples() {
        return Arrays.stream(counts).flatMapToInt(Arrays::stream).sum();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ConfusionMatrix that
                && labels.equals(that.labels)
                && Arrays.deepEquals(counts, that.counts);
    }

    @Override
    public int hashCode() {
        return Objects.hash(labels, Arrays.deepHashCode(counts));
    }

    /** Labels and rows, as {@code [negative, positive] [[4, 1], [0, 5]]}. */
    @Override
    public String toString() {
        return labels + " " + Arrays.deepToString(counts);
    }

    ArrayNode toJson() {
        ArrayNode rows = JsonNodeFactory.instance.arrayNode();
        for (int[] row : counts) {
            ArrayNode cells = rows.addArray();
            Arrays.stream(row).forEach(cells::add);
        }
        return rows;
    }
}
