package ai.graft.datasets;

import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Words for the rows and labels of a data set. */
final class Description {
    private static final int MOST_LISTED = 10;
    private static final int FIRST_LISTED = 3;
    private static final int LONGEST_LABEL = 40;

    private Description() {}

    static String of(Dataset data) {
        return count(data.size()) + (data.size() == 1 ? " row, " : " rows, ") + labels(data);
    }

    private static String labels(Dataset data) {
        return switch (data.labelKind()) {
            case NONE -> "no labels";
            case SINGLE -> "labels " + counts(data.labelCounts());
            case MULTI -> "labels " + counts(data.labelCounts()) + ", up to " + most(data) + " a row";
            case REGRESSION -> scale(data);
        };
    }

    private static String counts(Map<String, Integer> counts) {
        int listed = counts.size() > MOST_LISTED ? FIRST_LISTED : counts.size();
        String list = counts.entrySet().stream()
                .limit(listed)
                .map(entry -> Excerpt.of(entry.getKey(), LONGEST_LABEL) + " (" + count(entry.getValue()) + ")")
                .collect(Collectors.joining(", "));
        return listed < counts.size() ? list + ", ... " + count(counts.size()) + " labels" : list;
    }

    private static int most(Dataset data) {
        return data.examples().stream()
                .mapToInt(example -> example.labels().size())
                .max()
                .orElse(0);
    }

    private static String scale(Dataset data) {
        var statistics = data.examples().stream()
                .flatMap(example -> example.labels().stream())
                .mapToDouble(Double::parseDouble)
                .summaryStatistics();
        return String.format(
                Locale.ROOT,
                "scores min %.3f, mean %.3f, max %.3f",
                statistics.getMin(),
                statistics.getAverage(),
                statistics.getMax());
    }

    private static String count(int value) {
        return String.format(Locale.ROOT, "%,d", value);
    }
}
