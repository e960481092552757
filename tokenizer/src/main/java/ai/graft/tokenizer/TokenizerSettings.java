package ai.graft.tokenizer;

import ai.graft.tokenizer.SpecialTokens.Role;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * The files that stand beside a vocabulary, as they were.
 *
 * @param config tokenizer_config.json
 * @param specialTokensMap special_tokens_map.json
 * @param addedTokens added_tokens.json, which old tokenizers have: token to id
 */
record TokenizerSettings(
        Optional<ObjectNode> config, Optional<ObjectNode> specialTokensMap, Optional<ObjectNode> addedTokens) {

    static TokenizerSettings none() {
        return new TokenizerSettings(Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** The tokens with a role that a file names; tokenizer_config.json goes before special_tokens_map.json. */
    Map<Role, String> named() {
        Map<Role, String> named = new EnumMap<>(Role.class);
        for (Role role : Role.values()) {
            specialTokensMap.flatMap(map -> content(map.path(role.key()))).ifPresent(t -> named.put(role, t));
            config.flatMap(map -> content(map.path(role.key()))).ifPresent(t -> named.put(role, t));
        }
        return named;
    }

    /** A token is written as its text or as an object with flags. */
    private static Optional<String> content(JsonNode token) {
        JsonNode text = token.isObject() ? token.path("content") : token;
        return text.isTextual() ? Optional.of(text.textValue()) : Optional.empty();
    }

    boolean flag(String key, boolean fallback) {
        return config.map(c -> c.path(key).asBoolean(fallback)).orElse(fallback);
    }

    /** A flag that may be unset, which is then not the same as false. */
    Optional<Boolean> flag(String key) {
        return config.map(c -> c.path(key)).filter(JsonNode::isBoolean).map(JsonNode::booleanValue);
    }
}
