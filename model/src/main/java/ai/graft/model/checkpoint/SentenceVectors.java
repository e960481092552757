package ai.graft.model.checkpoint;

import ai.graft.model.network.Pooling;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How an encoder's hidden states become the vector of a text, as sentence-transformers writes it beside the weights: {@code
 * modules.json} lists the steps, {@code 1_Pooling/config.json} says which pooling.
 *
 * @param normalized whether each vector is scaled to length 1
 */
public record SentenceVectors(Pooling pooling, boolean normalized) {
    private static final String MODULES = "modules.json";
    private static final String POOLING = "1_Pooling";
    private static final String CONFIG = "config.json";
    private static final String PREFIX = "pooling_mode_";
    private static final String TYPES = "sentence_transformers.models.";
    private static final Map<String, Pooling> MODES =
            Map.of("cls_token", Pooling.CLS, "cls", Pooling.CLS, "mean_tokens", Pooling.MEAN, "mean", Pooling.MEAN);
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * Reads the files of a directory; empty where it has none.
     *
     * @throws CheckpointException where they cannot be read, or ask for a step or a pooling that is not known here
     */
    public static Optional<SentenceVectors> read(Path directory) {
        Path pooling = directory.resolve(POOLING).resolve(CONFIG);
        if (!Files.isRegularFile(pooling)) {
            return Optional.empty();
        }
        return Optional.of(new SentenceVectors(pooling(pooling), normalized(directory.resolve(MODULES))));
    }

    /**
     * What is known of a model's vectors: by the files beside its weights, else by the publishers of the models with short names;
     * empty where nothing is.
     *
     * @param name as {@link Checkpoint#open(String)} took it
     * @param directory of the model
     * @throws CheckpointException as {@link #read}
     */
    public static Optional<SentenceVectors> known(String name, Path directory) {
        return read(directory).or(() -> PretrainedModel.of(name).map(PretrainedModel::vectors));
    }

    private static Pooling pooling(Path file) {
        JsonNode json = json(file);
        List<String> asked = new ArrayList<>();
        if (json.path("pooling_mode").isTextual()) {
            asked.add(json.path("pooling_mode").asText());
        }
        for (Map.Entry<String, JsonNode> entry : json.properties()) {
            if (entry.getKey().startsWith(PREFIX) && entry.getValue().asBoolean()) {
                asked.add(entry.getKey().substring(PREFIX.length()));
            }
        }
        Pooling known = asked.size() == 1 ? MODES.get(asked.get(0)) : null;
        if (known == null) {
            throw new CheckpointException(file + ": asks for the pooling " + asked
                    + ", known are mean_tokens and cls_token, one of them. Choose another model.");
        }
        return known;
    }

    /** Steps behind the pooling change vectors: one that is not known must not be left out. */
    private static boolean normalized(Path file) {
        if (!Files.isRegularFile(file)) {
            return false;
        }
        boolean normalized = false;
        for (JsonNode module : json(file)) {
            String type = module.path("type").asText();
            String step = type.substring(type.lastIndexOf('.') + 1);
            switch (step) {
                case "Transformer", "Pooling" -> {}
                case "Normalize" -> normalized = true;
                default ->
                    throw new CheckpointException(file + ": has the step '" + type
                            + "', known are Transformer, Pooling and Normalize. Choose another model.");
            }
        }
        return normalized;
    }

    private static JsonNode json(Path file) {
        try {
            return JSON.readTree(file.toFile());
        } catch (IOException e) {
            throw new CheckpointException(file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * Gives a directory what is known of a model's vectors: copies of the files beside its weights, whatever they ask for, or
     * what the publishers of the models with short names say.
     *
     * @param name as {@link Checkpoint#open(String)} took it
     * @param from directory of the model
     * @throws IOException where a file cannot be written
     */
    public static void carry(String name, Path from, Path to) throws IOException {
        Path pooling = from.resolve(POOLING).resolve(CONFIG);
        if (Files.isRegularFile(pooling)) {
            Files.createDirectories(to.resolve(POOLING));
            Files.copy(pooling, to.resolve(POOLING).resolve(CONFIG));
            if (Files.isRegularFile(from.resolve(MODULES))) {
                Files.copy(from.resolve(MODULES), to.resolve(MODULES));
            }
            return;
        }
        Optional<PretrainedModel> known = PretrainedModel.of(name);
        if (known.isPresent()) {
            known.get().vectors().write(to);
        }
    }

    /** Writes the two files. */
    void write(Path directory) throws IOException {
        ObjectNode pooling = JSON.createObjectNode();
        pooling.put(PREFIX + "cls_token", this.pooling == Pooling.CLS);
        pooling.put(PREFIX + "mean_tokens", this.pooling == Pooling.MEAN);
        List<ObjectNode> modules = new ArrayList<>();
        modules.add(module(0, "", "Transformer"));
        modules.add(module(1, POOLING, "Pooling"));
        if (normalized) {
            modules.add(module(2, "2_Normalize", "Normalize"));
        }
        Path folder = Files.createDirectories(directory.resolve(POOLING));
        JSON.writerWithDefaultPrettyPrinter().writeValue(folder.resolve(CONFIG).toFile(), pooling);
        JSON.writerWithDefaultPrettyPrinter()
                .writeValue(directory.resolve(MODULES).toFile(), modules);
    }

    private static ObjectNode module(int index, String path, String type) {
        return JSON.createObjectNode()
                .put("idx", index)
                .put("name", Integer.toString(index))
                .put("path", path)
                .put("type", TYPES + type);
    }
}
