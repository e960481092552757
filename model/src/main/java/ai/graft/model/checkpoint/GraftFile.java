package ai.graft.model.checkpoint;

import ai.graft.model.config.ModelConfig;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** {@code graft.json}: what Graft knows of a model beyond Hugging Face's files. */
public final class GraftFile {
    public static final String NAME = "graft.json";
    public static final int FORMAT = 1;

    private static final int DEFAULT_MAX_LENGTH = 512;
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * Tokens that a text is cut to: the length that the model was trained with where the directory says, else 512 or what
     * the model has positions for.
     *
     * @throws CheckpointException where the file cannot be read or is of another format
     */
    public static int maxLength(Path directory, ModelConfig model) {
        int absent = Math.min(DEFAULT_MAX_LENGTH, model.maxTokens());
        Path file = directory.resolve(NAME);
        if (!Files.exists(file)) {
            return absent;
        }
        try {
            JsonNode json = JSON.readTree(file.toFile());
            int format = json.path("format").asInt();
            if (format != FORMAT) {
                throw new CheckpointException(file + ": format " + format + " is not read by this version, which knows "
                        + FORMAT + ". Use the version of Graft that wrote it, or a newer one.");
            }
            return json.path("max_length").asInt(absent);
        } catch (IOException e) {
            throw new CheckpointException(file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    private GraftFile() {}
}
