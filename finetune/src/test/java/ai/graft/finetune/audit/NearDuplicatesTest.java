package ai.graft.finetune.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.graft.datasets.Dataset;
import ai.graft.datasets.Example;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearDuplicatesTest {
    private static Dataset texts(List<String> texts, int[] labels) {
        List<Example> rows = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            rows.add(new Example(texts.get(i), Optional.empty(), List.of("l" + labels[i]), i + 1));
        }
        return Dataset.of("test", rows);
    }

    private static NearDuplicates.Side side(float[][] vectors, int[] labels) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < vectors.length; i++) {
            names.add("text " + i + " of " + vectors.length);
        }
        return new NearDuplicates.Side(texts(names, labels), vectors, labels);
    }

    private static NearDuplicates.Side drawn(int rows, long seed) {
        Random random = new Random(seed);
        float[][] vectors = new float[rows][6];
        int[] labels = new int[rows];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < 6; j++) {
                vectors[i][j] = 3 + (float) random.nextGaussian(); // all point one way
            }
            labels[i] = random.nextInt(3);
        }
        return side(vectors, labels);
    }

    /** Two loops over pairs in double, beside the blocks: sizes that are no whole number of blocks. */
    @Test
    void within_manyRows_findsWhatTwoLoopsFind() {
        NearDuplicates.Side side = drawn(333, 4);
        List<NearDuplicates.Pair> found = new NearDuplicates(side, 0.9).within(side);
        assertThat(found).hasSizeBetween(100, 332);
        compare(found, side, side, true);
    }

    @Test
    void of_otherRows_findsWhatTwoLoopsFind() {
        NearDuplicates.Side train = drawn(260, 4);
        NearDuplicates.Side test = drawn(70, 5);
        List<NearDuplicates.Pair> found = new NearDuplicates(train, 0.9).of(test);
        assertThat(found).hasSizeBetween(20, 70);
        compare(found, train, test, false);
    }

    private static void compare(
            List<NearDuplicates.Pair> found, NearDuplicates.Side train, NearDuplicates.Side rows, boolean earlier) {
        int next = 0;
        for (int i = 0; i < rows.vectors().length; i++) {
            int best = -1;
            double highest = 0;
            for (int j = 0; j < (earlier ? i : train.vectors().length); j++) {
                double cosine = cosine(rows.vectors()[i], train.vectors()[j], train.vectors());
                double rank = cosine + (rows.labels()[i] != train.labels()[j] ? 2 : 0);
                if (cosine >= 0.9 && rank > highest) {
                    highest = rank;
                    best = j;
                }
            }
            if (best >= 0) {
                assertThat(found.get(next).row()).isEqualTo(i);
                assertThat(found.get(next).other()).isEqualTo(best);
                assertThat(found.get(next).similarity()).isCloseTo(highest >= 2 ? highest - 2 : highest, within(1e-5));
                next++;
            }
        }
        assertThat(found).hasSize(next);
    }

    private static double cosine(float[] a, float[] b, float[][] train) {
        double product = 0;
        double left = 0;
        double right = 0;
        for (int j = 0; j < a.length; j++) {
            double mean = 0;
            for (float[] row : train) {
                mean += row[j] / (double) train.length;
            }
            product += (a[j] - mean) * (b[j] - mean);
            left += (a[j] - mean) * (a[j] - mean);
            right += (b[j] - mean) * (b[j] - mean);
        }
        return product / Math.sqrt(left * right);
    }

    @Test
    void within_sameWords_areFoundWhateverTheirVectors() {
        Dataset data = texts(List.of("Good film!", "other", "good  FILM", "bad"), new int[] {0, 0, 1, 1});
        float[][] vectors = {{1, 0}, {0, 1}, {-1, 0}, {0, -1}};
        NearDuplicates.Side side = new NearDuplicates.Side(data, vectors, new int[] {0, 0, 1, 1});
        assertThat(new NearDuplicates(side, 0.99).within(side)).containsExactly(new NearDuplicates.Pair(2, 0, 1));
    }

    @Test
    void within_rowOfAnotherLabel_goesBeforeANearerOne() {
        float[][] vectors = {{1, 0.1f}, {1, 0}, {1, 0.01f}, {-3, -0.11f}};
        NearDuplicates.Side side = side(vectors, new int[] {1, 0, 0, 0});
        assertThat(new NearDuplicates(side, 0.9).within(side))
                .extracting(NearDuplicates.Pair::row, NearDuplicates.Pair::other)
                .contains(Tuple.tuple(2, 0));
    }

    @Test
    void within_vectorsWithoutLength_areNearNothing() {
        NearDuplicates.Side side = side(new float[][] {{1, 1}, {1, 1}, {1, 1}}, new int[] {0, 0, 0});
        assertThat(new NearDuplicates(side, 0.5).within(side)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Good, film!|good film",
                "ＡＢ１|ab1",
                "  It's  |it s",
                "Ça é|ça é",
                "!!!|!!!",
            })
    void words_leaveOutCaseBlanksAndPunctuation(String text, String words) {
        assertThat(NearDuplicates.words(new Example(text, Optional.empty(), List.of(), 1)))
                .isEqualTo(words);
    }
}
