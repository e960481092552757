package ai.graft.datasets;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.Optional;

/** The objects of a JSON-lines file one by one, empty lines skipped. Numbers keep their digits: 5.000 stays 5.000. */
final class JsonRowReader implements AutoCloseable {
    private static final ObjectReader PARSER = parser();

    private final SourceFile file;
    private final BufferedReader lines;
    private int line;

    JsonRowReader(SourceFile file) {
        this.file = file;
        try {
            lines = file.open();
        } catch (IOException e) {
            throw file.unreadable(e);
        }
    }

    private static ObjectReader parser() {
        ObjectMapper mapper = JsonMapper.builder()
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
                .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                .build();
        return mapper.readerFor(JsonNode.class);
    }

    /** The next object, or none at the end of the file. */
    Optional<JsonRow> next() {
        try {
            for (String text = lines.readLine(); text != null; text = lines.readLine()) {
                line++;
                if (!text.isBlank()) {
                    return Optional.of(new JsonRow(line, parse(text)));
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            throw file.unreadable(e);
        }
    }

    private ObjectNode parse(String text) {
        try {
            JsonNode node = PARSER.readTree(text);
            if (node instanceof ObjectNode object) {
                return object;
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
        try {
            lines.close();
        } catch (IOException e) {
            throw file.unreadable(e);
        }
    }
}
