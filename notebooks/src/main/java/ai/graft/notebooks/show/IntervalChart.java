package ai.graft.notebooks.show;

import ai.graft.finetune.report.Html;
import java.util.List;
import java.util.Locale;

/** Named values with intervals, one below the other on one axis: what overlaps cannot be told apart. */
final class IntervalChart {
    private static final int WIDTH = 620;
    private static final int LEFT = 190;
    private static final int RIGHT = 70;
    private static final int ROW = 26;
    private static final int BOTTOM = 46;
    private static final int TICKS = 5;

    /** The axis covers a tenth of the largest value at least: what does not differ is not blown up. */
    private static final int LEAST_SHARE = 10;

    private final String title;
    private final String axis;
    private final List<Measured> values;
    private final double step;
    private final double low;
    private final double high;

    IntervalChart(String title, String axis, List<Measured> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("a chart of intervals needs 1 value or more, got none");
        }
        this.title = title;
        this.axis = axis;
        this.values = List.copyOf(values);
        double least =
                values.stream().mapToDouble(one -> one.interval().low()).min().orElseThrow();
        double most =
                values.stream().mapToDouble(one -> one.interval().high()).max().orElseThrow();
        step = step(Math.max(most - least, Math.max(1e-6, Math.abs(most) / LEAST_SHARE)));
        low = Math.floor(least / step + 1e-9) * step;
        high = Math.max(Math.ceil(most / step - 1e-9) * step, low + step);
    }

    private static double step(double range) {
        double power = Math.pow(10, Math.floor(Math.log10(range / TICKS)));
        double digit = range / TICKS / power;
        return power * (digit > 5 ? 10 : digit > 2 ? 5 : digit > 1 ? 2 : 1);
    }

    String html() {
        int height = ROW * values.size() + BOTTOM;
        StringBuilder svg = new StringBuilder("<figure><figcaption>" + Html.escape(title) + "</figcaption>\n");
        svg.append(format(
                "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\" class=\"intervals\">\n",
                WIDTH, height, Html.escape(title)));
        grid(svg, height);
        for (int i = 0; i < values.size(); i++) {
            row(svg, values.get(i), ROW * i + ROW / 2);
        }
        return svg.append("</svg>\n</figure>\n").toString();
    }

    private void grid(StringBuilder svg, int height) {
        int decimals = (int) Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
        for (long i = Math.round(low / step); i * step <= high + step / 2; i++) {
            svg.append(format(
                    "<path d=\"M%.1f 0V%d\" class=\"grid\" style=\"stroke-width:1\"/>"
                            + "<text x=\"%.1f\" y=\"%d\" class=\"tick middle\">%s</text>\n",
                    place(i * step),
                    height - BOTTOM,
                    place(i * step),
                    height - BOTTOM + 17,
                    format("%." + decimals + "f", i * step)));
        }
        svg.append(format(
                "<text x=\"%d\" y=\"%d\" class=\"name middle\">%s</text>\n",
                (LEFT + WIDTH - RIGHT) / 2, height - 8, Html.escape(axis)));
    }

    private void row(StringBuilder svg, Measured one, int y) {
        svg.append(format(
                "<text x=\"%d\" y=\"%d\" class=\"name end\">%s</text>", LEFT - 14, y + 4, Html.escape(one.name())));
        svg.append(format(
                "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\"/><circle cx=\"%.1f\" cy=\"%d\" r=\"4.5\"/>",
                place(one.interval().low()), y, place(one.interval().high()), y, place(one.value()), y));
        svg.append(format(
                "<text x=\"%d\" y=\"%d\" class=\"value end\">%s</text>\n",
                WIDTH - 6, y + 4, Html.escape(number(one.value()))));
    }

    private static String number(double value) {
        return Math.abs(value) < 10 ? format("%.3f", value) : format("%.1f", value);
    }

    private double place(double value) {
        return LEFT + (value - low) / (high - low) * (WIDTH - RIGHT - LEFT);
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
