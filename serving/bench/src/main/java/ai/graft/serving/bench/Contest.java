package ai.graft.serving.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Several embedders with the same texts, turn by turn in every round, so that what else the machine does hits all alike. The
 * first is what the others are compared with.
 */
final class Contest {
    private final List<Embedder> embedders;
    private final List<String> texts;
    private final int singles;

    /**
     * @param embedders two at least
     * @param singles how many texts are embedded one by one in a round, from the first on; at most as many as there are
     */
    Contest(List<Embedder> embedders, List<String> texts, int singles) {
        this.embedders = List.copyOf(embedders);
        this.texts = List.copyOf(texts);
        this.singles = Math.min(singles, texts.size());
    }

    /**
     * What one of them did.
     *
     * @param lowestCosine of any text's vector with that of the first embedder
     * @param meanCosine over all texts
     * @param textsPerSecond all texts at once, a value a round
     * @param speedup of that over the first embedder's in the same round
     * @param cpuSpeedup the same of processor time, all threads counted: on a machine that does other work, whoever has more
     *     threads gets more of it, and only this tells who needs less
     * @param singleMillis of one text alone, the mean of a round
     * @param singleSpeedup of that over the first embedder's in the same round
     */
    record Result(
            String name,
            double lowestCosine,
            double meanCosine,
            Sample textsPerSecond,
            Sample speedup,
            Sample cpuSpeedup,
            Sample singleMillis,
            Sample singleSpeedup) {

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%-24s cosine lowest %.6f, mean %.6f; %7.1f texts/s, x %.2f (%.2f to %.2f), processor"
                            + " time x %.2f (%.2f to %.2f); one text %6.2f ms,"
                            + " x %.2f (%.2f to %.2f)",
                    name,
                    lowestCosine,
                    meanCosine,
                    textsPerSecond.median(),
                    speedup.median(),
                    speedup.low(),
                    speedup.high(),
                    cpuSpeedup.median(),
                    cpuSpeedup.low(),
                    cpuSpeedup.high(),
                    singleMillis.median(),
                    singleSpeedup.median(),
                    singleSpeedup.low(),
                    singleSpeedup.high());
        }

        ObjectNode toJson() {
            ObjectNode json = JsonNodeFactory.instance.objectNode().put("name", name);
            json.put("lowest_cosine", lowestCosine).put("mean_cosine", meanCosine);
            json.set("texts_per_second", textsPerSecond.toJson());
            json.set("speedup", speedup.toJson());
            json.set("cpu_speedup", cpuSpeedup.toJson());
            json.set("single_millis", singleMillis.toJson());
            json.set("single_speedup", singleSpeedup.toJson());
            return json;
        }
    }

    /**
     * Runs the rounds.
     *
     * @param warmUp rounds before the first that counts
     * @param rounds that count, 1 or more
     */
    List<Result> run(int warmUp, int rounds) {
        float[][][] vectors = new float[embedders.size()][][];
        List<Race.Result> all =
                race(i -> vectors[i] = embedders.get(i).embed(texts)).run(warmUp, rounds);
        List<Race.Result> single = race(i -> texts.subList(0, singles)
                        .forEach(text -> embedders.get(i).embed(text)))
                .run(warmUp, rounds);
        List<Result> results = new ArrayList<>();
        for (int i = 0; i < vectors.length; i++) {
            results.add(result(vectors[0], vectors[i], all.get(i), single.get(i)));
        }
        return results;
    }

    private Race race(IntConsumer work) {
        return Race.of(
                IntStream.range(0, embedders.size())
                        .mapToObj(i -> new Race.Runner(embedders.get(i).name(), () -> work.accept(i)))
                        .toList(),
                0,
                1);
    }

    private Result result(float[][] first, float[][] own, Race.Result all, Race.Result single) {
        double[] cosines = IntStream.range(0, texts.size())
                .mapToDouble(text -> cosine(first[text], own[text]))
                .toArray();
        return new Result(
                all.name(),
                Arrays.stream(cosines).min().orElseThrow(),
                Arrays.stream(cosines).average().orElseThrow(),
                all.millis().map(millis -> 1000 * texts.size() / millis),
                all.speedup(),
                all.cpuSpeedup(),
                single.millis().map(millis -> millis / singles),
                single.speedup());
    }

    /** Of the angle between two vectors, in [-1, 1]. */
    static double cosine(float[] a, float[] b) {
        double product = 0;
        double lengthA = 0;
        double lengthB = 0;
        for (int i = 0; i < a.length; i++) {
            product += (double) a[i] * b[i];
            lengthA += (double) a[i] * a[i];
            lengthB += (double) b[i] * b[i];
        }
        return product / Math.sqrt(lengthA * lengthB);
    }
}
