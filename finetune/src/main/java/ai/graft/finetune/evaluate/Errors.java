package ai.graft.finetune.evaluate;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Gold and predicted numbers of some rows, and what they say about one another. */
final class Errors {
    private final double[] gold;
    private final double[] predicted;

    private Errors(double[] gold, double[] predicted) {
        this.gold = gold;
        this.predicted = predicted;
    }

    static Errors of(double[] gold, double[] predicted, int[] rows) {
        return new Errors(pick(gold, rows), pick(predicted, rows));
    }

    double metric(String name) {
        return switch (name) {
            case "pearson" -> correlation(gold, predicted);
            case "spearman" -> correlation(ranks(gold), ranks(predicted));
            case "mse", "loss" -> squares() / gold.length;
            case "rmse" -> Math.sqrt(squares() / gold.length);
            case "mae" -> meanAbsolute();
            case "r2" -> explained();
            default -> throw new AssertionError(name);
        };
    }

    private double squares() {
        double sum = 0;
        for (int i = 0; i < gold.length; i++) {
            double error = gold[i] - predicted[i];
            sum += error * error;
        }
        return sum;
    }

    private double meanAbsolute() {
        double sum = 0;
        for (int i = 0; i < gold.length; i++) {
            sum += Math.abs(gold[i] - predicted[i]);
        }
        return sum / gold.length;
    }

    private double explained() {
        double unexplained = squares();
        if (constant(gold)) {
            return unexplained == 0 ? 1 : 0;
        }
        double mean = mean(gold);
        double total = Arrays.stream(gold).map(x -> (x - mean) * (x - mean)).sum();
        return 1 - unexplained / total;
    }

    private static double correlation(double[] x, double[] y) {
        // Asked of the values: a rounded mean would make a constant look as if it varied.
        if (constant(x) || constant(y)) {
            return 0;
        }
        double meanX = mean(x);
        double meanY = mean(y);
        double both = 0;
        double squaresX = 0;
        double squaresY = 0;
        for (int i = 0; i < x.length; i++) {
            both += (x[i] - meanX) * (y[i] - meanY);
            squaresX += (x[i] - meanX) * (x[i] - meanX);
            squaresY += (y[i] - meanY) * (y[i] - meanY);
        }
        double scale = Math.sqrt(squaresX) * Math.sqrt(squaresY);
        return scale == 0 ? 0 : Math.max(-1, Math.min(1, both / scale));
    }

    /** Ranks from 1; equal values share the mean of their ranks. */
    private static double[] ranks(double[] values) {
        Integer[] order = IntStream.range(0, values.length).boxed().toArray(Integer[]::new);
        Arrays.sort(order, Comparator.comparingDouble(i -> values[i]));
        double[] ranks = new double[values.length];
        int first = 0;
        while (first < order.length) {
            int last = first;
            while (last + 1 < order.length && values[order[last + 1]] == values[order[first]]) {
                last++;
            }
            for (int i = first; i <= last; i++) {
                ranks[order[i]] = (first + last) / 2.0 + 1;
            }
            first = last + 1;
        }
        return ranks;
    }

    private static boolean constant(double[] values) {
        for (double value : values) {
            if (value != values[0]) {
                return false;
            }
        }
        return true;
    }

    private static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    private static double[] pick(double[] values, int[] rows) {
        double[] picked = new double[rows.length];
        for (int i = 0; i < rows.length; i++) {
            picked[i] = values[rows[i]];
        }
        return picked;
    }
}
