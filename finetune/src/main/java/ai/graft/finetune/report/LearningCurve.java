package ai.graft.finetune.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * The course of a training as a picture: losses, validation metrics and learning rate over the steps, in panels one
 * below the other. The training loss is drawn as it was, pale, and as a centred moving mean, strong.
 */
public final class LearningCurve {
    private static final int WIDTH = 1200;
    private static final int LOSS_HEIGHT = 440;
    private static final int METRIC_HEIGHT = 360;
    private static final int RATE_HEIGHT = 220;
    private static final Color PALE = new Color(0xB9, 0xCF, 0xE6);
    private static final Color[] COLOURS = {
        new Color(0xC0, 0x4A, 0x1B),
        new Color(0x2E, 0x7D, 0x4F),
        new Color(0x7A, 0x4F, 0xA3),
        new Color(0x8A, 0x6D, 0x1F)
    };
    private static final Color STRONG = new Color(0x1F, 0x5A, 0x99);

    private LearningCurve() {}

    /**
     * Draws a history: 1200 pixels wide, up to 1020 high, white background. Replaces an existing file; panels without
     * data are left out, as are values that are not finite.
     *
     * @param png the file to write
     * @param history the run, 1 point or more
     * @param title shown on top
     * @throws IllegalArgumentException if the history has no points
     * @throws IOException if the file cannot be written
     */
    public static void write(Path png, History history, String title) throws IOException {
        if (history.points().isEmpty()) {
            throw new IllegalArgumentException(
                    "the history has no points to draw. Append one for each step, then write the picture.");
        }
        List<Panel> panels = panels(history, title);
        int height = panels.stream().mapToInt(Panel::height).sum();
        Picture.write(png, WIDTH, height, graphics -> {
            for (Panel panel : panels) {
                panel.chart().paint(graphics, WIDTH, panel.height());
                graphics.translate(0, panel.height());
            }
        });
    }

    private record Panel(XYChart chart, int height) {}

    private static List<Panel> panels(History history, String title) {
        List<HistoryPoint> points = history.points();
        List<Panel> panels = new ArrayList<>();
        addPanel(panels, lossChart(points), LOSS_HEIGHT);
        addPanel(panels, metricChart(history), METRIC_HEIGHT);
        addPanel(panels, rateChart(points), RATE_HEIGHT);
        XYChart top = panels.get(0).chart();
        top.setTitle(title);
        top.getStyler().setChartTitleVisible(!title.isBlank());
        panels.get(panels.size() - 1).chart().setXAxisTitle("step");
        double first = points.get(0).step();
        double last = points.get(points.size() - 1).step();
        if (first < last) {
            panels.forEach(panel -> fitSteps(panel.chart(), last));
        }
        return panels;
    }

    /**
     * The same axis from 0 for all panels. XChart sets its ticks on data points where these are equally far apart, which
     * gives steps such as 429, 858, 1287; one unseen point between two steps makes it choose round numbers.
     */
    private static void fitSteps(XYChart chart, double last) {
        chart.getStyler().setXAxisMin(0.0).setXAxisMax(last);
        double between = last * 0.618034;
        double seen = chart.getSeriesCollection().iterator().next().getYMin();
        XYSeries unseen = chart.addSeries("unseen", List.of(0.0, between, last), List.of(seen, seen, seen));
        unseen.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter)
                .setMarker(SeriesMarkers.NONE)
                .setShowInLegend(false);
    }

    private static void addPanel(List<Panel> panels, XYChart chart, int height) {
        if (!chart.getSeriesCollection().isEmpty()) {
            panels.add(new Panel(chart, height));
        }
    }

    private static XYChart lossChart(List<HistoryPoint> points) {
        XYChart chart = chart("loss", LOSS_HEIGHT, "0.####");
        Curve raw = Curve.of(points, HistoryPoint::loss);
        if (raw.longEnoughToSmooth()) {
            line(chart, "training, each step", raw, PALE, 1.2f);
            line(chart, "training, mean", raw.smooth(), STRONG, 3f);
        } else {
            line(chart, "training", raw, STRONG, 3f);
        }
        dots(chart, "validation", Curve.validationLoss(points), COLOURS[0]);
        return chart;
    }

    private static XYChart metricChart(History history) {
        XYChart chart = chart("validation", METRIC_HEIGHT, "0.####");
        List<String> names = history.validationNames().stream()
                .filter(name -> !Curve.LOSSES.contains(name))
                .limit(COLOURS.length) // more lines than colours cannot be told apart
                .toList();
        for (int i = 0; i < names.size(); i++) {
            dots(chart, names.get(i).replace('_', ' '), Curve.metric(history.points(), names.get(i)), COLOURS[i]);
        }
        return chart;
    }

    private static XYChart rateChart(List<HistoryPoint> points) {
        XYChart chart = chart("learning rate", RATE_HEIGHT, "0.0E0");
        line(chart, "learning rate", Curve.of(points, HistoryPoint::learningRate), Picture.FAINT, 2.5f);
        chart.getStyler().setYAxisMin(0.0).setLegendVisible(false);
        return chart;
    }

    private static void line(XYChart chart, String name, Curve curve, Color colour, float width) {
        if (curve.values().isEmpty()) {
            return;
        }
        XYSeries series = chart.addSeries(name, curve.steps(), curve.values());
        series.setLineColor(colour).setLineStyle(new BasicStroke(width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        boolean visible = curve.values().size() > 1; // a single point would be a line of no length
        series.setMarker(visible ? SeriesMarkers.NONE : SeriesMarkers.CIRCLE).setMarkerColor(colour);
    }

    private static void dots(XYChart chart, String name, Curve curve, Color colour) {
        line(chart, name, curve, colour, 2.2f);
        if (!curve.values().isEmpty()) {
            chart.getSeries(name).setMarker(SeriesMarkers.CIRCLE);
        }
    }

    private static XYChart chart(String axis, int height, String pattern) {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(height)
                .yAxisTitle(axis)
                .build();
        chart.getStyler()
                .setChartBackgroundColor(Color.WHITE)
                .setPlotBackgroundColor(Color.WHITE)
                .setChartFontColor(Picture.INK)
                .setChartPadding(16)
                .setChartTitleFont(font(Font.BOLD, 22))
                .setChartTitleBoxVisible(false)
                .setLegendPosition(Styler.LegendPosition.OutsideS) // inside it would cover some curve
                .setLegendLayout(Styler.LegendLayout.Horizontal)
                .setLegendFont(font(Font.PLAIN, 16))
                .setLegendBorderColor(Color.WHITE)
                .setMarkerSize(9);
        chart.getStyler()
                .setPlotGridLinesColor(Picture.GRID)
                .setAxisTickLabelsFont(font(Font.PLAIN, 16))
                .setAxisTitleFont(font(Font.PLAIN, 17))
                .setAxisTickMarksColor(Picture.FAINT)
                .setYAxisDecimalPattern(pattern)
                .setXAxisDecimalPattern("#,##0.##")
                .setXAxisTickMarkSpacingHint(110)
                .setYAxisTickMarkSpacingHint(45)
                .setLocale(Locale.ROOT)
                .setLegendPadding(14);
        chart.getStyler().setYAxisLeftWidthHint(110).setPlotBorderVisible(false);
        return chart;
    }

    private static Font font(int style, int size) {
        return new Font(Font.SANS_SERIF, style, size);
    }
}
