package ai.graft.finetune.evaluate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/** Metrics by name, in the order in which they are shown. */
final class MetricTable {
    private static final Set<String> HIGHER = Set.of(
            "accuracy",
            "macro_f1",
            "micro_f1",
            "weighted_f1",
            "macro_precision",
            "macro_recall",
            "micro_precision",
            "micro_recall",
            "matthews",
            "subset_accuracy",
            "pearson",
            "spearman",
            "r2");
    private static final Set<String> LOWER = Set.of("loss", "log_loss", "hamming_loss", "mse", "rmse", "mae");

    private final Map<String, Double> values;

    MetricTable(Map<String, Double> values) {
        this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    static boolean higherIsBetter(String name) {
        Objects.requireNonNull(name, "name");
        if (HIGHER.contains(name)) {
            return true;
        }
        if (LOWER.contains(name)) {
            return false;
        }
        Set<String> known = new TreeSet<>(HIGHER);
        known.addAll(LOWER);
        throw unknown(name, List.copyOf(known));
    }

    double value(String name) {
        Double value = values.get(Objects.requireNonNull(name, "name"));
        if (value == null) {
            throw unknown(name, names());
        }
        return value;
    }

    List<String> names() {
        return List.copyOf(values.keySet());
    }

    void writeTo(ObjectNode json) {
        values.forEach(json::put);
    }

    private static IllegalArgumentException unknown(String name, List<String> known) {
        return new IllegalArgumentException(
                "there is no metric '" + name + "' here. Choose one of: " + String.join(", ", known) + ".");
    }
}
