package ai.graft.serving.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * Repeated measurements of one thing.
 *
 * @param values in the order in which they were taken, at least one
 */
record Sample(List<Double> values) {
    Sample {
        values = List.copyOf(values);
        if (values.isEmpty()) {
            throw new IllegalArgumentException("a sample needs a value, got none; measure a round or more");
        }
    }

    /** The middle value, or the mean of the two in the middle. */
    double median() {
        List<Double> sorted = values.stream().sorted().toList();
        int last = sorted.size() - 1;
        return (sorted.get(last / 2) + sorted.get((last + 1) / 2)) / 2;
    }

    /**
     * The value that a share of all does not exceed.
     *
     * @param share in (0, 1]; 0.99 of a hundred values is the 99th by size
     */
    double percentile(double share) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get((int) Math.ceil(share * sorted.size()) - 1);
    }

    double low() {
        return values.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    }

    double high() {
        return values.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
    }

    /** The same measurements in another unit. */
    Sample map(DoubleUnaryOperator unit) {
        return new Sample(values.stream().map(unit::applyAsDouble).toList());
    }

    ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        values.forEach(json.put("median", median()).putArray("values")::add);
        return json;
    }
}
