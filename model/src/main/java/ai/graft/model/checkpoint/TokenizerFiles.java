package ai.graft.model.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;

/** The tokenizer's part of an imported checkpoint. */
final class TokenizerFiles {
    private static final ObjectMapper JSON = new ObjectMapper();

    private TokenizerFiles() {}

    /**
     * Writes {@code tokenizer.json} and {@code tokenizer_config.json}.
     *
     * <p>Truncation and padding are set to null: MiniLM's file cuts at 128 tokens, while its encoder reads 512. How long
     * a sequence may be is the caller's choice.
     *
     * @param source name of the tokenizer's file, for messages
     * @param tokenizer content of a tokenizer.json
     * @param maxLength the longest sequence that the encoder reads
     */
    static void write(String source, byte[] tokenizer, int maxLength, Path directory) throws IOException {
        JsonNode parsed = JSON.readTree(tokenizer);
        if (!(parsed instanceof ObjectNode root) || !root.has("model")) {
            throw new CheckpointException(source + ": is not a tokenizer.json of Hugging Face's tokenizers");
        }
        root.putNull("truncation").putNull("padding");
        JSON.writeValue(directory.resolve("tokenizer.json").toFile(), root);
        boolean wordPiece = root.path("model").path("type").asText("WordPiece").equals("WordPiece");
        ObjectNode config = JSON.createObjectNode()
                .put("tokenizer_class", wordPiece ? "BertTokenizer" : "PreTrainedTokenizerFast")
                .put("model_max_length", maxLength)
                .put("do_lower_case", root.path("normalizer").path("lowercase").asBoolean(false));
        JSON.writerWithDefaultPrettyPrinter()
                .writeValue(directory.resolve("tokenizer_config.json").toFile(), config);
    }
}
