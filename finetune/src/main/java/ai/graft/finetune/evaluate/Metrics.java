package ai.graft.finetune.evaluate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * The metrics of one evaluation by name. Each is a function of rows, so that the value over all examples, over some of
 * them and over a bootstrap's resamples come from the same code. Immutable; may be shared between threads.
 */
public final class Metrics {
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
            "roc_auc",
            "average_precision",
            "pearson",
            "spearman",
            "r2",
            "f1",
            "exact_match",
            "HasAns_f1",
            "HasAns_exact",
            "NoAns_f1",
            "NoAns_exact",
            "best_f1",
            "best_exact");
    private static final Set<String> LOWER =
            Set.of("loss", "log_loss", "ece", "ece_uncalibrated", "hamming_loss", "mse", "rmse", "mae", "perplexity");

    private final int[] everyRow;
    private final Map<String, ToDoubleFunction<int[]>> statistics;
    private final Set<String> shares;
    private final List<String> headline;
    private final Map<String, Double> values = new LinkedHashMap<>();
    private final Map<String, Interval> intervals = new ConcurrentHashMap<>();

    /**
     * @param statistics value over rows by name, the most telling first; finite for one row or more
     * @param shares names of those that are a share of the examples, whose interval is Wilson's
     * @param headline names of those that are shown with an interval
     */
    Metrics(int examples, Map<String, ToDoubleFunction<int[]>> statistics, Set<String> shares, List<String> headline) {
        this.everyRow = IntStream.range(0, examples).toArray();
        this.statistics = Collections.unmodifiableMap(new LinkedHashMap<>(statistics));
        this.shares = Set.copyOf(shares);
        this.headline = List.copyOf(headline);
        this.statistics.forEach((name, statistic) -> values.put(name, statistic.applyAsDouble(everyRow)));
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

    /** Number of examples, 1 or more. */
    public int examples() {
        return everyRow.length;
    }

    /** All names, the most telling first. */
    public List<String> names() {
        return List.copyOf(statistics.keySet());
    }

    /** Names of the metrics that are shown with an interval wherever this evaluation is. */
    public List<String> headline() {
        return headline;
    }

    /**
     * The value over all examples, finite.
     *
     * @throws IllegalArgumentException if {@code name} is not among {@link #names()}; the message lists them
     */
    public double value(String name) {
        requireKnown(name);
        return values.getOrDefault(name, Double.NaN);
    }

    /**
     * The value over some examples, finite.
     *
     * @param rows numbers of examples from 0, 1 or more; a row may come more than once
     * @throws IllegalArgumentException as {@link #value(String)}, or if there are no rows
     */
    public double value(String name, int[] rows) {
        requireKnown(name);
        if (rows.length == 0) {
            throw new IllegalArgumentException("metric '" + name + "' needs 1 row or more, got none");
        }
        return statistic(name).applyAsDouble(rows);
    }

    /** The 95 % interval over all examples; see {@link Evaluation#interval}. Computed once. */
    public Interval interval(String name) {
        requireKnown(name);
        return intervals.computeIfAbsent(name, unused -> interval(name, everyRow));
    }

    /** The 95 % interval over some examples. */
    public Interval interval(String name, int[] rows) {
        double value = value(name, rows);
        if (shares.contains(name)) {
            return Interval.wilson((int) Math.round(value * rows.length), rows.length);
        }
        ToDoubleFunction<int[]> statistic = statistic(name);
        int[] chosen = new int[rows.length];
        return Bootstrap.standard().interval(rows.length, drawn -> {
            for (int i = 0; i < drawn.length; i++) {
                chosen[i] = rows[drawn[i]];
            }
            return statistic.applyAsDouble(chosen);
        });
    }

    /** All values, then the intervals of the headline as {@code NAME_interval}. */
    void writeTo(ObjectNode json) {
        values.forEach(json::put);
        headline.forEach(name -> json.set(name + "_interval", interval(name).toJson()));
    }

    private void requireKnown(String name) {
        if (!statistics.containsKey(Objects.requireNonNull(name, "name"))) {
            throw unknown(name, names());
        }
    }

    private ToDoubleFunction<int[]> statistic(String name) {
        return Objects.requireNonNull(statistics.get(name), name);
    }

    private static IllegalArgumentException unknown(String name, List<String> known) {
        return new IllegalArgumentException(
                "there is no metric '" + name + "' here. Choose one of: " + String.join(", ", known) + ".");
    }
}
