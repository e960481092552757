package ai.graft.tokenizer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How much a batch may hold: padded tokens and rows.
 *
 * @param maxTokens the most tokens of a batch, padding included (rows times longest); at least 1
 * @param maxRows the most rows; at least 1
 */
public record TokenBudget(int maxTokens, int maxRows) {

    /**
     * Checks both limits.
     *
     * @throws IllegalArgumentException when one is below 1
     */
    public TokenBudget {
        if (maxTokens < 1 || maxRows < 1) {
            throw new IllegalArgumentException("a token budget needs 1 token and 1 row or more, got maxTokens "
                    + maxTokens + " and maxRows " + maxRows);
        }
    }

    /**
     * Puts texts of like length together: indices sorted by length (equal lengths keep their order), then cut into
     * groups with {@code rows * longest <= maxTokens} and {@code rows <= maxRows}. A text that alone is over the budget
     * is a group of its own. O(n log n).
     *
     * @param lengths tokens of each text, none negative
     * @return groups of indices into {@code lengths}, short texts first; each index once
     * @throws IllegalArgumentException when a length is negative
     */
    public List<int[]> group(int[] lengths) {
        int[] order = byLength(lengths);
        List<int[]> groups = new ArrayList<>();
        int from = 0;
        for (int to = 1; to <= order.length; to++) {
            if (to == order.length || !holds(to + 1 - from, lengths[order[to]])) {
                groups.add(Arrays.copyOfRange(order, from, to));
                from = to;
            }
        }
        return groups;
    }

    private boolean holds(int rows, int longest) {
        return rows <= maxRows && (long) rows * longest <= maxTokens;
    }

    private static int[] byLength(int[] lengths) {
        for (int i = 0; i < lengths.length; i++) {
            if (lengths[i] < 0) {
                throw new IllegalArgumentException("lengths[" + i + "] is " + lengths[i] + ", a length is 0 or more");
            }
        }
        return IntStream.range(0, lengths.length)
                .boxed()
                .sorted(Comparator.comparingInt(i -> lengths[i]))
                .mapToInt(Integer::intValue)
                .toArray();
    }
}
