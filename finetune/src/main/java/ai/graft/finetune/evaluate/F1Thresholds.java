package ai.graft.finetune.evaluate;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The probability from which to give a label, so that its F1 on some examples is as high as it can be: each label on its
 * own, by trying every cut between two scores.
 *
 * <p>Source: Y. Yang, A study of thresholding strategies for text categorization, SIGIR 2001 (SCut).
 */
final class F1Thresholds {
    /** What is used where the examples say nothing. */
    static final double DEFAULT = 0.5;

    private F1Thresholds() {}

    /**
     * The best threshold: half way between the two scores that it divides; of equally good ones the nearest to 0.5. It is
     * 0.5 where no example has the label.
     *
     * @param scores (N), in [0, 1]
     * @param has whether an example has the label, (N)
     */
    static double best(float[] scores, boolean[] has) {
        int[] order = IntStream.range(0, scores.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -scores[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        int support = (int) IntStream.range(0, has.length).filter(i -> has[i]).count();
        double best = DEFAULT;
        double bestF1 = f1(scores, has, support);
        int found = 0;
        for (int place = 0; place < order.length; place++) {
            found += has[order[place]] ? 1 : 0;
            double next = place + 1 < order.length ? scores[order[place + 1]] : 0;
            double score = scores[order[place]];
            double f1 = 2.0 * found / (place + 1 + support);
            double cut = cut(score, next);
            boolean nearer = f1 == bestF1 && Math.abs(cut - DEFAULT) < Math.abs(best - DEFAULT);
            if (score > next && found > 0 && (f1 > bestF1 || nearer)) {
                best = cut;
                bestF1 = f1;
            }
        }
        return best;
    }

    /** 0.5 where it divides the two scores as well, else half way between them. */
    private static double cut(double above, double below) {
        return below < DEFAULT && DEFAULT <= above ? DEFAULT : (above + below) / 2;
    }

    private static double f1(float[] scores, boolean[] has, int support) {
        int given = 0;
        int found = 0;
        for (int i = 0; i < scores.length; i++) {
            given += scores[i] >= DEFAULT ? 1 : 0;
            found += scores[i] >= DEFAULT && has[i] ? 1 : 0;
        }
        return given + support == 0 ? 0 : 2.0 * found / (given + support);
    }
}
