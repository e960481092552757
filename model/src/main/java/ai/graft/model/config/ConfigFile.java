package ai.graft.model.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A whole {@code config.json}: the encoder's sizes, and what the file says of the head. Keys that Graft does not know are
 * kept, so that a saved configuration loses nothing. Immutable.
 */
public final class ConfigFile {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private static final String CLASSIFIER_POOLING = "classifier_pooling";

    private final ObjectNode json;
    private final String origin;
    private final ModelConfig model;

    private ConfigFile(ObjectNode json, String origin) {
        this.json = json;
        this.origin = origin;
        this.model = ModelConfig.parse(json, origin);
    }

    /**
     * Reads a file.
     *
     * @throws ConfigException where it is missing, no JSON object, or its values make no sense
     */
    public static ConfigFile read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new ConfigException(file + " is missing; a checkpoint directory needs a config.json.");
        }
        try {
            return parse(Files.readString(file), file.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads a text; {@code origin} is what to call it in an error. */
    public static ConfigFile parse(String text, String origin) {
        try {
            if (MAPPER.readTree(text) instanceof ObjectNode object) {
                return new ConfigFile(object, origin);
            }
            throw new ConfigException(origin + " holds no JSON object.");
        } catch (JsonProcessingException e) {
            throw new ConfigException(origin + " is not valid JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** The encoder's sizes. */
    public ModelConfig model() {
        return model;
    }

    /** Where this was read, for messages. */
    public String origin() {
        return origin;
    }

    /** {@code architectures[0]}, such as {@code BertForSequenceClassification}. */
    public Optional<String> architecture() {
        JsonNode first = json.path("architectures").path(0);
        return first.isTextual() ? Optional.of(first.textValue()) : Optional.empty();
    }

    /** {@code problem_type}: {@code single_label_classification}, {@code multi_label_classification} or {@code regression}. */
    public Optional<String> problemType() {
        JsonNode type = json.path("problem_type");
        return type.isTextual() ? Optional.of(type.textValue()) : Optional.empty();
    }

    /**
     * {@code classifier_pooling}, as ModernBERT's configuration has it: {@code mean} or {@code cls} where a classifier reads the
     * hidden states so; empty for the head that the architecture has in transformers.
     */
    public Optional<String> classifierPooling() {
        JsonNode pooling = json.path(CLASSIFIER_POOLING);
        return pooling.isTextual() ? Optional.of(pooling.textValue()) : Optional.empty();
    }

    /** A configuration whose classifier reads the hidden states so; the same one where it does not. */
    public ConfigFile withClassifierPooling(Optional<String> pooling) {
        ObjectNode copy = json.deepCopy();
        pooling.ifPresent(value -> copy.put(CLASSIFIER_POOLING, value));
        return new ConfigFile(copy, origin);
    }

    /**
     * Names of the head's outputs in order: {@code id2label}, else {@code LABEL_0}… for {@code num_labels}, else two, as in
     * transformers.
     */
    public List<String> labels() {
        JsonNode map = json.path("id2label");
        int count = map.isObject() && map.size() > 0
                ? map.size()
                : Math.max(1, json.path("num_labels").asInt(2));
        List<String> labels = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            labels.add(map.path(Integer.toString(i)).asText("LABEL_" + i));
        }
        return List.copyOf(labels);
    }

    /** A configuration for another head: its class, labels and kind of problem in place of what stood here. */
    public ConfigFile withHead(String architecture, List<String> labels, Optional<String> problemType) {
        ObjectNode copy = json.deepCopy();
        copy.putArray("architectures").add(architecture);
        ObjectNode id2label = copy.putObject("id2label");
        ObjectNode label2id = copy.putObject("label2id");
        for (int i = 0; i < labels.size(); i++) {
            id2label.put(Integer.toString(i), labels.get(i));
            label2id.put(labels.get(i), i);
        }
        copy.remove(List.of("num_labels", "problem_type", "torch_dtype", "dtype", CLASSIFIER_POOLING));
        problemType.ifPresent(type -> copy.put("problem_type", type));
        return new ConfigFile(copy, origin);
    }

    /** A configuration with another number of encoder layers. */
    public ConfigFile withLayers(int layers) {
        ObjectNode copy = json.deepCopy();
        copy.put(model.layersKey(), layers);
        return new ConfigFile(copy, origin);
    }

    /** The file's text, keys in the order in which they were read. */
    public String toJson() {
        try {
            return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
