package ai.graft.finetune.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * One quantity over the steps of a training, values that are not finite left out.
 *
 * @param steps ascending
 * @param values as many
 */
record Curve(List<Double> steps, List<Double> values) {
    /** Names of metrics that are drawn beside the training loss. */
    static final List<String> LOSSES = List.of("loss", "log_loss");

    /** The moving mean spans this part of all points: smooth enough to show the trend, short enough for three epochs. */
    private static final int WINDOWS = 25;

    static Curve of(List<HistoryPoint> points, ToDoubleFunction<HistoryPoint> value) {
        List<HistoryPoint> known = points.stream()
                .filter(point -> Double.isFinite(value.applyAsDouble(point)))
                .toList();
        return new Curve(
                known.stream().map(point -> (double) point.step()).toList(),
                known.stream().map(value::applyAsDouble).toList());
    }

    /** A validation metric. */
    static Curve metric(List<HistoryPoint> points, String name) {
        return of(points, point -> point.validation().getOrDefault(name, Double.NaN));
    }

    static Curve validationLoss(List<HistoryPoint> points) {
        Curve loss = metric(points, LOSSES.get(0));
        return loss.values().isEmpty() ? metric(points, LOSSES.get(1)) : loss;
    }

    boolean longEnoughToSmooth() {
        return values.size() >= 2 * WINDOWS;
    }

    /** The centred moving mean. */
    Curve smooth() {
        int half = values.size() / WINDOWS / 2;
        List<Double> means = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            means.add(values.subList(Math.max(0, i - half), Math.min(values.size(), i + half + 1)).stream()
                    .mapToDouble(Double::doubleValue)
                    .average()
                    .orElseThrow());
        }
        return new Curve(steps, means);
    }

    /** Every so many points, so that about {@code most} remain. */
    Curve thinned(int most) {
        int every = Math.max(1, (values.size() + most - 1) / most);
        List<Double> fewerSteps = new ArrayList<>();
        List<Double> fewerValues = new ArrayList<>();
        for (int i = 0; i < values.size(); i += every) {
            fewerSteps.add(steps.get(i));
            fewerValues.add(values.get(i));
        }
        return new Curve(fewerSteps, fewerValues);
    }
}
