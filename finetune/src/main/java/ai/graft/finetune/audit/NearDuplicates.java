package ai.graft.finetune.audit;

import ai.graft.datasets.Dataset;
import ai.graft.datasets.Example;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Texts that say nearly the same: equal but for case, blanks and punctuation, or vectors whose cosine reaches a threshold. The mean of the first side's vectors is
 * taken away before, since vectors of many encoders all point one way. Every pair is looked at; products run over blocks that fit a processor's cache.
 */
public final class NearDuplicates {
    private static final int BLOCK = 128;
    private static final int ROWS_TOGETHER = 64;
    private static final Pattern NO_WORD = Pattern.compile("[^\\p{L}\\p{N}\\p{M}]+");

    /**
     * A row and the other row that it is nearest to; one with another label goes before one with the same.
     *
     * @param row position of the row
     * @param other position of the row that it repeats
     * @param similarity the cosine; 1 where the words are the same
     */
    public record Pair(int row, int other, double similarity) {}

    /**
     * Rows to compare.
     *
     * @param vectors (B, H)
     * @param labels a number for each row; rows of the same label have the same
     */
    public record Side(Dataset data, float[][] vectors, int[] labels) {}

    private final float[][] candidates; // (B, H), of length 1
    private final float[][] blocks; // (H, BLOCK) each
    private final int[] labels;
    private final Map<String, List<Integer>> sameWords = new HashMap<>();
    private final float[] mean;
    private final double threshold;

    /**
     * Prepares one side.
     *
     * @param threshold above 0 and at most 1
     */
    public NearDuplicates(Side side, double threshold) {
        this.threshold = threshold;
        this.labels = side.labels();
        this.mean = mean(side.vectors());
        this.candidates = unit(side.vectors());
        int size = candidates.length == 0 ? 0 : candidates[0].length;
        this.blocks = IntStream.range(0, (candidates.length + BLOCK - 1) / BLOCK)
                .mapToObj(block -> transposed(block * BLOCK, size))
                .toArray(float[][]::new);
        for (int i = 0; i < candidates.length; i++) {
            sameWords
                    .computeIfAbsent(words(side.data().examples().get(i)), words -> new ArrayList<>())
                    .add(i);
        }
    }

    /** The rows of this side that repeat an earlier one. */
    public List<Pair> within(Side itself) {
        return search(itself, candidates, row -> row);
    }

    /** The rows of another side that repeat one of this. */
    public List<Pair> of(Side other) {
        return search(other, unit(other.vectors()), row -> candidates.length);
    }

    /** @param end how many of the candidates a row is compared with */
    private List<Pair> search(Side side, float[][] rows, IntUnaryOperator end) {
        return IntStream.range(0, (rows.length + ROWS_TOGETHER - 1) / ROWS_TOGETHER)
                .parallel()
                .boxed()
                .flatMap(part -> Arrays.stream(search(side, rows, part * ROWS_TOGETHER, end)))
                .flatMap(Optional::stream)
                .toList();
    }

    private Optional<Pair>[] search(Side side, float[][] rows, int from, IntUnaryOperator end) {
        int count = Math.min(ROWS_TOGETHER, rows.length - from);
        Nearest[] nearest = IntStream.range(from, from + count)
                .mapToObj(row -> new Nearest(row, side.labels()[row]))
                .toArray(Nearest[]::new);
        float[] cosines = new float[BLOCK];
        for (int block = 0; block * BLOCK < end.applyAsInt(from + count - 1); block++) {
            for (Nearest row : nearest) {
                products(rows[row.row], blocks[block], cosines);
                int last = Math.min(end.applyAsInt(row.row) - block * BLOCK, BLOCK);
                for (int i = 0; i < last; i++) {
                    row.offer(block * BLOCK + i, cosines[i]);
                }
            }
        }
        @SuppressWarnings({"unchecked", "rawtypes"})
        Optional<Pair>[] pairs = new Optional[count];
        for (int i = 0; i < count; i++) {
            Nearest row = nearest[i];
            int last = end.applyAsInt(row.row);
            sameWords.getOrDefault(words(side.data().examples().get(row.row)), List.of()).stream()
                    .filter(other -> other < last)
                    .forEach(other -> row.offer(other, 1));
            pairs[i] = row.pair();
        }
        return pairs;
    }

    /** The best candidate of a row so far. */
    private final class Nearest {
        private final int row;
        private final int label;
        private int other = -1;
        private double similarity;

        Nearest(int row, int label) {
            this.row = row;
            this.label = label;
        }

        void offer(int candidate, double cosine) {
            if (cosine < threshold) {
                return;
            }
            boolean differs = labels[candidate] != label;
            boolean differed = other >= 0 && labels[other] != label;
            if (other < 0 || (differs && !differed) || (differs == differed && cosine > similarity)) {
                other = candidate;
                similarity = Math.min(1, cosine);
            }
        }

        Optional<Pair> pair() {
            return other < 0 ? Optional.empty() : Optional.of(new Pair(row, other, similarity));
        }
    }

    /** The innermost loop runs over neighbours in memory, so that the processor does many at once. */
    private static void products(float[] row, float[] block, float[] into) {
        Arrays.fill(into, 0);
        for (int j = 0; j < row.length; j++) {
            float factor = row[j];
            int from = j * BLOCK;
            for (int i = 0; i < BLOCK; i++) {
                into[i] += factor * block[from + i];
            }
        }
    }

    private float[] transposed(int from, int size) {
        float[] block = new float[size * BLOCK];
        for (int i = 0; i < Math.min(BLOCK, candidates.length - from); i++) {
            for (int j = 0; j < size; j++) {
                block[j * BLOCK + i] = candidates[from + i][j];
            }
        }
        return block;
    }

    private static float[] mean(float[][] rows) {
        float[] mean = new float[rows.length == 0 ? 0 : rows[0].length];
        for (int j = 0; j < mean.length; j++) {
            double sum = 0;
            for (float[] row : rows) {
                sum += row[j];
            }
            mean[j] = (float) (sum / rows.length);
        }
        return mean;
    }

    private float[][] unit(float[][] rows) {
        float[][] units = new float[rows.length][mean.length];
        for (int i = 0; i < rows.length; i++) {
            double squares = 0;
            for (int j = 0; j < mean.length; j++) {
                units[i][j] = rows[i][j] - mean[j];
                squares += (double) units[i][j] * units[i][j];
            }
            double length = Math.max(1e-12, Math.sqrt(squares));
            for (int j = 0; j < mean.length; j++) {
                units[i][j] = (float) (units[i][j] / length);
            }
        }
        return units;
    }

    /** The words of a text or pair without case and punctuation; a text without words stays as it is. */
    static String words(Example example) {
        return words(example.text())
                + example.textPair().map(pair -> "\n" + words(pair)).orElse("");
    }

    private static String words(String text) {
        String plain = Normalizer.normalize(text, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
        String words = NO_WORD.matcher(plain).replaceAll(" ").strip();
        return words.isEmpty() ? plain.strip() : words;
    }
}
