package ai.graft.datasets;

import java.util.List;

/**
 * The cells of one row of a CSV or TSV file.
 *
 * @param line number of the line, from 1, where the row starts
 * @param cells what stands in its columns
 */
record Row(int line, List<String> cells) {
    int size() {
        return cells.size();
    }

    String cell(int column) {
        return cells.get(column);
    }

    boolean isBlank() {
        return size() == 1 && cell(0).isEmpty();
    }
}
