package ai.graft.serving.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

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
        List<double[]> many = new ArrayList<>(); // by round, then embedder: seconds
        List<double[]> cpu = new ArrayList<>();
        List<double[]> single = new ArrayList<>();
        float[][][] vectors = new float[embedders.size()][][];
        for (int round = -warmUp; round < rounds; round++) {
            double[] all = new double[vectors.length];
            double[] processor = new double[vectors.length];
            double[] one = new double[vectors.length];
            for (int i = 0; i < vectors.length; i++) {
                long start = System.nanoTime();
                long startOfProcessor = processorNanos();
                vectors[i] = embedders.get(i).embed(texts);
                processor[i] = Math.max(1, processorNanos() - startOfProcessor);
                all[i] = (System.nanoTime() - start) / 1e9;
            }
            for (int i = 0; i < vectors.length; i++) {
                one[i] = singles(embedders.get(i));
            }
            if (round >= 0) {
                many.add(all);
                cpu.add(processor);
                single.add(one);
            }
        }
        List<Result> results = new ArrayList<>();
        for (int i = 0; i < vectors.length; i++) {
            results.add(result(i, vectors, many, cpu, single));
        }
        return results;
    }

    private double singles(Embedder embedder) {
        long start = System.nanoTime();
        for (String text : texts.subList(0, singles)) {
            embedder.embed(text);
        }
        return (System.nanoTime() - start) / 1e9 / singles;
    }

    private Result result(
            int index, float[][][] vectors, List<double[]> many, List<double[]> cpu, List<double[]> single) {
        double lowest = 1;
        double sum = 0;
        for (int text = 0; text < texts.size(); text++) {
            double cosine = cosine(vectors[0][text], vectors[index][text]);
            lowest = Math.min(lowest, cosine);
            sum += cosine;
        }
        return new Result(
                embedders.get(index).name(),
                lowest,
                sum / texts.size(),
                new Sample(
                        many.stream().map(round -> texts.size() / round[index]).toList()),
                over(many, index),
                over(cpu, index),
                new Sample(single.stream().map(round -> 1000 * round[index]).toList()),
                over(single, index));
    }

    /** The first embedder's figure over that of another, round by round. */
    private static Sample over(List<double[]> rounds, int index) {
        return new Sample(rounds.stream().map(round -> round[0] / round[index]).toList());
    }

    private static long processorNanos() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
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
