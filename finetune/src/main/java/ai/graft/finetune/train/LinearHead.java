package ai.graft.finetune.train;

import ai.graft.finetune.features.LinearRegression;
import ai.graft.finetune.features.OutOfSample;
import ai.graft.finetune.features.SoftmaxRegression;
import ai.graft.finetune.features.Standardization;
import ai.graft.model.task.Task;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A linear layer on vectors of texts, fitted to the one minimum of its loss in place of being trained in steps: softmax regression for single
 * labels, logistic regression a label for several, ridge regression for numbers. Columns are standardised for the fit; the layer that comes out
 * reads vectors as they are. Immutable.
 */
final class LinearHead {
    /** Names that the layer's weights have in every architecture that reads vectors. */
    private static final String WEIGHT = "classifier.weight";

    private static final String BIAS = "classifier.bias";

    private static final int FOLDS = 5;

    /** Rows that penalties are tried on; more would find the same. */
    private static final int ROWS_TRIED = 2000;

    /** For numbers, and where there are too few rows to try any. */
    private static final double MODERATE_PENALTY = 100;

    private final double[][] weights; // (L, H)
    private final double[] biases; // (L)

    private LinearHead(double[][] weights, double[] biases) {
        this.weights = weights;
        this.biases = biases;
    }

    /**
     * Fits. The penalty of labels is the one that answers rows best that it has not seen, by cross-validation.
     *
     * @param vectors (B, H)
     * @param rows what they should be answered with
     * @param seed of the folds
     */
    static LinearHead fit(Task.OfText task, float[][] vectors, LabelledRows rows, long seed) {
        Standardization scaling = Standardization.of(vectors);
        double[][] scaled = scaling.apply(vectors);
        int labels = task.labels().size();
        if (task instanceof Task.SingleLabel) {
            SoftmaxRegression fitted = regression(scaled, rows.ids(), labels, seed);
            return unscaled(
                    scaling,
                    IntStream.range(0, labels)
                            .mapToObj(label -> column(fitted, label, scaled[0].length))
                            .toList());
        }
        float[][] cells = rows.values();
        return unscaled(
                scaling,
                IntStream.range(0, labels)
                        .mapToObj(label -> task instanceof Task.MultiLabel
                                ? positive(scaled, column(cells, label), seed)
                                : numbers(scaled, column(cells, label)))
                        .toList());
    }

    private static double[] column(float[][] cells, int label) {
        return Arrays.stream(cells).mapToDouble(row -> row[label]).toArray();
    }

    private static SoftmaxRegression regression(double[][] rows, int[] labels, int classes, long seed) {
        return SoftmaxRegression.fit(rows, labels, classes, penalty(rows, labels, classes, seed));
    }

    private static double penalty(double[][] rows, int[] labels, int classes, long seed) {
        if (rows.length < 2 * FOLDS) {
            return MODERATE_PENALTY;
        }
        List<Integer> order = IntStream.range(0, rows.length).boxed().collect(Collectors.toList());
        Collections.shuffle(order, new Random(seed));
        List<Integer> tried = order.subList(0, Math.min(rows.length, ROWS_TRIED));
        return OutOfSample.of(
                        tried.stream().map(i -> rows[i]).toArray(double[][]::new),
                        tried.stream().mapToInt(i -> labels[i]).toArray(),
                        classes,
                        FOLDS,
                        seed)
                .penalty();
    }

    /** Weights and intercept of a class. */
    private static double[] column(SoftmaxRegression fitted, int label, int columns) {
        double[] values = new double[columns + 1];
        for (int j = 0; j < columns; j++) {
            values[j] = fitted.weight(label, j);
        }
        values[columns] = fitted.intercept(label);
        return values;
    }

    /** What a logit of one label is that a row has or has not: the difference of two classes. */
    private static double[] positive(double[][] rows, double[] cells, long seed) {
        int[] has = Arrays.stream(cells).mapToInt(cell -> (int) cell).toArray();
        SoftmaxRegression fitted = regression(rows, has, 2, seed);
        double[] with = column(fitted, 1, rows[0].length);
        double[] without = column(fitted, 0, rows[0].length);
        return IntStream.range(0, with.length)
                .mapToDouble(j -> with[j] - without[j])
                .toArray();
    }

    private static double[] numbers(double[][] rows, double[] values) {
        LinearRegression fitted = LinearRegression.fit(rows, values, MODERATE_PENALTY);
        double[] all = Arrays.copyOf(fitted.weights(), fitted.weights().length + 1);
        all[all.length - 1] = fitted.intercept();
        return all;
    }

    /** The layer on vectors as they are that gives what these columns, each weights with an intercept, give on scaled ones. */
    private static LinearHead unscaled(Standardization scaling, List<double[]> fitted) {
        int size = scaling.means().length;
        double[][] weights = new double[fitted.size()][size];
        double[] biases = new double[fitted.size()];
        for (int label = 0; label < biases.length; label++) {
            double[] column = fitted.get(label);
            biases[label] = column[size];
            for (int j = 0; j < size; j++) {
                weights[label][j] = column[j] / scaling.deviations()[j];
                biases[label] -= weights[label][j] * scaling.means()[j];
            }
        }
        return new LinearHead(weights, biases);
    }

    /** The logits (B, L) of vectors (B, H). */
    float[][] logits(float[][] vectors) {
        float[][] logits = new float[vectors.length][biases.length];
        for (int i = 0; i < vectors.length; i++) {
            for (int label = 0; label < biases.length; label++) {
                double sum = biases[label];
                for (int j = 0; j < weights[label].length; j++) {
                    sum += weights[label][j] * vectors[i][j];
                }
                logits[i][label] = (float) sum;
            }
        }
        return logits;
    }

    /** The elements of a weight of this layer; empty for other weights. */
    Optional<float[]> values(String weight) {
        return switch (weight) {
            case WEIGHT ->
                Optional.of(floats(
                        Arrays.stream(weights).flatMapToDouble(Arrays::stream).toArray()));
            case BIAS -> Optional.of(floats(biases));
            default -> Optional.empty();
        };
    }

    private static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }
}
