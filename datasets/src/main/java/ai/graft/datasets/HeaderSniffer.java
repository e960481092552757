package ai.graft.datasets;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * Tells whether the first row names the columns.
 *
 * <p>It does if it holds all names that the caller uses; or if it could be a header (no number, no cell twice, no cell that its
 * column repeats below) and either holds a well-known name, or all its cells look like names and some column below is numeric
 * or made of repeating short values, as labels are.
 */
final class HeaderSniffer {
    private static final int LONGEST_NAME = 40;
    private static final int MOST_WORDS = 4;
    private static final int FEWEST_LABELS = 4;

    private final List<String> first;
    private final List<Row> rest;

    HeaderSniffer(List<Row> head) {
        first = head.get(0).cells().stream().map(String::strip).toList();
        rest = head.subList(1, head.size());
    }

    boolean isHeader(ReadOptions options) {
        return holdsAll(options) || (couldBeHeader() && (first.stream().anyMatch(RoleNames::isKnown) || standsOut()));
    }

    /** Whether the caller uses names at all, and all of them stand in the first row. */
    private boolean holdsAll(ReadOptions options) {
        List<String> names = options.namedColumns()
                .filter(name -> !Numbers.INTEGER.matches(name))
                .map(RoleNames::normal)
                .toList();
        List<String> cells = first.stream().map(RoleNames::normal).toList();
        return !names.isEmpty() && new HashSet<>(cells).containsAll(names);
    }

    private boolean couldBeHeader() {
        List<String> filled = first.stream().filter(cell -> !cell.isEmpty()).toList();
        return filled.stream().noneMatch(Numbers.DECIMAL::matches)
                && new HashSet<>(filled).size() == filled.size()
                && !anyRecurs();
    }

    private boolean anyRecurs() {
        for (int i = 0; i < first.size(); i++) {
            if (!first.get(i).isEmpty() && below(i).contains(first.get(i))) {
                return true;
            }
        }
        return false;
    }

    private boolean standsOut() {
        if (!first.stream().allMatch(HeaderSniffer::looksLikeName)) {
            return false;
        }
        for (int i = 0; i < first.size(); i++) {
            List<String> below = below(i);
            if (Numbers.DECIMAL.allMatch(below) || areLabels(below)) {
                return true;
            }
        }
        return false;
    }

    private List<String> below(int column) {
        List<String> values = new ArrayList<>(rest.size());
        rest.stream()
                .filter(row -> row.size() > column)
                .forEach(row -> values.add(row.cell(column).strip()));
        return values;
    }

    /** Every value stands there twice or more: in data a value of the first row would most likely come again. */
    private static boolean areLabels(List<String> values) {
        Map<String, Integer> counts = new HashMap<>();
        values.forEach(value -> counts.merge(value, 1, Integer::sum));
        return values.size() >= FEWEST_LABELS
                && values.stream().allMatch(value -> value.length() <= LONGEST_NAME)
                && counts.values().stream().allMatch(count -> count > 1);
    }

    private static boolean looksLikeName(String cell) {
        return !cell.isEmpty()
                && cell.length() <= LONGEST_NAME
                && cell.split("\\s+").length <= MOST_WORDS
                && !cell.matches(".*[.!?,;]");
    }
}
