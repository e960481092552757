package ai.graft.finetune.evaluate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Evaluation of predicted numbers.
 *
 * <p>Metrics: {@code pearson}, {@code spearman} (equal values share their mean rank), {@code mse}, {@code rmse}, {@code
 * mae}, {@code r2}, and {@code loss}, which is {@code mse}. With several outputs each metric is the plain mean of its
 * values by output, as scikit-learn's {@code uniform_average}. In place of NaN: a correlation is 0 where gold or
 * predictions are constant; {@code r2} of constant gold is 1 if all predictions are exact, else 0, as in scikit-learn.
 */
public final class RegressionEvaluation implements Evaluation {
    private static final List<String> NAMES = List.of("pearson", "spearman", "mse", "rmse", "mae", "r2", "loss");

    private final double[][] gold; // by output, then example
    private final double[][] predicted;
    private final Metrics metrics;

    private RegressionEvaluation(double[][] gold, double[][] predicted) {
        this.gold = gold;
        this.predicted = predicted;
        Map<String, ToDoubleFunction<int[]>> statistics = new LinkedHashMap<>();
        NAMES.forEach(name -> statistics.put(name, rows -> mean(name, rows)));
        this.metrics = new Metrics(gold[0].length, statistics, Set.of(), List.of("pearson", "spearman", "mse"));
    }

    /**
     * Evaluates one number an example.
     *
     * @param gold true values, (N), N ≥ 1, finite
     * @param predicted predicted values, (N), finite
     * @throws IllegalArgumentException if the lengths differ or a value is not finite; the message names the example
     */
    public static RegressionEvaluation of(float[] gold, float[] predicted) {
        return of(column(gold), column(predicted));
    }

    /**
     * Evaluates one or more numbers an example.
     *
     * @param gold true values, (N, outputs), both 1 or more, finite
     * @param predicted predicted values, of the same shape, finite
     * @throws IllegalArgumentException if the shapes differ or a value is not finite; the message names the example
     */
    public static RegressionEvaluation of(double[][] gold, double[][] predicted) {
        Checks.sameExamples(gold.length, predicted.length);
        int outputs = gold[0].length;
        if (outputs == 0) {
            throw new IllegalArgumentException("example 0 has no gold value. Give 1 or more for each example.");
        }
        return new RegressionEvaluation(byOutput("gold", gold, outputs), byOutput("predicted", predicted, outputs));
    }

    /** Number of numbers an example, 1 or more. */
    public int outputs() {
        return gold.length;
    }

    /** The true value of an example's first output. */
    public double gold(int example) {
        return gold[0][example];
    }

    /** The predicted value of an example's first output. */
    public double predicted(int example) {
        return predicted[0][example];
    }

    @Override
    public Metrics metrics() {
        return metrics;
    }

    @Override
    public Optional<Calibration> calibration() {
        return Optional.empty();
    }

    /** Of the first output: the largest errors, exact answers left out. */
    @Override
    public List<Mistake> mistakes(int most) {
        return IntStream.range(0, examples())
                .filter(i -> gold(i) != predicted(i))
                .mapToObj(i -> new Mistake(i, number(gold(i)), number(predicted(i)), Math.abs(gold(i) - predicted(i))))
                .sorted(Comparator.comparingDouble(Mistake::weight).reversed())
                .limit(most)
                .toList();
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.4g", value);
    }

    @Override
    public ObjectNode toJson() {
        ObjectNode json =
                JsonNodeFactory.instance.objectNode().put("task", "regression").put("examples", examples());
        metrics.writeTo(json);
        if (outputs() > 1) {
            ArrayNode perOutput = json.putArray("per_output");
            int[] rows = IntStream.range(0, examples()).toArray();
            for (int output = 0; output < outputs(); output++) {
                ObjectNode node = perOutput.addObject();
                Errors errors = Errors.of(gold[output], predicted[output], rows);
                NAMES.forEach(name -> node.put(name, errors.metric(name)));
            }
        }
        return json;
    }

    @Override
    public String table() {
        TextTable text = new TextTable();
        for (String name : NAMES.subList(0, NAMES.size() - 1)) { // loss is mse once more
            text.metric(this, name);
        }
        return text.toString();
    }

    private double mean(String name, int[] rows) {
        double sum = 0;
        for (int output = 0; output < gold.length; output++) {
            sum += Errors.of(gold[output], predicted[output], rows).metric(name);
        }
        return sum / gold.length;
    }

    private static double[][] column(float[] values) {
        double[][] column = new double[values.length][1];
        for (int i = 0; i < values.length; i++) {
            column[i][0] = values[i];
        }
        return column;
    }

    private static double[][] byOutput(String side, double[][] values, int outputs) {
        double[][] turned = new double[outputs][values.length];
        for (int i = 0; i < values.length; i++) {
            Checks.width(side + " values", i, values[i].length, outputs);
            for (int output = 0; output < outputs; output++) {
                Checks.finite(side, i, values[i][output]);
                turned[output][i] = values[i][output];
            }
        }
        return turned;
    }

    /** The table. */
    @Override
    public String toString() {
        return table();
    }
}
