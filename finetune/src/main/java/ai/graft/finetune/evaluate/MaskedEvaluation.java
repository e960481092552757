package ai.graft.finetune.evaluate;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * How well hidden tokens were guessed; examples are documents.
 *
 * <p>Metrics: {@code loss}, the mean negative log-likelihood of the hidden tokens of all documents together, and {@code
 * perplexity}, e to its power: among how many tokens, all alike likely, one would guess as badly.
 */
public final class MaskedEvaluation implements Evaluation {
    private static final String PERPLEXITY = "perplexity";

    private final double[] sums;
    private final int[] counts;
    private final Metrics metrics;

    private MaskedEvaluation(double[] sums, int[] counts) {
        this.sums = sums;
        this.counts = counts;
        Map<String, ToDoubleFunction<int[]>> statistics = new LinkedHashMap<>();
        statistics.put(PERPLEXITY, rows -> Math.exp(loss(rows)));
        statistics.put("loss", this::loss);
        this.metrics = new Metrics(sums.length, statistics, Set.of(), List.of(PERPLEXITY));
    }

    /**
     * Evaluates documents.
     *
     * @param sums negative log-likelihoods of each document's hidden tokens, summed; finite
     * @param counts hidden tokens of each document, 1 or more
     * @throws IllegalArgumentException if there is no document, the lengths differ or a value is out of range
     */
    public static MaskedEvaluation of(double[] sums, int[] counts) {
        Checks.sameExamples(counts.length, sums.length);
        for (int i = 0; i < sums.length; i++) {
            if (!Double.isFinite(sums[i]) || counts[i] < 1) {
                throw new IllegalArgumentException(
                        "document " + i + " has " + counts[i] + " hidden tokens and a loss of " + sums[i]
                                + " in sum; expected 1 token or more and a finite loss.");
            }
        }
        return new MaskedEvaluation(sums.clone(), counts.clone());
    }

    private double loss(int[] rows) {
        double sum = 0;
        long count = 0;
        for (int row : rows) {
            sum += sums[row];
            count += counts[row];
        }
        return sum / count;
    }

    /** Hidden tokens of all documents. */
    public int tokens() {
        return Arrays.stream(counts).sum();
    }

    @Override
    public Metrics metrics() {
        return metrics;
    }

    @Override
    public Optional<Calibration> calibration() {
        return Optional.empty();
    }

    /** None: that a word is hard to guess is nobody's mistake. */
    @Override
    public List<Mistake> mistakes(int most) {
        return List.of();
    }

    @Override
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("task", "masked-lm")
                .put("examples", examples())
                .put("masked_tokens", tokens());
        metrics.writeTo(json);
        return json;
    }

    @Override
    public String table() {
        TextTable text = new TextTable();
        text.metric(this, PERPLEXITY);
        return text.toString();
    }

    /** The table. */
    @Override
    public String toString() {
        return table();
    }
}
