package ai.graft.model.reference;

/** The error function to double precision, which the JDK does not have. */
final class ErrorFunction {
    /** From here on erf is 1 to the last digit of a double. */
    private static final double SATURATED = 6;

    private static final int TERMS = 120;

    /**
     * erf(x) = 2/√π · e^(−x²) · Σ 2ⁿ x^(2n+1) / (2n+1)!! (Abramowitz and Stegun 7.1.6): all terms have one sign, so nothing
     * cancels, and 120 of them reach double precision up to |x| = 6.
     */
    static double erf(double x) {
        if (Math.abs(x) >= SATURATED) {
            return Math.signum(x);
        }
        double term = x;
        double sum = x;
        for (int n = 1; n < TERMS; n++) {
            term *= 2 * x * x / (2 * n + 1);
            sum += term;
        }
        return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
    }

    private ErrorFunction() {}
}
