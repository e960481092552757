package ai.graft.finetune.cli;

import ai.graft.datasets.Dataset;
import ai.graft.datasets.Example;
import ai.graft.tokenizer.TextInput;
import ai.graft.tokenizer.TokenIds;
import ai.graft.tokenizer.Tokenizer;
import ai.graft.tokenizer.Truncation;
import java.util.Arrays;
import java.util.List;

/** How many tokens the rows of a data set have, special tokens included, nothing cut. */
final class TokenLengths {
    /** Rows that are tokenised together: their ids are dropped before the next. */
    private static final int TOGETHER = 1024;

    private final int[] sorted;

    private TokenLengths(int[] sorted) {
        this.sorted = sorted;
    }

    /** @throws IllegalArgumentException if there is no row */
    static TokenLengths of(Dataset data, Tokenizer tokenizer) {
        List<Example> rows = data.examples();
        if (rows.isEmpty()) {
            throw new IllegalArgumentException(data.name() + " has no rows, so there are no lengths to measure");
        }
        int[] lengths = new int[rows.size()];
        for (int from = 0; from < rows.size(); from += TOGETHER) {
            List<TextInput> inputs = rows.subList(from, Math.min(rows.size(), from + TOGETHER)).stream()
                    .map(row -> new TextInput(row.text(), row.textPair()))
                    .toList();
            List<TokenIds> ids = tokenizer.idsAll(inputs, Truncation.none());
            for (int i = 0; i < ids.size(); i++) {
                lengths[from + i] = ids.get(i).length();
            }
        }
        Arrays.sort(lengths);
        return new TokenLengths(lengths);
    }

    /** The shortest length that {@code share} of the rows do not exceed. */
    int quantile(double share) {
        return sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
    }

    /** The most tokens of a row. */
    int max() {
        return sorted[sorted.length - 1];
    }

    /** Rows that are longer than a maximum, which would cut them. */
    int longerThan(int limit) {
        int from = 0;
        int to = sorted.length;
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (sorted[middle] > limit) {
                to = middle;
            } else {
                from = middle + 1;
            }
        }
        return sorted.length - from;
    }
}
