package ai.graft.finetune.evaluate;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * How well texts that belong to no label are told from those that belong to one: the area under the ROC curve of a score that
 * should be higher for the former.
 *
 * @param inside texts that belong to a label
 * @param outside texts that belong to none
 * @param confidence by one less the probability of the best label (D. Hendrycks and K. Gimpel, arXiv 1610.02136)
 * @param energy by −log Σ exp of the logits (W. Liu et al., arXiv 2010.03759)
 */
public record OutOfScope(int inside, int outside, Area confidence, Area energy) {
    /**
     * An area with its 95 % interval.
     *
     * @param value 0.5 by chance, 1 where every text outside is above every text inside
     */
    public record Area(double value, Interval interval) {}

    /**
     * Judges both scores.
     *
     * @param inside how many of the texts belong to a label: the first
     * @param confidences probability of the best label, (N)
     * @param energies (N)
     * @throws IllegalArgumentException if no text is inside, or none outside
     */
    public static OutOfScope of(int inside, double[] confidences, double[] energies) {
        int texts = confidences.length;
        if (inside < 1 || inside >= texts || energies.length != texts) {
            throw new IllegalArgumentException("telling texts apart needs 1 or more of both kinds, got " + inside
                    + " that belong to a label and " + (texts - inside) + " that belong to none");
        }
        boolean[] outside = new boolean[texts];
        float[] doubts = new float[texts];
        float[] high = new float[texts];
        for (int i = 0; i < texts; i++) {
            outside[i] = i >= inside;
            doubts[i] = (float) (1 - confidences[i]);
            high[i] = (float) energies[i];
        }
        return new OutOfScope(inside, texts - inside, area(doubts, outside), area(high, outside));
    }

    private static Area area(float[] scores, boolean[] outside) {
        Rankings ranking = new Rankings(scores.length, List.of(Ranking.of(scores, outside)));
        double value = ranking.rocArea(IntStream.range(0, scores.length).toArray());
        return new Area(value, Bootstrap.standard().interval(scores.length, ranking::rocArea));
    }

    /** The figures for programs. */
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("inside", inside)
                .put("outside", outside)
                .put("confidence_roc_auc", confidence.value)
                .put("energy_roc_auc", energy.value);
        json.set("confidence_roc_auc_interval", confidence.interval.toJson());
        json.set("energy_roc_auc_interval", energy.interval.toJson());
        return json;
    }

    /** The figures for people. */
    public String table() {
        return String.format(
                Locale.ROOT,
                "out of scope: %,d texts beside %,d that belong to a label, ROC AUC%n"
                        + "by confidence    %.4f   95 %% interval %s%nby energy        %.4f   95 %% interval %s%n",
                outside,
                inside,
                confidence.value,
                confidence.interval,
                energy.value,
                energy.interval);
    }
}
