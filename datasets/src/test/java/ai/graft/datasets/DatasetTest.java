package ai.graft.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DatasetTest {
    private static Dataset labelled(String... labels) {
        return Dataset.of(
                "made up",
                IntStream.range(0, labels.length)
                        .mapToObj(i -> new Example("text " + i, Optional.empty(), List.of(labels[i]), i + 1))
                        .toList());
    }

    /** {@code counts[i]} rows of label i, labels taking turns. */
    private static Dataset counted(int... counts) {
        List<String> labels = new ArrayList<>();
        for (int turn = 0; turn < IntStream.of(counts).max().orElse(0); turn++) {
            for (int label = 0; label < counts.length; label++) {
                if (turn < counts[label]) {
                    labels.add("label" + label);
                }
            }
        }
        return labelled(labels.toArray(String[]::new));
    }

    private static Set<Integer> rows(Dataset data) {
        return new HashSet<>(data.examples().stream().map(Example::row).toList());
    }

    @Test
    void labels_integers_sortByValue() {
        assertThat(labelled("10", "9", "10", "9", "-1", "-1").labels()).containsExactly("-1", "9", "10");
        assertThat(labelled("10", "9", "x").labels()).containsExactly("10", "9", "x");
    }

    @Test
    void labelCounts_followTheOrderOfLabels() {
        assertThat(labelled("b", "a", "b").labelCounts()).containsExactly(entry("a", 1), entry("b", 2));
    }

    @Test
    void labelKind_isToldByTheValues() {
        assertThat(labelled("1", "0").labelKind()).isEqualTo(LabelKind.SINGLE);
        assertThat(labelled("good", "bad", "fair").labelKind()).isEqualTo(LabelKind.SINGLE);
        assertThat(labelled("5.0", "1.0", "5.0", "1.0", "2.0", "2.0").labelKind())
                .isEqualTo(LabelKind.SINGLE);
        assertThat(labelled("2.5", "3.8", "0.4").labelKind()).isEqualTo(LabelKind.REGRESSION);
        assertThat(labelled("17", "45", "23", "61").labelKind()).isEqualTo(LabelKind.REGRESSION);
        assertThat(labelled("NaN", "NaN", "1d").labelKind()).isEqualTo(LabelKind.SINGLE);
        assertThat(Dataset.of("none", List.of(new Example("t", Optional.empty(), List.of(), 1)))
                        .labelKind())
                .isEqualTo(LabelKind.NONE);
        assertThat(Dataset.of("two", List.of(new Example("t", Optional.empty(), List.of("a", "b"), 1)))
                        .labelKind())
                .isEqualTo(LabelKind.MULTI);
    }

    /** 50 whole numbers, each twice, are classes; a 51st makes a scale. */
    @Test
    void labelKind_manyWholeNumbers_areAScale() {
        String[] fifty = IntStream.range(0, 100).mapToObj(i -> "" + i % 50).toArray(String[]::new);
        String[] more = IntStream.range(0, 102).mapToObj(i -> "" + i % 51).toArray(String[]::new);
        assertThat(labelled(fifty).labelKind()).isEqualTo(LabelKind.SINGLE);
        assertThat(labelled(more).labelKind()).isEqualTo(LabelKind.REGRESSION);
    }

    @Test
    void of_labelsOfAnotherKind_areRefused() {
        List<Example> scores = labelled("0.5", "high").examples();
        assertThatThrownBy(() -> Dataset.of("mine", scores, LabelKind.REGRESSION))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("mine, row 2: labels [high] do not fit the kind REGRESSION");
        assertThat(Dataset.of("mine", scores, LabelKind.MULTI).labelKind()).isEqualTo(LabelKind.MULTI);
    }

    @Test
    void description_nameAndScores_areTold() {
        assertThat(labelled("2.5", "3.5", "0.0").description())
                .isEqualTo("made up, 3 rows, scores min 0.000, mean 2.000, max 3.500");
        assertThat(labelled("a").description()).isEqualTo("made up, 1 row, labels a (1)");
    }

    /** Made with: {@code printf '\0\0\0\1\0\0\0\1t\0\0\0\1\0\0\0\1x' | sha256sum}. */
    @Test
    void fingerprint_oneRow_isSha256OfTheDocumentedBytes() {
        Dataset data = Dataset.of("any", List.of(new Example("t", Optional.empty(), List.of("x"), 9)));
        assertThat(data.fingerprint()).isEqualTo("d7299b47121f1043d5c21536d0707ebce18d58209a6a2cd0eb583f7e0fc3279a");
    }

    @Test
    void fingerprint_changesWithTextLabelAndOrder() {
        assertThat(Set.of(
                        labelled("a", "b").fingerprint(),
                        labelled("b", "a").fingerprint(),
                        labelled("a").fingerprint(),
                        labelled("a", "b", "a").fingerprint()))
                .hasSize(4);
    }

    @Test
    void stratifiedSplit_eachLabel_givesItsShare() {
        Split split = counted(100, 40, 10).stratifiedSplit(0.1, 42);
        assertThat(split.rest().labelCounts())
                .containsExactly(entry("label0", 10), entry("label1", 4), entry("label2", 1));
        assertThat(split.train().labelCounts())
                .containsExactly(entry("label0", 90), entry("label1", 36), entry("label2", 9));
    }

    @Test
    void stratifiedSplit_parts_shareNoRowAndKeepTheOrder() {
        Dataset data = counted(30, 20, 7);
        Split split = data.stratifiedSplit(0.25, 1);
        assertThat(rows(split.train())).doesNotContainAnyElementsOf(rows(split.rest()));
        assertThat(split.train().size() + split.rest().size()).isEqualTo(57);
        assertThat(split.rest().examples().stream().map(Example::row)).isSorted();
        assertThat(split.rest().description()).startsWith("part of made up, 14 rows, ");
    }

    /** 20 labels of 5 rows each: a tenth is 10 rows, although a tenth of each label is half a row. */
    @Test
    void stratifiedSplit_smallLabels_keepTheShareOfTheWhole() {
        int[] counts = IntStream.generate(() -> 5).limit(20).toArray();
        assertThat(counted(counts).stratifiedSplit(0.1, 3).rest().size()).isEqualTo(10);
    }

    @Test
    void stratifiedSplit_rareLabels_stayInTrain() {
        Dataset data = counted(20, 2, 1);
        Split split = data.stratifiedSplit(0.9, 5);
        assertThat(split.train().labels()).containsExactly("label0", "label1", "label2");
    }

    @Test
    void stratifiedSplit_sameSeed_sameRows() {
        Dataset data = counted(50, 50);
        assertThat(data.stratifiedSplit(0.2, 8)).usingRecursiveComparison().isEqualTo(data.stratifiedSplit(0.2, 8));
        assertThat(rows(data.stratifiedSplit(0.2, 8).rest()))
                .isNotEqualTo(rows(data.stratifiedSplit(0.2, 9).rest()));
    }

    @Test
    void stratifiedSplit_scores_areDividedAtRandomAndStayScores() {
        String[] scores = IntStream.range(0, 40).mapToObj(i -> i / 8.0 + "").toArray(String[]::new);
        Split split = labelled(scores).stratifiedSplit(0.1, 2);
        assertThat(split.rest().size()).isEqualTo(4);
        assertThat(split.rest().labelKind()).isEqualTo(LabelKind.REGRESSION);
    }

    @Test
    void stratifiedSplit_outOfRange_isRefused() {
        assertThatThrownBy(() -> counted(5, 5).stratifiedSplit(1, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("above 0 and below 1, got 1.0");
        assertThatThrownBy(() -> counted(1, 1).stratifiedSplit(0.5, 0))
                .isInstanceOf(DatasetException.class)
                .hasMessageContainingAll("made up: too few rows to hold back 0.5", "2 rows");
        assertThatThrownBy(() -> counted(2, 2).stratifiedSplit(0.01, 0))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("too few rows to hold back 0.01");
    }

    @Test
    void shuffle_seed_decidesTheOrder() {
        Dataset data = counted(30);
        assertThat(data.shuffle(1).examples()).isEqualTo(data.shuffle(1).examples());
        assertThat(data.shuffle(1).examples()).isNotEqualTo(data.examples());
        assertThat(data.shuffle(1).examples()).containsExactlyInAnyOrderElementsOf(data.examples());
    }

    @Test
    void perClass_k_givesKRowsOfEachLabel() {
        Dataset drawn = counted(30, 8, 9).perClass(8, 11);
        assertThat(drawn.labelCounts()).containsExactly(entry("label0", 8), entry("label1", 8), entry("label2", 8));
        assertThat(drawn.examples().stream().map(Example::row)).isSorted().doesNotHaveDuplicates();
        assertThat(drawn.examples()).isEqualTo(counted(30, 8, 9).perClass(8, 11).examples());
    }

    @Test
    void perClass_impossible_isRefused() {
        assertThatThrownBy(() -> counted(30, 7).perClass(8, 0))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("label 'label1' has 7 rows, fewer than the 8 asked for");
        assertThatThrownBy(() -> labelled("0.5", "1.5", "2.5").perClass(1, 0))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("single-label data only, these are REGRESSION");
        assertThatThrownBy(() -> counted(3).perClass(0, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 row per label or more, got 0");
    }

    @Test
    void example_rowZero_isRefused() {
        assertThatThrownBy(() -> new Example("t", Optional.empty(), List.of(), 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("rows count from 1, got row 0");
    }
}
