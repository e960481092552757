package ai.graft.serving;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The golden data that Hugging Face transformers computed. */
public final class SharedData {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** A file or folder of the forward cases. */
    public static Path parity(String name) {
        Path path = Path.of(System.getProperty("graft.shared", ""), "parity", name);
        if (!Files.exists(path)) {
            throw new IllegalStateException(path + " is missing; name the folder with -Dshared.dir=…");
        }
        return path;
    }

    /** A file's content. */
    public static JsonNode json(Path file) throws IOException {
        return MAPPER.readTree(file.toFile());
    }

    private SharedData() {}
}
