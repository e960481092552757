package ai.graft.datasets;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Turns what stands in a file into labels: divided, shortened and named as the caller said. Equal labels are kept once. */
final class LabelReader {
    /** Scores differ from row to row: no need to keep them all. */
    private static final int MOST_KEPT = 10_000;

    private final SourceFile file;
    private final LabelForm form;
    private final LabelNames names;
    private final Map<String, List<String>> kept = new HashMap<>();

    LabelReader(SourceFile file, LabelForm form) {
        this.file = file;
        this.form = form;
        this.names = form.names().map(LabelNames::read).orElse(LabelNames.NONE);
    }

    /** The labels of a cell; none where it is blank. */
    List<String> of(int row, String cell) {
        String stripped = cell.strip();
        List<String> known = kept.get(stripped);
        if (known != null) {
            return known;
        }
        List<String> labels = stripped.isEmpty() ? List.of() : of(row, parts(stripped));
        if (kept.size() < MOST_KEPT) {
            kept.put(stripped, labels);
        }
        return labels;
    }

    private Stream<String> parts(String cell) {
        return form.separator().isEmpty()
                ? Stream.of(cell)
                : Stream.of(cell.split(Pattern.quote(form.separator().get()), -1));
    }

    /** The labels of a list. */
    List<String> of(int row, Stream<String> values) {
        List<String> labels = new ArrayList<>();
        values.map(String::strip).forEach(value -> {
            if (value.isEmpty()) {
                throw file.error(row, "a label in its list is empty. Remove it or fill it in.");
            }
            labels.add(names.of(file, row, shortened(value)).intern());
        });
        if (new HashSet<>(labels).size() < labels.size()) {
            throw file.error(row, "a label stands twice in " + Excerpt.of(labels.toString(), 80) + ". Remove one.");
        }
        return List.copyOf(labels);
    }

    private String shortened(String label) {
        int end = form.until().map(label::indexOf).orElse(-1);
        return end > 0 ? label.substring(0, end).strip() : label;
    }
}
