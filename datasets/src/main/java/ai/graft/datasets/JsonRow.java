package ai.graft.datasets;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One object, or one list, of a JSON file.
 *
 * @param row number of its line, or of its place in a list of rows, from 1
 * @param values its values by key; those of objects within by path, as {@code review.title}; those of a list by number from 0
 * @param isList whether it is a list
 */
record JsonRow(int row, Map<String, JsonNode> values, boolean isList) {
    static JsonRow of(int row, JsonNode node) {
        Map<String, JsonNode> values = new LinkedHashMap<>();
        if (node.isArray()) {
            node.forEach(value -> values.put(String.valueOf(values.size()), value));
        } else {
            flatten("", node, values);
        }
        return new JsonRow(row, values, node.isArray());
    }

    private static void flatten(String before, JsonNode object, Map<String, JsonNode> values) {
        object.properties().forEach(entry -> {
            String key = before + entry.getKey();
            if (entry.getValue().isObject() && !entry.getValue().isEmpty()) {
                flatten(key + ".", entry.getValue(), values);
            } else {
                values.putIfAbsent(key, entry.getValue());
            }
        });
    }

    /** The value of a key; empty where the key is missing or null. */
    Optional<JsonNode> value(String key) {
        return Optional.ofNullable(values.get(key)).filter(value -> !value.isNull());
    }
}
