package ai.graft.finetune.explain;

/**
 * Places in [0, 1] and weights whose sum integrates polynomials below twice their number exactly.
 *
 * <p>The places are the roots of the Legendre polynomial Pₙ, found by Newton's method from Francesco Tricomi's estimates, the
 * weights 2 / ((1 − x²) Pₙ′(x)²) (M. Abramowitz and I. Stegun, Handbook of Mathematical Functions, 25.4.29), both moved from
 * [−1, 1] to [0, 1].
 *
 * @param places in ascending order
 * @param weights of the places, of sum 1
 */
@SuppressWarnings("ArrayRecordComponent") // lives inside one integration; never compared
record GaussLegendre(double[] places, double[] weights) {
    private static final int NEWTON_STEPS = 10;

    /** @param number of places, 1 or more */
    static GaussLegendre of(int number) {
        double[] places = new double[number];
        double[] weights = new double[number];
        for (int i = 0; i < number; i++) {
            double x = -Math.cos(Math.PI * (i + 0.75) / (number + 0.5));
            for (int step = 0; step < NEWTON_STEPS; step++) {
                double[] polynomial = legendre(number, x);
                x -= polynomial[0] / polynomial[1];
            }
            double slope = legendre(number, x)[1];
            places[i] = (1 + x) / 2;
            weights[i] = 1 / ((1 - x * x) * slope * slope);
        }
        return new GaussLegendre(places, weights);
    }

    /** Pₙ(x) and its derivative, by the recurrence of three terms. */
    private static double[] legendre(int n, double x) {
        double before = 1;
        double value = x;
        for (int k = 2; k <= n; k++) {
            double next = ((2 * k - 1) * x * value - (k - 1) * before) / k;
            before = value;
            value = next;
        }
        return new double[] {value, n * (x * value - before) / (x * x - 1)};
    }
}
