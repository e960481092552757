package ai.graft.serving.onnx;

import java.util.List;
import java.util.Locale;

/**
 * How far outputs lie from what was expected, and whether that is near enough.
 *
 * <p>In fp32 every value must lie within {@link #TOLERANCE}, and every decision be the same. Smaller precisions move values,
 * and may turn a decision that was a toss-up; what they must not turn is one that the checkpoint takes clearly, leading by
 * {@link #CLEAR} of probability: of those {@link #TURNED} may turn, which is none of a small golden file. Where nothing is decided
 * clearly, by encoders, regressions and heads that know nothing yet, the length of the error is held below a share of the
 * length of the outputs.
 */
final class Closeness {
    /** Two sound fp32 computations of twelve layers lie up to 1.4e-5 apart at values around 10. */
    static final double TOLERANCE = 1e-4;

    /** 60 to 40 between two labels. */
    static final double CLEAR = 0.2;

    /** Share of clear decisions that may turn: made-up rows of random ids have some at the brink. */
    static final double TURNED = 0.02;

    /** Eight bits with one scale a batch leave a cosine of 0.988 in hidden states of six layers: an error of 0.16. */
    static final double INT8_ERROR = 0.25;

    /**
     * Sixteen bits of weights moved such states by 2e-3, at values around 10; those of all values moved outputs of up to 4.4 by
     * 0.017.
     */
    static final double FP16_ERROR = 0.01;

    private final Decisions decisions;
    private final ExportPrecision precision;
    private double worst;
    private String worstExample = "";
    private int decided;
    private int turned;
    private int clear;
    private int clearTurned;
    private String turnedExample = "";
    private double squaredError;
    private double squaredExpected;
    private double cosines;
    private int outputs;

    Closeness(Decisions decisions, ExportPrecision precision) {
        this.decisions = decisions;
        this.precision = precision;
    }

    /**
     * What was found.
     *
     * @param maxDifference the largest absolute difference of a value
     * @param meanCosine mean over outputs of the cosine to what was expected
     * @param equalDecisions share of equal decisions; 1 where there was nothing to decide
     */
    record Found(double maxDifference, double meanCosine, double equalDecisions) {}

    /** Takes in one output of one row. */
    void add(String where, int tokens, float[] expected, float[] actual) {
        double dot = 0;
        double ownLength = 0;
        double wantedLength = 0;
        for (int i = 0; i < expected.length; i++) {
            double difference = Math.abs((double) actual[i] - expected[i]);
            if (!(difference <= worst)) { // NaN too
                worst = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference;
                worstExample = where + ", value " + i + ": " + actual[i] + ", expected " + expected[i];
            }
            squaredError += difference * difference;
            dot += (double) actual[i] * expected[i];
            ownLength += (double) actual[i] * actual[i];
            wantedLength += (double) expected[i] * expected[i];
        }
        squaredExpected += wantedLength;
        double lengths = Math.sqrt(ownLength) * Math.sqrt(wantedLength);
        cosines += lengths == 0 ? (ownLength == wantedLength ? 1 : 0) : dot / lengths;
        outputs++;
        decide(where, decisions.of(expected, tokens), decisions.of(actual, tokens));
    }

    private void decide(String where, List<Decisions.Decision> wanted, List<Decisions.Decision> given) {
        for (int i = 0; i < wanted.size(); i++) {
            boolean isClear = wanted.get(i).margin() >= CLEAR;
            decided++;
            clear += isClear ? 1 : 0;
            if (!wanted.get(i).choice().equals(given.get(i).choice())) {
                turned++;
                clearTurned += isClear ? 1 : 0;
                if (turned == 1 || (isClear && clearTurned == 1)) {
                    turnedExample =
                            where + ", decision " + i + ": " + given.get(i).choice() + ", expected "
                                    + wanted.get(i).choice();
                }
            }
        }
    }

    /** What was found in all that was taken in, at least one output. */
    Found found() {
        return new Found(worst, cosines / outputs, decided == 0 ? 1 : 1 - (double) turned / decided);
    }

    /** @throws ProofFailedException where the precision must do better than this */
    void require() {
        if (precision == ExportPrecision.FP32) {
            requireEqual();
        } else {
            requireSimilar(precision.storesHalves() ? FP16_ERROR : INT8_ERROR);
        }
    }

    private void requireEqual() {
        if (!(worst <= TOLERANCE)) {
            throw new ProofFailedException(
                    "the exported graph is off by " + worst + ", more than " + TOLERANCE + ": " + worstExample,
                    "If the checkpoint was changed after " + GoldenFile.NAME
                            + " was written, save it again; else report this.");
        }
        if (turned > 0) {
            throw new ProofFailedException(turnedExample + ", though no output is off by more than " + worst, "");
        }
    }

    private void requireSimilar(double share) {
        if (Double.isInfinite(worst)) {
            throw new ProofFailedException("the exported graph computes no numbers: " + worstExample, cure());
        }
        if (clearTurned > TURNED * clear) {
            throw new ProofFailedException(
                    String.format(
                            Locale.ROOT,
                            "the exported graph turns %d of %d decisions that the checkpoint takes clearly, by %.0f %% of"
                                    + " probability or more; allowed are %.0f %%. The first: %s",
                            clearTurned,
                            clear,
                            100 * CLEAR,
                            100 * TURNED,
                            turnedExample),
                    cure());
        }
        double error = squaredExpected == 0 ? 0 : Math.sqrt(squaredError / squaredExpected);
        if (clear == 0 && !(error <= share)) {
            throw new ProofFailedException(
                    String.format(
                            Locale.ROOT,
                            "the exported graph's error is %.3f of the outputs' length, allowed are %.3f. The worst: %s",
                            error,
                            share,
                            worstExample),
                    cure());
        }
    }

    private String cure() {
        return "Keep some weights in fp32, or export in a wider precision than " + precision.label() + ".";
    }
}
