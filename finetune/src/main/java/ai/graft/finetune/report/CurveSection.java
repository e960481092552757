package ai.graft.finetune.report;

import java.util.List;

/** The course of a training. */
final class CurveSection {
    /** More points than pixels say nothing more. */
    private static final int MOST_POINTS = 800;

    private static final List<SvgChart.Mark> MARKS =
            List.of(SvgChart.Mark.THIRD, SvgChart.Mark.SECOND, SvgChart.Mark.LINE);

    private CurveSection() {}

    static String html(History history) {
        List<HistoryPoint> points = history.points();
        if (points.isEmpty()) {
            return "";
        }
        double last = points.get(points.size() - 1).step();
        return Html.section(
                "Training",
                "<div class=\"charts\">\n"
                        + loss(points).xRange(0, last).html()
                        + metrics(history).xRange(0, last).html()
                        + rate(points).xRange(0, last).html()
                        + "</div>\n");
    }

    private static SvgChart loss(List<HistoryPoint> points) {
        SvgChart chart = new SvgChart("Loss", "step", "loss");
        Curve raw = Curve.of(points, HistoryPoint::loss);
        if (raw.longEnoughToSmooth()) {
            chart.add("training, each step", SvgChart.Mark.PALE, raw.thinned(MOST_POINTS));
            chart.add("training, mean", SvgChart.Mark.LINE, raw.smooth().thinned(MOST_POINTS));
        } else {
            chart.add("training", SvgChart.Mark.LINE, raw);
        }
        return chart.add("validation", SvgChart.Mark.SECOND, Curve.validationLoss(points));
    }

    private static SvgChart metrics(History history) {
        List<String> names = history.validationNames().stream()
                .filter(name -> !Curve.LOSSES.contains(name))
                .limit(MARKS.size())
                .toList();
        String axis = names.size() == 1 ? Html.metricName(names.get(0)) : "validation";
        SvgChart chart = new SvgChart("Validation " + (names.size() == 1 ? axis : "metrics"), "step", axis);
        for (int i = 0; i < names.size(); i++) {
            chart.add(Html.metricName(names.get(i)), MARKS.get(i), Curve.metric(history.points(), names.get(i)));
        }
        return chart;
    }

    private static SvgChart rate(List<HistoryPoint> points) {
        return new SvgChart("Learning rate", "step", "learning rate")
                .add(
                        "learning rate",
                        SvgChart.Mark.LINE,
                        Curve.of(points, HistoryPoint::learningRate).thinned(MOST_POINTS));
    }
}
