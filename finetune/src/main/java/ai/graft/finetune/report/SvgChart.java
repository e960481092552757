package ai.graft.finetune.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/** A small chart as inline SVG with axes, axis names and a legend; colours come from the page's style sheet. */
public final class SvgChart {
    private static final int WIDTH = 360;
    private static final int HEIGHT = 240;
    private static final int LEFT = 66;
    private static final int RIGHT = 22;
    private static final int TOP = 12;
    private static final int BOTTOM = 46;
    private static final int TICKS = 5;

    /** Below this ticks are written with a power of ten. */
    private static final double SMALL = 1e-2;

    /** How a series is drawn; the name in lower case is its class in the style sheet. */
    public enum Mark {
        /** A pale line behind others. */
        PALE,
        /** A strong line. */
        LINE,
        /** A line with dots, in the second colour. */
        SECOND,
        /** A line with dots, in the third colour. */
        THIRD,
        /** Dots alone. */
        DOTS,
        /** Dots alone, in the second colour. */
        SPOTS,
        /** A broken line for comparison. */
        GUIDE,
        /** Bars from the axis up. */
        BARS;

        String style() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private record Series(String name, Mark mark, List<Double> xs, List<Double> ys) {}

    private final String title;
    private final String xName;
    private final String yName;
    private final List<Series> series = new ArrayList<>();
    private double[] xRange = {};
    private double[] yRange = {};
    private double barWidth = 1;

    /** An empty chart with the names of its axes. */
    public SvgChart(String title, String xName, String yName) {
        this.title = title;
        this.xName = xName;
        this.yName = yName;
    }

    /** Adds a series; one without values is left out. */
    public SvgChart add(String name, Mark mark, List<Double> xs, List<Double> ys) {
        if (!xs.isEmpty()) {
            series.add(new Series(name, mark, xs, ys));
        }
        return this;
    }

    SvgChart add(String name, Mark mark, Curve curve) {
        return add(name, mark, curve.steps(), curve.values());
    }

    /** Fixes the x axis, which otherwise fits the values. */
    public SvgChart xRange(double from, double to) {
        xRange = new double[] {from, to};
        return this;
    }

    /** Fixes the y axis, which otherwise fits the values. */
    public SvgChart yRange(double from, double to) {
        yRange = new double[] {from, to};
        return this;
    }

    /** Width of bars in units of the x axis. */
    public SvgChart barWidth(double width) {
        barWidth = width;
        return this;
    }

    /** The chart with its legend as a {@code figure}; empty where nothing was added. */
    public String html() {
        if (series.isEmpty()) {
            return "";
        }
        double[] x = xRange.length == 2 ? xRange : range(true);
        double[] y = yRange.length == 2 ? yRange : range(false);
        StringBuilder svg = new StringBuilder();
        svg.append("<figure><figcaption>").append(Html.escape(title)).append("</figcaption>\n");
        svg.append(String.format(
                Locale.ROOT,
                "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">\n",
                WIDTH,
                HEIGHT,
                Html.escape(title)));
        xAxis(svg, x);
        yAxis(svg, y);
        series.forEach(one -> draw(svg, one, x, y));
        svg.append("</svg>\n");
        return svg.append(legend()).append("</figure>\n").toString();
    }

    private double[] range(boolean horizontal) {
        double[] all = series.stream()
                .flatMapToDouble(
                        one -> (horizontal ? one.xs() : one.ys()).stream().mapToDouble(Double::doubleValue))
                .toArray();
        double least = DoubleStream.of(all).min().orElse(0);
        double most = DoubleStream.of(all).max().orElse(1);
        boolean bars = series.stream().anyMatch(one -> one.mark() == Mark.BARS);
        double low = !horizontal && (bars || (least > 0 && least < most / 3)) ? 0 : least;
        if (low == most) {
            return new double[] {low - Math.max(0.5, Math.abs(low) / 2), most + Math.max(0.5, Math.abs(most) / 2)};
        }
        double margin = horizontal ? 0 : (most - low) * 0.06;
        return new double[] {low == 0 ? 0 : low - margin, most + margin};
    }

    private void xAxis(StringBuilder svg, double[] range) {
        for (double tick : ticks(range)) {
            double x = place(tick, range, LEFT, WIDTH - RIGHT);
            svg.append(String.format(
                    Locale.ROOT,
                    "<text x=\"%.1f\" y=\"%d\" class=\"tick middle\">%s</text>\n",
                    x,
                    HEIGHT - BOTTOM + 17,
                    label(tick, range)));
        }
        svg.append(String.format(
                Locale.ROOT,
                "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" class=\"axis\"/>\n",
                LEFT,
                HEIGHT - BOTTOM,
                WIDTH - RIGHT,
                HEIGHT - BOTTOM));
        svg.append(String.format(
                Locale.ROOT,
                "<text x=\"%d\" y=\"%d\" class=\"name middle\">%s</text>\n",
                (LEFT + WIDTH - RIGHT) / 2,
                HEIGHT - 8,
                Html.escape(xName)));
    }

    private void yAxis(StringBuilder svg, double[] range) {
        for (double tick : ticks(range)) {
            double y = place(tick, range, HEIGHT - BOTTOM, TOP);
            svg.append(String.format(
                    Locale.ROOT,
                    "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" class=\"grid\"/>"
                            + "<text x=\"%d\" y=\"%.1f\" class=\"tick end\">%s</text>\n",
                    LEFT,
                    y,
                    WIDTH - RIGHT,
                    y,
                    LEFT - 7,
                    y + 4,
                    label(tick, range)));
        }
        int middle = (TOP + HEIGHT - BOTTOM) / 2;
        svg.append(String.format(
                Locale.ROOT,
                "<text x=\"13\" y=\"%d\" transform=\"rotate(-90 13 %d)\" class=\"name middle\">%s</text>\n",
                middle,
                middle,
                Html.escape(yName)));
    }

    private void draw(StringBuilder svg, Series one, double[] x, double[] y) {
        if (one.mark() == Mark.BARS) {
            bars(svg, one, x, y);
            return;
        }
        StringBuilder path = new StringBuilder();
        StringBuilder dots = new StringBuilder();
        for (int i = 0; i < one.xs().size(); i++) {
            double px = place(one.xs().get(i), x, LEFT, WIDTH - RIGHT);
            double py = place(one.ys().get(i), y, HEIGHT - BOTTOM, TOP);
            path.append(String.format(Locale.ROOT, "%s%.1f %.1f", i == 0 ? "M" : "L", px, py));
            dots.append(String.format(Locale.ROOT, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\"/>", px, py));
        }
        svg.append("<g class=\"").append(one.mark().style()).append("\">");
        boolean alone = one.mark() == Mark.DOTS || one.mark() == Mark.SPOTS;
        if (!alone) {
            svg.append("<path d=\"").append(path).append("\"/>");
        }
        boolean dotted = alone || one.mark() == Mark.SECOND || one.mark() == Mark.THIRD;
        svg.append(dotted || one.xs().size() == 1 ? dots : "").append("</g>\n");
    }

    private void bars(StringBuilder svg, Series one, double[] x, double[] y) {
        svg.append("<g class=\"bars\">");
        for (int i = 0; i < one.xs().size(); i++) {
            double from = place(one.xs().get(i) - barWidth / 2, x, LEFT, WIDTH - RIGHT);
            double to = place(one.xs().get(i) + barWidth / 2, x, LEFT, WIDTH - RIGHT);
            double top = place(one.ys().get(i), y, HEIGHT - BOTTOM, TOP);
            svg.append(String.format(
                    Locale.ROOT,
                    "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>",
                    from + 0.5,
                    top,
                    Math.max(1, to - from - 1),
                    Math.max(0, HEIGHT - BOTTOM - top)));
        }
        svg.append("</g>\n");
    }

    private String legend() {
        if (series.size() < 2) {
            return "";
        }
        StringBuilder html = new StringBuilder("<ul class=\"legend\">");
        series.forEach(one -> html.append("<li><span class=\"key ")
                .append(one.mark().style())
                .append("\"></span>")
                .append(Html.escape(one.name()))
                .append("</li>"));
        return html.append("</ul>\n").toString();
    }

    private static double place(double value, double[] range, double from, double to) {
        return from + (value - range[0]) / (range[1] - range[0]) * (to - from);
    }

    /** Round numbers inside the range, about five of them. */
    private static List<Double> ticks(double[] range) {
        double step = step(range);
        List<Double> ticks = new ArrayList<>();
        double first = Math.ceil(range[0] / step - 1e-9);
        for (double i = first; i * step <= range[1] + step * 1e-9; i++) {
            ticks.add(i * step);
        }
        return ticks;
    }

    private static double step(double[] range) {
        double rough = (range[1] - range[0]) / TICKS;
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        double digit = rough / power;
        return power * (digit > 5 ? 10 : digit > 2 ? 5 : digit > 1 ? 2 : 1);
    }

    private static String label(double tick, double[] range) {
        double step = step(range);
        if (Math.abs(tick) < step / 2) {
            return "0";
        }
        if (Math.max(Math.abs(range[0]), Math.abs(range[1])) < SMALL) {
            return String.format(Locale.ROOT, "%.1e", tick).replace(".0e", "e").replace("e-0", "e-");
        }
        int decimals = (int) Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
        return String.format(Locale.ROOT, "%,." + decimals + "f", tick);
    }
}
