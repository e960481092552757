package ai.graft.datasets;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * Names of labels that are numbers.
 *
 * @param source the file they came from
 * @param names the first one names 0; none where numbers stay numbers
 */
record LabelNames(String source, List<String> names) {
    static final LabelNames NONE = new LabelNames("", List.of());

    /** Reads one name a line. */
    static LabelNames read(Path path) {
        SourceFile file = new SourceFile(path, StandardCharsets.UTF_8);
        file.check();
        try (BufferedReader reader = file.open()) {
            List<String> names = reader.lines().map(String::strip).toList();
            int blank = names.indexOf("");
            if (blank >= 0 && names.subList(blank, names.size()).stream().anyMatch(name -> !name.isEmpty())) {
                throw file.error(blank + 1, "the name of label " + blank + " is empty. Write one name a line.");
            }
            return new LabelNames(path.toString(), blank < 0 ? names : names.subList(0, blank));
        } catch (UncheckedIOException e) {
            throw file.unreadable(Objects.requireNonNull(e.getCause()));
        } catch (IOException e) {
            throw file.unreadable(e);
        }
    }

    /** The name of a label. */
    String of(SourceFile file, int row, String label) {
        if (names.isEmpty()) {
            return label;
        }
        int index = Numbers.INTEGER.matches(label) && label.length() < 9 ? Integer.parseInt(label) : -1;
        if (index < 0 || index >= names.size()) {
            throw file.error(
                    row,
                    "label '" + Excerpt.of(label, 40) + "' is no number from 0 to " + (names.size() - 1) + ", which "
                            + source + " names. Correct the row or the names; where labels count from 1, write a line"
                            + " before the first name.");
        }
        return names.get(index);
    }
}
