package ai.graft.datasets;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * One object of a JSON-lines file.
 *
 * @param line number of its line, from 1
 * @param object its keys and values
 */
record JsonRow(int line, ObjectNode object) {
    /** The value of a key; empty where the key is missing or null. */
    Optional<JsonNode> value(String key) {
        return Optional.ofNullable(object.get(key)).filter(value -> !value.isNull());
    }
}
