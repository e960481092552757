package ai.graft.datasets;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * One row of a data set: a text or a pair of texts, and its labels.
 *
 * @param text the text as the file has it, blanks included
 * @param textPair the second text of a pair
 * @param labels one label for single-label data, any number for multi-label data, one number in decimal writing for
 *     regression, none when unlabelled
 * @param row number of the line, from 1, where the row starts in its file, as an editor counts; of a row in a JSON document
 *     its place in the list, from 1
 */
public record Example(String text, Optional<String> textPair, List<String> labels, int row) {
    /** @throws IllegalArgumentException if {@code row} is below 1 */
    public Example {
        Objects.requireNonNull(text, "text");
        Objects.requireNonNull(textPair, "textPair");
        labels = List.copyOf(labels);
        if (row < 1) {
            throw new IllegalArgumentException("rows count from 1, got row " + row);
        }
    }
}
