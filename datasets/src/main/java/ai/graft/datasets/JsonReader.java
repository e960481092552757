package ai.graft.datasets;

import ai.graft.datasets.ReadOptions.Format;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;

/** Reads a JSON file. A label may be a string, a number, a boolean, or a list of these. */
final class JsonReader {
    private final SourceFile file;
    private final ReadOptions options;
    private final Format format;

    JsonReader(SourceFile file, ReadOptions options, Format format) {
        this.file = file;
        this.options = options;
        this.format = format;
    }

    ExampleStream open() {
        List<Column> columns = columns();
        Wanted wanted = options.columns().isEmpty() ? options.wanted() : Wanted.inShort(file, options);
        Roles roles = new RoleFinder(file, columns, wanted, options.labels().required()).find();
        List<String> keys = new ArrayList<>();
        columns.forEach(column -> keys.add(column.name().isEmpty() ? String.valueOf(column.index()) : column.name()));
        String[] facts =
                options.form().records().map(path -> "records " + path).stream().toArray(String[]::new);
        ExampleMaker maker = new ExampleMaker(file, options);
        return new ExampleStream(
                HowRead.of(file, options, format, facts),
                new Rows(file, JsonRows.open(file, options, format), keys, roles, maker));
    }

    /** The keys of the first rows, in order of their first appearance; the places of a list have no names. */
    private List<Column> columns() {
        Map<String, List<String>> samples = new LinkedHashMap<>();
        boolean named = true;
        try (JsonRows rows = JsonRows.open(file, options, format)) {
            int letters = 0;
            Optional<JsonRow> row = rows.next();
            for (int i = 0; row.isPresent() && i < DatasetReader.SAMPLE_ROWS; i++) {
                named = !row.get().isList();
                letters += sample(row.get(), samples);
                row = letters < DatasetReader.SAMPLE_LETTERS ? rows.next() : Optional.empty();
            }
        }
        if (samples.isEmpty()) {
            throw file.error(
                    "has no rows with keys, expected JSON objects such as {\"text\": \"...\", \"label\": \"...\"}.");
        }
        List<Column> columns = new ArrayList<>();
        for (Map.Entry<String, List<String>> sample : samples.entrySet()) {
            columns.add(new Column(columns.size(), named ? sample.getKey() : "", sample.getValue()));
        }
        return columns;
    }

    private static int sample(JsonRow row, Map<String, List<String>> samples) {
        int letters = 0;
        for (Map.Entry<String, JsonNode> entry : row.values().entrySet()) {
            JsonNode value = entry.getValue();
            String written = value.isValueNode() ? value.asText() : value.toString();
            samples.computeIfAbsent(entry.getKey(), key -> new ArrayList<>()).add(written);
            letters += written.length();
        }
        return letters;
    }

    /** The rows with texts and labels taken out. */
    private record Rows(SourceFile file, JsonRows rows, List<String> keys, Roles roles, ExampleMaker maker)
            implements ExampleRows {

        @Override
        public Optional<Example> next() {
            return rows.next().map(this::example);
        }

        private Example example(JsonRow row) {
            String text = roles.joined(column -> text(row, column));
            Optional<String> textPair = Optional.empty();
            if (roles.textPair().isPresent()) {
                textPair = Optional.of(text(row, roles.textPair().getAsInt()));
            }
            Optional<JsonNode> label = Optional.empty();
            if (roles.label().isPresent()) {
                label = row.value(keys.get(roles.label().getAsInt()));
            }
            if (label.isPresent() && label.get().isArray()) {
                return maker.of(
                        row.row(),
                        text,
                        textPair,
                        StreamSupport.stream(label.get().spliterator(), false)
                                .map(value -> scalar(row, "label", value)));
            }
            return maker.of(row.row(), text, textPair, label.isEmpty() ? "" : scalar(row, "label", label.get()));
        }

        /** One of several texts may be missing. */
        private String text(JsonRow row, int column) {
            String key = keys.get(column);
            Optional<JsonNode> value = row.value(key);
            if (value.isEmpty() && roles.text().size() > 1 && roles.text().contains(column)) {
                return "";
            }
            return scalar(
                    row,
                    key,
                    value.orElseThrow(() -> file.error(
                            row.row(),
                            "has no '" + key + "'; its keys: "
                                    + row.values().keySet()
                                    + ". Add it, or name another key with withText (--text).")));
        }

        private String scalar(JsonRow row, String key, JsonNode value) {
            if (!value.isValueNode() || value.isNull()) {
                throw file.error(
                        row.row(),
                        "'" + key + "' is " + value.getNodeType() + ", expected a string, number or boolean"
                                + (key.equals("label") ? " or a list of these" : "") + ". Correct the row.");
            }
            return value.asText();
        }

        @Override
        public boolean isMulti() {
            return maker.isMulti();
        }

        @Override
        public void close() {
            rows.close();
        }
    }
}
