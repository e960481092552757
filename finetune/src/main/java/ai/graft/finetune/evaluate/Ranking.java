package ai.graft.finetune.evaluate;

import java.util.Arrays;

/**
 * The examples in the order of their scores for one label, highest first, sorted once: whatever rows are asked for, one
 * pass over that order answers.
 */
final class Ranking {
    private final int[] order;
    private final boolean[] has; // by row
    private final boolean[] tied; // by place: whether the next place has the same score

    private Ranking(int[] order, boolean[] has, boolean[] tied) {
        this.order = order;
        this.has = has;
        this.tied = tied;
    }

    /** @param has whether an example has the label, (N); {@code scores} is (N), no NaN */
    static Ranking of(float[] scores, boolean[] has) {
        int rows = scores.length;
        long[] keys = new long[rows];
        for (int row = 0; row < rows; row++) {
            keys[row] = ((long) ascending(scores[row]) << 32) | row;
        }
        Arrays.sort(keys);
        int[] order = new int[rows];
        boolean[] tied = new boolean[rows];
        for (int place = 0; place < rows; place++) {
            order[place] = (int) keys[rows - 1 - place];
        }
        for (int place = 0; place + 1 < rows; place++) {
            tied[place] = scores[order[place]] == scores[order[place + 1]];
        }
        return new Ranking(order, has.clone(), tied);
    }

    /** An int that sorts as the float does. */
    private static int ascending(float value) {
        int bits = Float.floatToIntBits(value + 0f); // -0 becomes 0
        return bits >= 0 ? bits : bits ^ Integer.MAX_VALUE;
    }

    /**
     * Area under the ROC curve: how often an example with the label has a higher score than one without, half where they
     * are equal (J. Hanley and B. McNeil, Radiology 143, 1982). NaN where there are not both.
     *
     * @param times how often each row counts, (N)
     */
    double rocArea(int[] times) {
        long ahead = 0;
        long before = 0; // twice the pairs in the right order
        long others = 0;
        long positives = 0;
        long negatives = 0;
        for (int place = 0; place < order.length; place++) {
            int row = order[place];
            positives += has[row] ? times[row] : 0;
            negatives += has[row] ? 0 : times[row];
            if (!tied[place]) {
                before += negatives * (2 * ahead + positives);
                ahead += positives;
                others += negatives;
                positives = 0;
                negatives = 0;
            }
        }
        return before / (2.0 * ahead * others);
    }

    /**
     * Average precision, Σ (Rₖ − Rₖ₋₁) Pₖ over the distinct scores, as scikit-learn's {@code average_precision_score}.
     * NaN where no example has the label.
     *
     * @param times how often each row counts, (N)
     */
    double averagePrecision(int[] times) {
        double sum = 0;
        long found = 0;
        long looked = 0;
        long positives = 0;
        for (int place = 0; place < order.length; place++) {
            int row = order[place];
            positives += has[row] ? times[row] : 0;
            looked += times[row];
            if (!tied[place] && looked > 0) {
                found += positives;
                sum += positives * (double) found / looked;
                positives = 0;
            }
        }
        return sum / found;
    }
}
