package ai.graft.finetune.report;

import ai.graft.finetune.evaluate.Calibration;
import ai.graft.finetune.evaluate.Calibration.Bin;
import ai.graft.finetune.evaluate.Evaluation;
import ai.graft.finetune.evaluate.SingleLabelEvaluation;
import java.util.List;

/** Whether the probabilities mean what they say. */
final class CalibrationSection {
    private CalibrationSection() {}

    /** Empty where there are no probabilities. */
    static String html(Evaluation evaluation) {
        return evaluation
                .calibration()
                .map(calibration -> html(calibration, temperature(evaluation)))
                .orElse("");
    }

    private static String temperature(Evaluation evaluation) {
        return evaluation instanceof SingleLabelEvaluation single && single.temperature() != 1
                ? " Probabilities are the softmax of the logits divided by " + Html.number(single.temperature())
                        + ", a temperature that was chosen on the training's validation data; without it the error is "
                        + Html.number(single.metric("ece_uncalibrated")) + "."
                : "";
    }

    private static String html(Calibration calibration, String temperature) {
        List<Bin> bins = calibration.bins();
        List<Double> middles =
                bins.stream().map(bin -> (bin.from() + bin.to()) / 2).toList();
        double width = bins.get(0).to() - bins.get(0).from();
        SvgChart reliability = new SvgChart("Reliability", "probability given", "share that was true")
                .xRange(0, 1)
                .yRange(0, 1)
                .barWidth(width)
                .add(
                        "bins of predictions",
                        SvgChart.Mark.BARS,
                        middles,
                        bins.stream().map(Bin::share).toList())
                .add("perfectly calibrated", SvgChart.Mark.GUIDE, List.of(0.0, 1.0), List.of(0.0, 1.0))
                .add(
                        "a bin's mean probability",
                        SvgChart.Mark.SPOTS,
                        bins.stream().map(Bin::probability).toList(),
                        bins.stream().map(Bin::share).toList());
        SvgChart counts = new SvgChart("How sure the model is", "probability given", "predictions")
                .xRange(0, 1)
                .barWidth(width)
                .add(
                        "predictions",
                        SvgChart.Mark.BARS,
                        middles,
                        bins.stream().map(bin -> (double) bin.predictions()).toList());
        return Html.section(
                "Calibration",
                "<p>Expected calibration error " + Html.number(calibration.error())
                        + ": so far, on average, the probability given lies from the share that was true (15 bins of equal"
                        + " width)." + temperature + "</p>\n<div class=\"charts\">\n" + reliability.html()
                        + counts.html() + "</div>\n");
    }
}
