package ai.graft.datasets;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Checks the rows of a file and makes examples of them. */
final class ExampleMaker {
    private final SourceFile file;
    private final LabelForm form;
    private final LabelReader labels;
    private final boolean emptyKept;
    private boolean multi;

    ExampleMaker(SourceFile file, ReadOptions options) {
        this.file = file;
        this.form = options.labels();
        this.labels = new LabelReader(file, form);
        this.emptyKept = options.emptyKept();
        this.multi = form.separator().isPresent();
    }

    /** A row whose labels stand in one cell, or without any if it is blank and need not be filled. */
    Example of(int row, String text, Optional<String> textPair, String cell) {
        if (cell.indexOf('\0') >= 0) {
            throw file.nul(row);
        }
        List<String> found = labels.of(row, cell);
        if (found.isEmpty() && form.required() && !emptyKept && !multi) {
            throw file.error(
                    row,
                    "the label is empty. Fill it in, remove the row, or read without labels: withLabelled(false).");
        }
        return checked(row, text, textPair, found);
    }

    /** A row with a list of labels. */
    Example of(int row, String text, Optional<String> textPair, Stream<String> values) {
        multi = true;
        return checked(row, text, textPair, labels.of(row, values));
    }

    private Example checked(int row, String text, Optional<String> textPair, List<String> found) {
        if (text.isBlank() && !emptyKept) {
            throw file.error(row, "the text is empty. Fill it in or remove the row.");
        }
        if (textPair.filter(String::isBlank).isPresent() && !emptyKept) {
            throw file.error(row, "the second text is empty. Fill it in or remove the row.");
        }
        if (text.indexOf('\0') >= 0 || textPair.orElse("").indexOf('\0') >= 0) {
            throw file.nul(row);
        }
        return new Example(text, textPair, found, row);
    }

    /** Whether rows may have several labels, as far as they were read. */
    boolean isMulti() {
        return multi;
    }
}
