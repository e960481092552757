package ai.graft.finetune.features;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * The minimum of a smooth convex function by L-BFGS.
 *
 * <p>Source: Nocedal and Wright, Numerical Optimization, second edition, algorithms 7.4 (the two loops) and 3.1 (backtracking). A convex function has
 * {@code s·y >= 0} at any step, so the search needs no second condition; pairs without curvature are left out.
 */
final class Lbfgs {
    private static final int PAIRS = 10;
    private static final int MOST_STEPS = 5_000;
    private static final double SUFFICIENT_DECREASE = 1e-4;
    private static final int MOST_HALVINGS = 50;
    private static final double LEAST_CURVATURE = 1e-12;

    /** A function with its gradient. */
    @FunctionalInterface
    interface Objective {
        /** The value at a point; fills the gradient. */
        double value(double[] point, double[] gradient);
    }

    /** A step and how the gradient changed with it. */
    private record Pair(double[] step, double[] change, double product) {}

    private final Objective objective;
    private final Deque<Pair> pairs = new ArrayDeque<>(); // the newest first
    private double[] point;
    private double[] gradient;
    private double value;

    private Lbfgs(Objective objective, double[] start) {
        this.objective = objective;
        this.point = start.clone();
        this.gradient = new double[start.length];
        this.value = objective.value(point, gradient);
    }

    /**
     * Finds the minimum.
     *
     * @param tolerance the largest element that the gradient may have there
     * @throws IllegalStateException where it is not reached in {@value #MOST_STEPS} steps
     */
    static double[] minimize(Objective objective, double[] start, double tolerance) {
        Lbfgs search = new Lbfgs(objective, start);
        for (int step = 0; step < MOST_STEPS; step++) {
            if (search.largestSlope() <= tolerance || !search.step()) {
                return search.point;
            }
        }
        throw new IllegalStateException("no minimum after " + MOST_STEPS + " steps: the gradient's largest element is "
                + search.largestSlope() + ", wanted " + tolerance + ". Are there values of wholly different size?");
    }

    private double largestSlope() {
        double largest = 0;
        for (double slope : gradient) {
            largest = Math.max(largest, Math.abs(slope));
        }
        return largest;
    }

    /** Goes one step; false where no step leads further down, which is the end of what double can tell. */
    private boolean step() {
        double[] direction = direction();
        double slope = dot(direction, gradient);
        double length = pairs.isEmpty() ? Math.min(1, 1 / Math.sqrt(dot(gradient, gradient))) : 1;
        double[] nextGradient = new double[point.length];
        for (int halving = 0; halving < MOST_HALVINGS; halving++) {
            double[] next = point.clone();
            add(next, length, direction);
            double nextValue = objective.value(next, nextGradient);
            if (nextValue < value && nextValue <= value + SUFFICIENT_DECREASE * length * slope) {
                move(next, nextGradient, nextValue);
                return true;
            }
            length /= 2;
        }
        return false;
    }

    private void move(double[] next, double[] nextGradient, double nextValue) {
        double[] step = next.clone();
        add(step, -1, point);
        double[] change = nextGradient.clone();
        add(change, -1, gradient);
        double product = dot(step, change);
        if (product > LEAST_CURVATURE * dot(change, change)) {
            pairs.addFirst(new Pair(step, change, product));
            if (pairs.size() > PAIRS) {
                pairs.removeLast();
            }
        }
        point = next;
        gradient = nextGradient.clone();
        value = nextValue;
    }

    private double[] direction() {
        double[] direction = gradient.clone();
        double[] shares = new double[pairs.size()];
        int i = 0;
        for (Pair pair : pairs) {
            shares[i] = dot(pair.step(), direction) / pair.product();
            add(direction, -shares[i], pair.change());
            i++;
        }
        double scale = -1;
        if (!pairs.isEmpty()) {
            Pair newest = pairs.getFirst();
            scale = -newest.product() / dot(newest.change(), newest.change());
        }
        for (int at = 0; at < direction.length; at++) {
            direction[at] *= scale;
        }
        for (Iterator<Pair> oldest = pairs.descendingIterator(); oldest.hasNext(); ) {
            Pair pair = oldest.next();
            i--;
            add(direction, -shares[i] - dot(pair.change(), direction) / pair.product(), pair.step());
        }
        return direction;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static void add(double[] to, double factor, double[] values) {
        for (int i = 0; i < to.length; i++) {
            to[i] += factor * values[i];
        }
    }
}
