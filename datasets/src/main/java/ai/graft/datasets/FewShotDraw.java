package ai.graft.datasets;

import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;

/** The same number of rows for each label. */
final class FewShotDraw {
    private FewShotDraw() {}

    static List<Example> of(Dataset data, int k, long seed) {
        check(data, k);
        Random random = new Random(seed);
        TreeSet<Integer> drawn = new TreeSet<>();
        Strata.of(data).values().forEach(positions -> {
            Collections.shuffle(positions, random);
            drawn.addAll(positions.subList(0, k));
        });
        return drawn.stream().map(data.examples()::get).toList();
    }

    private static void check(Dataset data, int k) {
        if (k < 1) {
            throw new IllegalArgumentException("a draw needs 1 row per label or more, got " + k);
        }
        if (data.labelKind() != LabelKind.SINGLE) {
            throw new DatasetException(data.name()
                    + ": rows per label can be drawn from single-label data only, these are " + data.labelKind());
        }
        data.labelCounts().forEach((label, count) -> {
            if (count < k) {
                throw new DatasetException(
                        data.name() + ": label '" + label + "' has " + count + " rows, fewer than the " + k
                                + " asked for. Ask for " + count + " or fewer, or add rows of that label.");
            }
        });
    }
}
