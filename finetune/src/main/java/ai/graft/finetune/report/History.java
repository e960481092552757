package ai.graft.finetune.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The course of a training run: points in the order of their steps, to which new ones are only appended. */
public final class History {
    private final List<HistoryPoint> points = new ArrayList<>();

    /**
     * Adds the next point.
     *
     * @throws IllegalArgumentException if its step is not above that of the last point
     */
    public void append(HistoryPoint point) {
        if (!points.isEmpty() && point.step() <= points.get(points.size() - 1).step()) {
            throw new IllegalArgumentException(
                    "step " + point.step() + " follows step "
                            + points.get(points.size() - 1).step()
                            + " in the history. Append steps in ascending order, with the validation metrics in the same point.");
        }
        points.add(point);
    }

    /** The points so far; a copy. */
    public List<HistoryPoint> points() {
        return List.copyOf(points);
    }

    /** Names of all validation metrics, in the order in which they first came. */
    public List<String> validationNames() {
        Set<String> names = new LinkedHashSet<>();
        points.forEach(point -> names.addAll(point.validation().keySet()));
        return List.copyOf(names);
    }

    /**
     * Writes the history as CSV in UTF-8: the columns {@code step,epoch,learning_rate,train_loss} and one {@code
     * validation_NAME} for each metric; cells without a value are empty. Numbers are written so that reading them gives
     * the same bits. Replaces an existing file.
     *
     * @throws IOException if the file cannot be written
     */
    public void writeCsv(Path csv) throws IOException {
        List<String> names = validationNames();
        StringBuilder text = new StringBuilder("step,epoch,learning_rate,train_loss");
        names.forEach(name -> text.append(',').append(cell("validation_" + name)));
        text.append('\n');
        points.forEach(point -> text.append(row(point, names)).append('\n'));
        Files.writeString(csv, text, StandardCharsets.UTF_8);
    }

    private static String row(HistoryPoint point, List<String> names) {
        String metrics = names.stream()
                .map(name -> ","
                        + (point.validation().containsKey(name)
                                ? point.validation().get(name)
                                : ""))
                .collect(Collectors.joining());
        return point.step() + "," + point.epoch() + "," + point.learningRate() + "," + point.loss() + metrics;
    }

    /** RFC 4180. */
    private static String cell(String value) {
        boolean plain = value.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return plain ? value : '"' + value.replace("\"", "\"\"") + '"';
    }
}
