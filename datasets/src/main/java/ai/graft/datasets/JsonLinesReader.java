package ai.graft.datasets;

import ai.graft.datasets.ReadOptions.Format;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads a JSON-lines file. A label may be a string, a number, a boolean, or a list of these. */
final class JsonLinesReader {
    private final SourceFile file;
    private final ReadOptions options;
    private final ExampleCollector collector;
    private boolean anyList;

    JsonLinesReader(SourceFile file, ReadOptions options) {
        this.file = file;
        this.options = options;
        this.collector = new ExampleCollector(file, options.labelled());
    }

    Dataset read() {
        List<Column> columns = columns();
        Wanted wanted = options.columns().isEmpty() ? Wanted.separately(options) : Wanted.inShort(file, options);
        Roles roles = new RoleFinder(file, columns, wanted, options.labelled()).find();
        collect(columns, roles);
        List<Example> examples = collector.examples();
        Dataset data = anyList ? Dataset.of(file.name(), examples, LabelKind.MULTI) : Dataset.of(file.name(), examples);
        return data.from("read as " + Format.JSON_LINES.title());
    }

    /** The keys of the first rows, in order of their first appearance. */
    private List<Column> columns() {
        Map<String, List<String>> samples = new LinkedHashMap<>();
        try (JsonRowReader rows = new JsonRowReader(file)) {
            Optional<JsonRow> row = rows.next();
            for (int i = 0; row.isPresent() && i < DatasetReader.SAMPLE_ROWS; i++, row = rows.next()) {
                row.get()
                        .object()
                        .properties()
                        .forEach(entry -> samples.computeIfAbsent(entry.getKey(), key -> new ArrayList<>())
                                .add(
                                        entry.getValue().isValueNode()
                                                ? entry.getValue().asText()
                                                : entry.getValue().toString()));
            }
        }
        if (samples.isEmpty()) {
            throw file.error(
                    "has no rows with keys, expected JSON objects such as {\"text\": \"...\", \"label\": \"...\"}.");
        }
        List<Column> columns = new ArrayList<>();
        samples.forEach((name, sample) -> columns.add(new Column(columns.size(), name, sample)));
        return columns;
    }

    private void collect(List<Column> columns, Roles roles) {
        try (JsonRowReader rows = new JsonRowReader(file)) {
            for (Optional<JsonRow> row = rows.next(); row.isPresent(); row = rows.next()) {
                collect(row.get(), columns, roles);
            }
        }
    }

    private void collect(JsonRow row, List<Column> columns, Roles roles) {
        String text = text(row, columns.get(roles.text()).name());
        Optional<String> textPair = Optional.empty();
        if (roles.textPair().isPresent()) {
            textPair = Optional.of(
                    text(row, columns.get(roles.textPair().getAsInt()).name()));
        }
        Optional<JsonNode> label = Optional.empty();
        if (roles.label().isPresent()) {
            label = row.value(columns.get(roles.label().getAsInt()).name());
        }
        if (label.isPresent() && label.get().isArray()) {
            anyList = true;
            collector.add(row.line(), text, textPair, list(row, label.get()));
        } else {
            collector.add(row.line(), text, textPair, label.isEmpty() ? "" : scalar(row, "label", label.get()));
        }
    }

    private String text(JsonRow row, String key) {
        JsonNode value = row.value(key)
                .orElseThrow(() -> file.error(
                        row.line(),
                        "has no '" + key + "'; its keys: " + keys(row)
                                + ". Add it, or name another key with withText (--text)."));
        return scalar(row, key, value);
    }

    private static List<String> keys(JsonRow row) {
        return row.object().properties().stream().map(Map.Entry::getKey).toList();
    }

    private List<String> list(JsonRow row, JsonNode labels) {
        List<String> values = new ArrayList<>();
        for (JsonNode label : labels) {
            String value = scalar(row, "label", label).strip();
            if (value.isEmpty()) {
                throw file.error(row.line(), "a label in its list is empty. Remove it or fill it in.");
            }
            values.add(value.intern());
        }
        return values;
    }

    private String scalar(JsonRow row, String key, JsonNode value) {
        if (!value.isValueNode() || value.isNull()) {
            throw file.error(
                    row.line(),
                    "'" + key + "' is " + value.getNodeType() + ", expected a string, number or boolean"
                            + (key.equals("label") ? " or a list of these" : "") + ". Correct the row.");
        }
        return value.asText();
    }
}
