package ai.graft.datasets;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import java.util.Optional;

/** The objects of a JSON-lines file, empty lines skipped. */
final class JsonLineRows implements JsonRows {
    private static final ObjectReader WHOLE = PARSER.with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final SourceFile file;
    private final Lines lines;

    JsonLineRows(SourceFile file) {
        this.file = file;
        this.lines = new Lines(file);
    }

    @Override
    public Optional<JsonRow> next() {
        for (Optional<String> text = lines.next(); text.isPresent(); text = lines.next()) {
            if (!text.get().isBlank()) {
                return Optional.of(parse(lines.number(), text.get()));
            }
        }
        return Optional.empty();
    }

    private JsonRow parse(int line, String text) {
        try {
            JsonNode node = WHOLE.readTree(text);
            if (node.isObject()) {
                return JsonRow.of(line, node);
            }
            throw file.error(line, "expected a JSON object, got " + node.getNodeType() + ". Write one object a line.");
        } catch (JsonProcessingException e) {
            DatasetException error = file.error(
                    line,
                    "broken JSON: " + e.getOriginalMessage()
                            + ". Correct the row; each must be one whole object on one line.");
            error.initCause(e);
            throw error;
        }
    }

    @Override
    public void close() {
        lines.close();
    }
}
