package ai.graft.datasets;

import ai.graft.datasets.ReadOptions.Format;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Sees that rows have the cells they should: a cell too many or too few means that texts and labels stand in wrong columns.
 */
final class WidthCheck {
    private final SourceFile file;
    private final Format format;
    private final boolean quoted;
    private final List<Column> columns;
    private final int least;

    /** @param least if above 0, rows may have any number of cells from this on; else exactly one for each column */
    WidthCheck(SourceFile file, Format format, boolean quoted, List<Column> columns, int least) {
        this.file = file;
        this.format = format;
        this.quoted = quoted;
        this.columns = columns;
        this.least = least;
    }

    void check(Row row) {
        if (row.size() < (least > 0 ? least : columns.size())) {
            throw file.error(row.line(), counts(row) + ". Write the missing cells" + quotingHint() + ".");
        }
        if (least == 0 && hasExtra(row)) {
            String divider = format == Format.CSV ? "commas" : "tabs";
            throw file.error(row.line(), counts(row) + ". Quote cells that hold " + divider + ".");
        }
    }

    /** Empty cells at the end do no harm. */
    private boolean hasExtra(Row row) {
        return row.cells().stream().skip(columns.size()).anyMatch(cell -> !cell.isBlank());
    }

    private String quotingHint() {
        return quoted ? "" : ", or if quoted cells hold line breaks: withQuoting(ON) (--quoting on)";
    }

    private String counts(Row row) {
        String names = columns.stream()
                .map(column -> column.name().isEmpty() ? String.valueOf(column.index()) : column.name())
                .collect(Collectors.joining(", "));
        String expected = least > 0 ? least + " or more" : columns.size() + " (" + names + ")";
        return row.size() + (row.size() == 1 ? " cell" : " cells") + ", expected " + expected;
    }
}
