package ai.graft.finetune.explain;

import ai.graft.finetune.evaluate.Bootstrap;
import ai.graft.finetune.evaluate.Interval;
import ai.graft.model.task.Prediction;
import ai.graft.tokenizer.TextInput;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Whether explanations are true to the model: how its score for the explained label falls as the words that carried it most
 * are deleted, beside words drawn at random. Marks of punctuation are left alone, so that chance has no worse words to choose
 * from.
 *
 * @param points by ascending share of the words that are deleted
 * @param texts that were looked at
 */
public record DeletionCurve(List<Point> points, int texts) {
    private static final int TENTHS = 5;
    private static final int DRAWS = 5;

    public DeletionCurve {
        points = List.copyOf(points);
    }

    /**
     * Mean scores where some words are deleted.
     *
     * @param share of the words, rounded up in each text
     * @param ranked score without those that carried the label most
     * @param random score without as many drawn at random, the mean of 5 draws
     * @param ahead the 95 % interval of the mean of {@code random − ranked} over texts
     */
    public record Point(double share, double ranked, double random, Interval ahead) {}

    /**
     * Deletes nothing to one half of the words of each text, a tenth at a time.
     *
     * @param explanations of texts, 1 or more
     * @param model answers texts
     * @param seed of the draws
     * @throws IllegalArgumentException if there is no explanation
     */
    public static DeletionCurve of(
            List<Explanation> explanations, Function<List<TextInput>, List<Prediction>> model, long seed) {
        if (explanations.isEmpty()) {
            throw new IllegalArgumentException("a curve needs 1 text or more, got none");
        }
        List<List<List<WordAttribution>>> orders = orders(explanations, new Random(seed));
        List<Point> points = new ArrayList<>();
        for (int tenths = 0; tenths <= TENTHS; tenths++) {
            points.add(point(tenths / 10.0, explanations, orders, model));
        }
        return new DeletionCurve(points, explanations.size());
    }

    /** For each text its words as ranked, then as drawn. */
    private static List<List<List<WordAttribution>>> orders(List<Explanation> explanations, Random random) {
        List<List<List<WordAttribution>>> all = new ArrayList<>();
        for (Explanation explanation : explanations) {
            List<WordAttribution> ranked = explanation.ranked().stream()
                    .filter(WordAttribution::isSpoken)
                    .toList();
            List<List<WordAttribution>> orders = new ArrayList<>(List.of(ranked));
            for (int draw = 0; draw < DRAWS; draw++) {
                List<WordAttribution> drawn = new ArrayList<>(ranked);
                Collections.shuffle(drawn, random);
                orders.add(drawn);
            }
            all.add(orders);
        }
        return all;
    }

    private static Point point(
            double share,
            List<Explanation> explanations,
            List<List<List<WordAttribution>>> orders,
            Function<List<TextInput>, List<Prediction>> model) {
        List<TextInput> texts = new ArrayList<>();
        for (int text = 0; text < explanations.size(); text++) {
            for (List<WordAttribution> order : orders.get(text)) {
                int deleted = (int) Math.ceil(share * order.size() - 1e-9); // 0.3 of 10 words are 3
                texts.add(without(explanations.get(text).input(), order.subList(0, deleted)));
            }
        }
        List<Prediction> answers = model.apply(texts);
        double[] ranked = new double[explanations.size()];
        double[] random = new double[explanations.size()];
        for (int text = 0; text < ranked.length; text++) {
            String label = explanations.get(text).label();
            List<Double> scores = answers.subList(text * (DRAWS + 1), (text + 1) * (DRAWS + 1)).stream()
                    .map(answer -> answer.scores().getOrDefault(label, Double.NaN))
                    .toList();
            ranked[text] = scores.get(0);
            random[text] = scores.stream().skip(1).mapToDouble(x -> x).average().orElseThrow();
        }
        Interval ahead = Bootstrap.standard().interval(ranked.length, rows -> mean(random, rows) - mean(ranked, rows));
        int[] every = IntStream.range(0, ranked.length).toArray();
        return new Point(share, mean(ranked, every), mean(random, every), ahead);
    }

    private static double mean(double[] values, int[] rows) {
        double sum = 0;
        for (int row : rows) {
            sum += values[row];
        }
        return sum / rows.length;
    }

    private static TextInput without(TextInput input, List<WordAttribution> deleted) {
        return new TextInput(
                without(input.text(), deleted.stream().filter(word -> word.sequence() == 0)),
                input.pair().map(pair -> without(pair, deleted.stream().filter(word -> word.sequence() == 1))));
    }

    private static String without(String text, Stream<WordAttribution> deleted) {
        StringBuilder left = new StringBuilder(text);
        deleted.sorted(Comparator.comparingInt(WordAttribution::start).reversed())
                .forEach(word -> left.delete(word.start(), word.end()));
        return left.toString();
    }
}
