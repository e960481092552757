package ai.graft.datasets;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * Rows of a data set that have something in common.
 *
 * @param count how many they are
 * @param first the numbers of the first ones, {@value #SHOWN} at most, as {@link Example#row} counts
 */
public record RowsFound(int count, List<Integer> first) {
    private static final int SHOWN = 5;

    /** Copies the numbers. */
    public RowsFound {
        first = List.copyOf(first);
    }

    /** The rows whose positions the condition holds for. */
    static RowsFound of(Dataset data, IntPredicate condition) {
        List<Integer> first = new ArrayList<>();
        int count = 0;
        for (int i = 0; i < data.size(); i++) {
            if (condition.test(i)) {
                count++;
                if (first.size() < SHOWN) {
                    first.add(data.examples().get(i).row());
                }
            }
        }
        return new RowsFound(count, first);
    }
}
