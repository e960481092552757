package ai.graft.finetune.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Facts under one heading.
 *
 * @param title the heading
 * @param facts values by name, in the order to show
 */
public record FactTable(String title, Map<String, String> facts) {
    public FactTable {
        facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
    }
}
