package ai.graft.finetune.report;

import java.io.PrintStream;
import java.util.Locale;
import java.util.Objects;
import java.util.function.LongSupplier;

/**
 * Shows how far a run is: on a terminal one line that is redrawn, elsewhere a plain line at each tenth of the way and at
 * least every 30 seconds, so that logs stay short.
 *
 * <p>Speed and time left are means since the first update, whose own step is left out because it warms up. Belongs to
 * one thread. The stream stays open.
 */
public final class Progress implements AutoCloseable {
    private static final int BAR = 20;
    private static final long REDRAW_NANOS = 100_000_000L;
    private static final long QUIET_NANOS = 30_000_000_000L;
    private static final String UNKNOWN = "-";

    private final PrintStream out;
    private final boolean interactive;
    private final String unit;
    private final LongSupplier nanoClock;

    private int firstStep = -1; // -1: no update yet
    private long firstExamples;
    private long firstNanos;
    private int lastStep;
    private long shownNanos;
    private int shownTenth;
    private String line = ""; // what stands on the terminal's line

    /**
     * @param out where to print, usually standard error
     * @param interactive whether {@code out} is a terminal, on which a line can be redrawn
     * @param nanoClock usually {@code System::nanoTime}
     */
    public Progress(PrintStream out, boolean interactive, LongSupplier nanoClock) {
        this(out, interactive, "examples", nanoClock);
    }

    /**
     * Counts something else than examples.
     *
     * @param unit what {@code examplesDone} counts, in the plural
     */
    public Progress(PrintStream out, boolean interactive, String unit, LongSupplier nanoClock) {
        this.unit = unit;
        this.out = Objects.requireNonNull(out, "out");
        this.interactive = interactive;
        this.nanoClock = Objects.requireNonNull(nanoClock, "nanoClock");
    }

    /**
     * Tells that a step is done; cheap enough to be called for each one. A step below the last one begins anew.
     *
     * @param step steps done, 0 to {@code total}
     * @param total steps in all, 1 or more
     * @param loss latest loss; shown as it is, NaN too
     * @param examplesDone examples processed since the beginning
     * @throws IllegalArgumentException if {@code step} is not in 0 … {@code total} or {@code total} is below 1
     */
    public void update(int step, int total, double loss, long examplesDone) {
        if (total < 1 || step < 0 || step > total) {
            throw new IllegalArgumentException("step " + step + " of " + total + ": expected 0 <= step <= total >= 1");
        }
        long now = nanoClock.getAsLong();
        boolean first = firstStep < 0 || step < lastStep;
        if (first) {
            begin(step, examplesDone, now);
        }
        lastStep = step;
        if (first || step == total || due(step, total, now)) {
            shownNanos = now;
            shownTenth = tenth(step, total);
            show(step, total, loss, examplesDone, now);
        }
    }

    /** Prints a line of its own; on a terminal above the progress line. */
    public void message(String text) {
        if (line.isEmpty()) {
            print(text + "\n");
            return;
        }
        String below = line;
        erase();
        print(text + "\n" + below);
        line = below;
    }

    /** Ends the progress line, so that what follows begins a new one. May be called twice. */
    @Override
    public void close() {
        if (!line.isEmpty()) {
            print("\n");
            line = "";
        }
    }

    private void begin(int step, long examples, long now) {
        firstStep = step;
        firstExamples = examples;
        firstNanos = now;
    }

    private boolean due(int step, int total, long now) {
        long passed = now - shownNanos;
        return interactive ? passed >= REDRAW_NANOS : tenth(step, total) > shownTenth || passed >= QUIET_NANOS;
    }

    private static int tenth(int step, int total) {
        return (int) (10L * step / total);
    }

    private void show(int step, int total, double loss, long examples, long now) {
        double seconds = (now - firstNanos) / 1e9;
        String rate = seconds > 0 ? number("%.1f", (examples - firstExamples) / seconds) : UNKNOWN;
        boolean timed = step > firstStep && seconds > 0;
        String left = timed ? time(seconds / (step - firstStep) * (total - step)) : UNKNOWN;
        if (interactive) {
            redraw(String.format(
                    Locale.ROOT,
                    "%s %d/%d  loss %.4f  %s %s/s  %s left",
                    bar(step, total),
                    step,
                    total,
                    loss,
                    rate,
                    unit.equals("examples") ? "ex" : unit,
                    left));
        } else {
            print(String.format(
                    Locale.ROOT,
                    "step %d/%d (%d %%)  loss %.4f  %s %s/s  %s left\n",
                    step,
                    total,
                    100L * step / total,
                    loss,
                    rate,
                    unit,
                    left));
        }
    }

    private static String bar(int step, int total) {
        int full = (int) ((long) BAR * step / total);
        String tip = full < BAR ? ">" : "";
        return "[" + "=".repeat(full) + tip + " ".repeat(BAR - full - tip.length()) + "]";
    }

    private static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }

    /** As {@code 0:07}, {@code 12:30} or {@code 3:00:05}. */
    private static String time(double seconds) {
        long whole = Math.round(seconds);
        return whole < 3600
                ? String.format(Locale.ROOT, "%d:%02d", whole / 60, whole % 60)
                : String.format(Locale.ROOT, "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60);
    }

    /** Spaces wipe what a longer line left; every terminal knows them, not all know escape codes. */
    private void redraw(String next) {
        print("\r" + next + " ".repeat(Math.max(0, line.length() - next.length())));
        line = next;
    }

    private void erase() {
        print("\r" + " ".repeat(line.length()) + "\r");
        line = "";
    }

    private void print(String text) {
        out.print(text);
        out.flush();
    }
}
