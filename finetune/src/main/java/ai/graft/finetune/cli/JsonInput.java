package ai.graft.finetune.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;

/** JSON objects that the caller names: a file, or {@code -} for standard input. */
final class JsonInput {
    static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /**
     * Reads an object.
     *
     * @param pathOrDash a file's name, or {@code -}
     * @throws IOException where it cannot be read or is no whole JSON object, naming file, line and column
     */
    static JsonNode read(String pathOrDash, Console console) throws IOException {
        return pathOrDash.equals("-")
                ? parse(console.readAll(), "standard input")
                : parse(text(Path.of(pathOrDash)), pathOrDash);
    }

    private static String text(Path file) throws IOException {
        try {
            return Files.readString(file);
        } catch (CharacterCodingException e) {
            throw new IOException(file + ": is not UTF-8 text.", e);
        }
    }

    private static JsonNode parse(String text, String origin) throws IOException {
        try {
            JsonNode node = MAPPER.readTree(text);
            if (!node.isObject()) {
                throw new IOException(origin + ": holds no JSON object.");
            }
            return node;
        } catch (JsonProcessingException e) {
            throw new IOException(
                    origin + ", line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr() + ": this is not whole JSON: " + e.getOriginalMessage(),
                    e);
        }
    }

    private JsonInput() {}
}
