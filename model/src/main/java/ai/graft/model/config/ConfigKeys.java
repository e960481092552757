package ai.graft.model.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/** Typed reading of the keys of a {@code config.json}; a key that is absent or null takes the default of the model type. */
final class ConfigKeys {
    private final ObjectNode json;
    private final String origin;

    ConfigKeys(ObjectNode json, String origin) {
        this.json = json;
        this.origin = origin;
    }

    int positive(String key, int absent) {
        int value = integer(key, absent);
        if (value < 1) {
            throw wrong(key, json.get(key), "a whole number above 0");
        }
        return value;
    }

    int integer(String key, int absent) {
        JsonNode node = json.path(key);
        if (node.isMissingNode() || node.isNull()) {
            return absent;
        }
        if (!node.isNumber() || !node.canConvertToExactIntegral() || !node.canConvertToInt()) {
            throw wrong(key, node, "a whole number");
        }
        return node.intValue();
    }

    double probability(String key, double absent) {
        double value = number(key, absent);
        if (json.hasNonNull(key) && !(value >= 0 && value < 1)) {
            throw wrong(key, json.path(key), "a share from 0 to below 1");
        }
        return value;
    }

    double nonNegative(String key, double absent) {
        double value = number(key, absent);
        if (!(value >= 0)) {
            throw wrong(key, json.path(key), "a number from 0 on");
        }
        return value;
    }

    /** The id of the pad token, which must be in the vocabulary: it is a row of the table of words. */
    int padTokenId(int absent, int vocabSize) {
        int value = integer("pad_token_id", absent);
        if (value < 0 || value >= vocabSize) {
            throw new ConfigException(
                    origin + ": pad_token_id is " + value + ", which is not in the vocabulary of " + vocabSize + ".");
        }
        return value;
    }

    double number(String key, double absent) {
        JsonNode node = json.path(key);
        if (node.isMissingNode() || node.isNull()) {
            return absent;
        }
        if (!node.isNumber()) {
            throw wrong(key, node, "a number");
        }
        return node.doubleValue();
    }

    boolean flag(String key, boolean absent) {
        JsonNode node = json.path(key);
        if (node.isMissingNode() || node.isNull()) {
            return absent;
        }
        if (!node.isBoolean()) {
            throw wrong(key, node, "true or false");
        }
        return node.booleanValue();
    }

    Optional<String> text(String key) {
        JsonNode node = json.path(key);
        if (node.isMissingNode() || node.isNull()) {
            return Optional.empty();
        }
        if (!node.isTextual()) {
            throw wrong(key, node, "a text");
        }
        return Optional.of(node.textValue());
    }

    Activation activation(String key) {
        String name = text(key).orElse("gelu");
        return Activation.named(name)
                .orElseThrow(() -> new ConfigException(
                        origin + ": " + key + " is '" + name + "', which is not among " + Activation.names() + "."));
    }

    private ConfigException wrong(String key, JsonNode value, String wanted) {
        return new ConfigException(origin + ": " + key + " is " + value + ", expected " + wanted + ".");
    }
}
