package ai.graft.finetune.evaluate;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * How good a model is on texts of like length.
 *
 * @param from fewest tokens, special tokens included
 * @param to most tokens
 * @param examples how many texts, 1 or more
 * @param metric {@code accuracy}, {@code micro_f1} or {@code mae}
 * @param value its value over these texts
 * @param interval its 95 % interval
 */
public record LengthBucket(int from, int to, int examples, String metric, double value, Interval interval) {
    private static final int FIRST_END = 8;

    /**
     * Buckets that double, up to 8, 16, 32 … tokens; those without a text are left out.
     *
     * @param lengths tokens of each text before it was cut, in the order of the evaluation
     * @throws IllegalArgumentException if there are not as many lengths as examples
     */
    public static List<LengthBucket> of(Evaluation evaluation, int[] lengths) {
        if (lengths.length != evaluation.examples()) {
            throw new IllegalArgumentException(
                    lengths.length + " lengths for " + evaluation.examples() + " examples. Give one for each.");
        }
        List<LengthBucket> buckets = new ArrayList<>();
        int longest = IntStream.of(lengths).max().orElse(0);
        int from = 0;
        for (long to = FIRST_END; from <= longest; to *= 2) {
            int least = from;
            int most = (int) Math.min(Integer.MAX_VALUE, to);
            int[] rows = IntStream.range(0, lengths.length)
                    .filter(i -> lengths[i] >= least && lengths[i] <= most)
                    .toArray();
            if (rows.length > 0) {
                buckets.add(bucket(evaluation, least, most, rows));
            }
            from = most + 1;
        }
        return List.copyOf(buckets);
    }

    private static LengthBucket bucket(Evaluation evaluation, int from, int to, int[] rows) {
        // A correlation over a few texts of like length says nothing; an error does.
        String metric = evaluation instanceof RegressionEvaluation
                ? "mae"
                : evaluation.metricNames().get(0);
        Metrics metrics = evaluation.metrics();
        return new LengthBucket(
                from, to, rows.length, metric, metrics.value(metric, rows), metrics.interval(metric, rows));
    }

    /** For people, lines of 80 columns at most, each ended by {@code \n}. */
    public static String table(List<LengthBucket> buckets) {
        StringBuilder text = new StringBuilder("by length, with 95 % intervals\n");
        for (LengthBucket bucket : buckets) {
            text.append(String.format(
                    Locale.ROOT,
                    "%,6d to %,6d tokens  %s %.4f   %s, %,d texts\n",
                    bucket.from(),
                    bucket.to(),
                    bucket.metric().replace('_', ' '),
                    bucket.value(),
                    bucket.interval(),
                    bucket.examples()));
        }
        return text.toString();
    }

    /** For programs. */
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("from_tokens", from)
                .put("to_tokens", to)
                .put("examples", examples)
                .put(metric, value);
        json.set(metric + "_interval", interval.toJson());
        return json;
    }
}
