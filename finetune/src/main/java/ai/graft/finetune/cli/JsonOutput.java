package ai.graft.finetune.cli;

import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.OutputStream;

/** JSON: one object a line. */
final class JsonOutput {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET, StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
            .disable(SerializationFeature.FLUSH_AFTER_WRITE_VALUE) // whoever has a reader waiting flushes
            .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
            .build();

    /** Prints an object on one line. */
    static void print(Console console, JsonNode object) throws IOException {
        print(console.out(), object);
    }

    /** Writes an object on one line, in UTF-8. */
    static void print(OutputStream out, JsonNode object) throws IOException {
        MAPPER.writeValue(out, object);
        out.write('\n');
    }

    private JsonOutput() {}
}
