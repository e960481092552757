package ai.graft.finetune.evaluate;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Two models on the same examples: the first's metrics less the second's, with intervals of the paired bootstrap (both
 * judged on the same resamples), and for labels and answers McNemar's test of being right. Immutable.
 *
 * @param differences of the first's headline metrics, in their order
 * @param mcNemar of the label, of all labels of an example, or of the exact answer; empty for numbers
 */
public record Comparison(Map<String, Difference> differences, Optional<McNemar> mcNemar) {
    /**
     * The difference of a metric.
     *
     * @param first the first model's value
     * @param second the second's
     * @param interval 95 % interval of {@code first - second}; where it holds 0, the data do not tell which is better
     */
    public record Difference(double first, double second, Interval interval) {
        /** {@code first - second}. */
        public double value() {
            return first - second;
        }
    }

    public Comparison {
        differences = Collections.unmodifiableMap(new LinkedHashMap<>(differences));
    }

    /**
     * Compares two evaluations of the same examples in the same order.
     *
     * @throws IllegalArgumentException if they are of different tasks or of different numbers of examples
     */
    public static Comparison of(Evaluation first, Evaluation second) {
        if (first.getClass() != second.getClass() || first.examples() != second.examples()) {
            throw new IllegalArgumentException("two models can be compared on the same examples of the same task, got "
                    + first.examples() + " and " + second.examples() + " examples, "
                    + first.toJson().path("task").asText() + " and "
                    + second.toJson().path("task").asText() + ". Evaluate both on one file.");
        }
        Map<String, Difference> differences = new LinkedHashMap<>();
        for (String name : first.metrics().headline()) {
            differences.put(name, difference(name, first.metrics(), second.metrics()));
        }
        return new Comparison(differences, mcNemar(first, second));
    }

    private static Difference difference(String name, Metrics first, Metrics second) {
        Interval interval = Bootstrap.standard()
                .interval(first.examples(), rows -> first.value(name, rows) - second.value(name, rows));
        return new Difference(first.value(name), second.value(name), interval);
    }

    private static Optional<McNemar> mcNemar(Evaluation first, Evaluation second) {
        if (first instanceof SingleLabelEvaluation a && second instanceof SingleLabelEvaluation b) {
            return Optional.of(mcNemar(first.examples(), a::right, b::right));
        } else if (first instanceof MultiLabelEvaluation a && second instanceof MultiLabelEvaluation b) {
            return Optional.of(mcNemar(first.examples(), a::right, b::right));
        } else if (first instanceof SpanEvaluation a && second instanceof SpanEvaluation b) {
            return Optional.of(mcNemar(first.examples(), a::right, b::right));
        }
        return Optional.empty();
    }

    private static McNemar mcNemar(int examples, IntPredicate first, IntPredicate second) {
        IntPredicate notFirst = first.negate();
        IntPredicate notSecond = second.negate();
        return new McNemar(
                (int) IntStream.range(0, examples).filter(first.and(notSecond)).count(),
                (int) IntStream.range(0, examples).filter(second.and(notFirst)).count());
    }

    /** For programs: {@code differences} by metric and {@code mcnemar}. */
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ObjectNode metrics = json.putObject("differences");
        differences.forEach((name, difference) -> metrics.putObject(name)
                .put("first", difference.first())
                .put("second", difference.second())
                .put("difference", difference.value())
                .set("interval", difference.interval().toJson()));
        mcNemar.ifPresent(test -> json.set("mcnemar", test.toJson()));
        return json;
    }

    /** For people, lines of 80 columns at most, each ended by {@code \n}. */
    public String table() {
        StringBuilder text = new StringBuilder();
        differences.forEach((name, difference) -> text.append(String.format(
                Locale.ROOT,
                "%-16s %.4f against %.4f: %+.4f, interval %+.4f to %+.4f\n",
                name.replace('_', ' '),
                difference.first(),
                difference.second(),
                difference.value(),
                difference.interval().low(),
                difference.interval().high())));
        mcNemar.ifPresent(test -> text.append(String.format(
                Locale.ROOT,
                "right: only the first %,d times, only the second %,d times\nMcNemar's test (%s): p = %.3g\n",
                test.onlyFirst(),
                test.onlySecond(),
                test.method(),
                test.pValue())));
        return text.toString();
    }
}
