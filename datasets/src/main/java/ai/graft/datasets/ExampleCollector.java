package ai.graft.datasets;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Checks the rows of a file and keeps them; equal labels are kept once. */
final class ExampleCollector {
    private final SourceFile file;
    private final boolean labelled;
    private final List<Example> examples = new ArrayList<>();
    private final Map<String, List<String>> singles = new HashMap<>();

    ExampleCollector(SourceFile file, boolean labelled) {
        this.file = file;
        this.labelled = labelled;
    }

    /** Adds a row with one label, or without if it is blank and need not be there. */
    void add(int row, String text, Optional<String> textPair, String label) {
        String stripped = label.strip();
        if (stripped.isEmpty() && labelled) {
            throw file.error(
                    row,
                    "the label is empty. Fill it in, remove the row, or read without labels: withLabelled(false).");
        }
        add(row, text, textPair, stripped.isEmpty() ? List.of() : singles.computeIfAbsent(stripped, List::of));
    }

    /** Adds a row with any number of labels. */
    void add(int row, String text, Optional<String> textPair, List<String> labels) {
        if (text.isBlank()) {
            throw file.error(row, "the text is empty. Fill it in or remove the row.");
        }
        if (textPair.filter(String::isBlank).isPresent()) {
            throw file.error(row, "the second text is empty. Fill it in or remove the row.");
        }
        examples.add(new Example(text, textPair, labels, row));
    }

    List<Example> examples() {
        return examples;
    }
}
