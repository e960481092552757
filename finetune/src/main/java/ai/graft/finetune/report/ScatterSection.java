package ai.graft.finetune.report;

import ai.graft.finetune.evaluate.RegressionEvaluation;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** True and predicted numbers. */
final class ScatterSection {
    private static final int MOST_DOTS = 800;

    private ScatterSection() {}

    static String html(RegressionEvaluation evaluation) {
        int every = 1 + (evaluation.examples() - 1) / MOST_DOTS;
        int[] rows = IntStream.range(0, evaluation.examples())
                .filter(row -> row % every == 0)
                .toArray();
        List<Double> gold = IntStream.of(rows).mapToObj(evaluation::gold).toList();
        List<Double> predicted =
                IntStream.of(rows).mapToObj(evaluation::predicted).toList();
        double least =
                DoubleStream.concat(stream(gold), stream(predicted)).min().orElse(0);
        double most = DoubleStream.concat(stream(gold), stream(predicted)).max().orElse(1);
        double margin = Math.max(1e-6, (most - least) * 0.04);
        SvgChart chart = new SvgChart("Predicted and true values", "true value", "predicted value")
                .xRange(least - margin, most + margin)
                .yRange(least - margin, most + margin)
                .add("texts", SvgChart.Mark.DOTS, gold, predicted)
                .add("exact", SvgChart.Mark.GUIDE, List.of(least, most), List.of(least, most));
        return Html.section("Predictions", "<div class=\"charts\">\n" + chart.html() + "</div>\n");
    }

    private static DoubleStream stream(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue);
    }
}
