package ai.graft.finetune.evaluate;

import java.util.List;
import java.util.function.ToDoubleFunction;

/** The rankings of several labels, and the plain means of what they say. */
final class Rankings {
    private static final double BY_CHANCE = 0.5;

    private final int examples;
    private final List<Ranking> labels;

    Rankings(int examples, List<Ranking> labels) {
        this.examples = examples;
        this.labels = List.copyOf(labels);
    }

    /** The mean over the labels that some rows have and some have not; 0.5, as by chance, where there is none. */
    double rocArea(int[] rows) {
        int[] times = times(rows);
        return mean(ranking -> ranking.rocArea(times), BY_CHANCE);
    }

    /** The mean over the labels that some row has; 0 where there is none. */
    double averagePrecision(int[] rows) {
        int[] times = times(rows);
        return mean(ranking -> ranking.averagePrecision(times), 0);
    }

    private int[] times(int[] rows) {
        int[] times = new int[examples];
        for (int row : rows) {
            times[row]++;
        }
        return times;
    }

    private double mean(ToDoubleFunction<Ranking> score, double otherwise) {
        double sum = 0;
        int known = 0;
        for (Ranking ranking : labels) {
            double value = score.applyAsDouble(ranking);
            if (!Double.isNaN(value)) {
                sum += value;
                known++;
            }
        }
        return known == 0 ? otherwise : sum / known;
    }
}
