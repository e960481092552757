package ai.graft.datasets;

import ai.graft.datasets.ReadOptions.Format;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Optional;

/** The rows of a JSON file one by one. Numbers keep their digits: 5.000 stays 5.000. */
interface JsonRows extends AutoCloseable {
    /** Reads a value; a key that stands twice in an object is an error. */
    ObjectReader PARSER = parser();

    private static ObjectReader parser() {
        ObjectMapper mapper = JsonMapper.builder()
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
                .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                .build();
        return mapper.readerFor(JsonNode.class);
    }

    static JsonRows open(SourceFile file, ReadOptions options, Format format) {
        return format == Format.JSON
                ? new JsonDocumentRows(file, options.form().records().orElse(""))
                : new JsonLineRows(file);
    }

    /** The next row, or none at the end. */
    Optional<JsonRow> next();

    @Override
    void close();
}
