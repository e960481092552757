package ai.graft.serving.onnx;

import ai.graft.model.checkpoint.CheckpointException;
import ai.graft.tokenizer.TokenIds;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** {@code golden.json}: inputs with the logits that a fine-tuned model's saved weights gave in training's own engine. */
final class GoldenFile {
    static final String NAME = "golden.json";
    private static final int FORMAT = 1;
    private static final List<String> OUTPUTS = List.of("logits", "start_logits", "end_logits");
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * The cases of a directory; empty where it has no such file.
     *
     * @throws CheckpointException where the file cannot be read or holds no cases
     */
    static Optional<List<ExampleRow>> read(Path directory) {
        Path file = directory.resolve(NAME);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            JsonNode json = JSON.readTree(file.toFile());
            if (json.path("format").asInt() != FORMAT || json.path("cases").isEmpty()) {
                throw new CheckpointException(file + ": holds no cases of format " + FORMAT
                        + ". Save the model again, or remove the file to compare with the reference arithmetic.");
            }
            List<ExampleRow> rows = new ArrayList<>();
            for (JsonNode entry : json.path("cases")) {
                rows.add(row(entry, rows.size() + 1));
            }
            return Optional.of(rows);
        } catch (IOException | IllegalArgumentException e) {
            throw new CheckpointException(file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    private static ExampleRow row(JsonNode entry, int number) {
        TokenIds ids = new TokenIds(integers(entry.path("input_ids")), integers(entry.path("token_type_ids")));
        Map<String, float[]> outputs = new LinkedHashMap<>();
        for (String name : OUTPUTS) {
            if (entry.has(name)) {
                outputs.put(name, numbers(entry.path(name)));
            }
        }
        return new ExampleRow(NAME + " case " + number, ids, outputs);
    }

    private static float[] numbers(JsonNode array) {
        float[] numbers = new float[array.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = array.get(i).floatValue();
        }
        return numbers;
    }

    private static int[] integers(JsonNode array) {
        return IntStream.range(0, array.size())
                .map(i -> array.get(i).intValue())
                .toArray();
    }

    private GoldenFile() {}
}
