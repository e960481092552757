package ai.graft.datasets;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The columns of a file, found by name or by number. */
final class ColumnList {
    private static final int MOST_DESCRIBED = 20;

    private final SourceFile file;
    private final List<Column> columns;

    ColumnList(SourceFile file, List<Column> columns) {
        this.file = file;
        this.columns = columns;
    }

    List<Column> all() {
        return columns;
    }

    boolean has(String column) {
        return !named(column).isEmpty() || numbered(column).isPresent();
    }

    /** The number of a column that must be there once. */
    int find(String column) {
        List<Column> named = named(column);
        if (named.size() > 1) {
            throw file.error(
                    "column '" + column + "' occurs more than once; columns: " + describe() + ". Give its number.");
        }
        return named.stream()
                .findFirst()
                .or(() -> numbered(column))
                .orElseThrow(() -> missing(column))
                .index();
    }

    private List<Column> named(String name) {
        String normal = RoleNames.normal(name);
        return columns.stream()
                .filter(column -> !column.name().isEmpty()
                        && RoleNames.normal(column.name()).equals(normal))
                .toList();
    }

    private Optional<Column> numbered(String number) {
        return columns.stream()
                .filter(column -> String.valueOf(column.index()).equals(number.strip()))
                .findFirst();
    }

    private DatasetException missing(String wanted) {
        boolean unnamed = columns.stream().allMatch(column -> column.name().isEmpty());
        String mend = unnamed
                ? " The file has no header: give a number, or name all columns with withColumns (--columns)."
                : nearest(wanted)
                        .map(name -> " Did you mean '" + name + "'?")
                        .orElse(" Give one of these names or numbers.");
        return file.error("no column '" + wanted + "'; columns: " + describe() + "." + mend);
    }

    private Optional<String> nearest(String wanted) {
        return columns.stream()
                .map(Column::name)
                .filter(name -> EditDistance.between(RoleNames.normal(name), RoleNames.normal(wanted))
                        <= 1 + wanted.length() / 3)
                .min(Comparator.comparingInt(
                        name -> EditDistance.between(RoleNames.normal(name), RoleNames.normal(wanted))));
    }

    String describe() {
        return describe(columns);
    }

    /** Numbers, names and example values; the first ones of many. */
    static String describe(List<Column> columns) {
        String list =
                columns.stream().limit(MOST_DESCRIBED).map(Column::describe).collect(Collectors.joining(", "));
        return columns.size() > MOST_DESCRIBED ? list + ", ... " + columns.size() + " columns" : list;
    }
}
