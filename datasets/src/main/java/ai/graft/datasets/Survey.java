package ai.graft.datasets;

import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * What is to be known of a data set before anything is trained on it: counts and numbers of rows, never texts.
 *
 * <p>Two texts are the same when they are equal but for blanks at their ends; of a pair both must be.
 *
 * @param imbalance rows of the most frequent label for each row of the rarest; empty unless rows have classes
 * @param duplicates rows whose text stands in an earlier row
 * @param contradictions rows whose text stands in another row with other labels
 * @param unlabelled rows without label in data that have labels; empty for multi-label data, where that is a label set
 * @param suspicious rows that deserve a look; nothing but what was found
 */
public record Survey(
        OptionalDouble imbalance,
        RowsFound duplicates,
        RowsFound contradictions,
        RowsFound unlabelled,
        Map<Suspicion, RowsFound> suspicious) {

    /** What counts as the same text. */
    private record Key(String text, Optional<String> textPair) {
        static Key of(Example example) {
            return new Key(example.text().strip(), example.textPair().map(String::strip));
        }
    }

    /** Copies what was found. */
    public Survey {
        suspicious = Collections.unmodifiableMap(new LinkedHashMap<>(suspicious));
    }

    /** Looks at all rows; takes time and memory in proportion to the texts. */
    public static Survey of(Dataset data) {
        Set<Key> seen = new HashSet<>();
        Map<Key, List<String>> labels = new HashMap<>();
        Set<Key> disputed = new HashSet<>();
        data.examples().stream().filter(row -> !row.labels().isEmpty()).forEach(row -> {
            List<String> before = labels.putIfAbsent(Key.of(row), row.labels());
            if (before != null && !new HashSet<>(before).equals(new HashSet<>(row.labels()))) {
                disputed.add(Key.of(row));
            }
        });
        List<Example> rows = data.examples();
        boolean everyRow = data.labelKind() == LabelKind.SINGLE || data.labelKind() == LabelKind.REGRESSION;
        return new Survey(
                imbalance(data),
                RowsFound.of(data, i -> !seen.add(Key.of(rows.get(i)))),
                RowsFound.of(data, i -> disputed.contains(Key.of(rows.get(i)))),
                RowsFound.of(data, i -> everyRow && rows.get(i).labels().isEmpty()),
                SuspicionFinder.find(data));
    }

    /** The rows of {@code data} whose text stands in {@code other} too. */
    public static RowsFound overlap(Dataset data, Dataset other) {
        Set<Key> there = new HashSet<>();
        other.examples().forEach(row -> there.add(Key.of(row)));
        return RowsFound.of(data, i -> there.contains(Key.of(data.examples().get(i))));
    }

    private static OptionalDouble imbalance(Dataset data) {
        boolean classes = data.labelKind() == LabelKind.SINGLE || data.labelKind() == LabelKind.MULTI;
        var counts =
                data.labelCounts().values().stream().mapToInt(count -> count).summaryStatistics();
        return classes && counts.getCount() > 0
                ? OptionalDouble.of(counts.getMax() / (double) counts.getMin())
                : OptionalDouble.empty();
    }
}
