package ai.graft.finetune.evaluate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What abstaining gains: how accurate the answers are whose confidence is at least a threshold, and how many texts get one.
 * Answers of equal confidence are given or withheld together.
 *
 * <p>Source: Y. Geifman and R. El-Yaniv, Selective classification for deep neural networks, NIPS 2017 (arXiv 1705.08500).
 *
 * @param points first by coverage wanted, then by accuracy wanted, where one can be had
 */
public record RiskCoverage(List<Point> points) {
    private static final List<Double> COVERAGES = List.of(1.0, 0.95, 0.9, 0.8, 0.5);
    private static final List<Double> ACCURACIES = List.of(0.9, 0.95, 0.98, 0.99);

    /** What a threshold was chosen for. */
    public enum Goal {
        /** At least this share of the texts is answered, by the highest threshold that does. */
        COVERAGE,
        /** At least this share of the answers is right, by the lowest threshold that does. */
        ACCURACY
    }

    /**
     * What a threshold gives.
     *
     * @param goal what was wanted, and {@code wanted} how much of it
     * @param coverage share of the texts that are answered
     * @param accuracy share of these answers that are right
     * @param threshold the least confidence that is answered with
     */
    public record Point(Goal goal, double wanted, double coverage, double accuracy, double threshold) {}

    public RiskCoverage {
        points = List.copyOf(points);
    }

    /**
     * Chooses thresholds on examples.
     *
     * @param confidences (N), N ≥ 1
     * @param right whether an answer is, (N)
     */
    static RiskCoverage of(double[] confidences, boolean[] right) {
        int[] order = IntStream.range(0, right.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -confidences[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        List<Cut> cuts = new ArrayList<>();
        int hits = 0;
        for (int place = 0; place < order.length; place++) {
            hits += right[order[place]] ? 1 : 0;
            double confidence = confidences[order[place]];
            if (place + 1 == order.length || confidences[order[place + 1]] < confidence) {
                cuts.add(new Cut((place + 1.0) / order.length, hits / (place + 1.0), confidence));
            }
        }
        List<Point> points = new ArrayList<>();
        COVERAGES.forEach(wanted ->
                covering(cuts, wanted).map(cut -> cut.of(Goal.COVERAGE, wanted)).ifPresent(points::add));
        ACCURACIES.forEach(wanted ->
                accurate(cuts, wanted).map(cut -> cut.of(Goal.ACCURACY, wanted)).ifPresent(points::add));
        return new RiskCoverage(points);
    }

    /** A place where the answers may be divided. */
    private record Cut(double coverage, double accuracy, double threshold) {
        Point of(Goal goal, double wanted) {
            return new Point(goal, wanted, coverage, accuracy, threshold);
        }
    }

    private static Optional<Cut> covering(List<Cut> cuts, double wanted) {
        return cuts.stream().filter(cut -> cut.coverage >= wanted).findFirst();
    }

    private static Optional<Cut> accurate(List<Cut> cuts, double wanted) {
        return cuts.stream().filter(cut -> cut.accuracy >= wanted).reduce((less, more) -> more);
    }

    /** The points for programs. */
    public ArrayNode toJson() {
        ArrayNode json = JsonNodeFactory.instance.arrayNode();
        for (Point point : points) {
            json.addObject()
                    .put("wanted_" + name(point.goal), point.wanted)
                    .put("coverage", point.coverage)
                    .put("accuracy", point.accuracy)
                    .put("threshold", point.threshold);
        }
        return json;
    }

    /** The points for people: lines of 80 columns at most. */
    public String table() {
        StringBuilder text = new StringBuilder("answers withheld below a threshold (graft predict --abstain-below)\n");
        text.append(String.format(Locale.ROOT, "%-18s %9s %9s %10s%n", "wanted", "coverage", "accuracy", "threshold"));
        for (Point point : points) {
            text.append(String.format(
                    Locale.ROOT,
                    "%-18s %9.4f %9.4f %10.4f%n",
                    String.format(Locale.ROOT, "%s %.0f %%", name(point.goal), 100 * point.wanted),
                    point.coverage,
                    point.accuracy,
                    point.threshold));
        }
        return text.toString();
    }

    private static String name(Goal goal) {
        return goal.name().toLowerCase(Locale.ROOT);
    }
}
