package ai.graft.finetune.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.graft.finetune.engine.ResidentMemory;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

final class NdArrayBertTest {
    private static final BertShape TINY = new BertShape(2, 16, 4, 32, 50, 12, 3);
    private static final int[] IDS = {1, 7, 8, 2, 0, 0, 1, 9, 4, 5, 6, 2};
    private static final int[] MASK = {1, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1, 1};
    private static final int[] TYPES = {0, 0, 1, 1, 0, 0, 0, 0, 0, 1, 1, 1};
    private static final int[] LABELS = {2, 0};

    private static double step(NdArrayBert bert, double learningRate) {
        return bert.step(IDS, MASK, TYPES, LABELS, learningRate);
    }

    @Test
    void step_untrained_lossIsThatOfGuessing() {
        try (NdArrayBert bert = new NdArrayBert(TINY, 0.1, 3)) {
            // Logits of weights with deviation 0.02 are below 0.1 or so, and the loss moves by no more than they do.
            assertThat(step(bert, 1e-3)).isCloseTo(Math.log(3), within(0.15));
        }
    }

    @Test
    void step_sameBatchAgain_lossFalls() {
        try (NdArrayBert bert = new NdArrayBert(TINY, 0.1, 3)) {
            double loss = Double.NaN;
            for (int i = 0; i < 60; i++) {
                loss = step(bert, 5e-3);
                assertThat(loss).isFinite();
            }
            assertThat(loss).isLessThan(0.2);
        }
    }

    @Test
    void step_first_movesABiasByTheLearningRate() {
        try (NdArrayBert bert = new NdArrayBert(TINY, 0, 3)) {
            step(bert, 1e-3);
            // Adam's first step is learningRate * g / (|g| + epsilon), and a bias begins at 0 and does not decay. The
            // labels 2 and 0 pull their biases up by (1/3 - 1/2), and the bias of label 1 is pushed down by 1/3.
            assertThat(bert.values("classifier.bias"))
                    .usingComparatorWithPrecision(1e-6f)
                    .containsExactly(1e-3f, -1e-3f, 1e-3f);
        }
    }

    @Test
    void step_idsThatNoRowHolds_decayOnly() {
        try (NdArrayBert bert = new NdArrayBert(TINY, 0, 3)) {
            float before = bert.values("embeddings.word_embeddings.weight")[40 * 16];
            step(bert, 0.1);
            float after = bert.values("embeddings.word_embeddings.weight")[40 * 16];
            assertThat(after).isCloseTo(before * (1 - 0.1f * 0.01f), within(1e-8f));
        }
    }

    @Test
    void step_otherIdsUnderPadding_sameLoss() {
        int[] others = IDS.clone();
        others[4] = 33;
        others[5] = 44;
        try (NdArrayBert first = new NdArrayBert(TINY, 0, 3);
                NdArrayBert second = new NdArrayBert(TINY, 0, 3)) {
            assertThat(second.step(others, MASK, TYPES, LABELS, 1e-3)).isEqualTo(step(first, 1e-3));
        }
    }

    @Test
    void step_sameSeed_sameLosses() {
        assertThat(lossesOf(7)).isEqualTo(lossesOf(7)).isNotEqualTo(lossesOf(8));
    }

    private static double[] lossesOf(int seed) {
        try (NdArrayBert bert = new NdArrayBert(TINY, 0.1, seed)) {
            return new double[] {step(bert, 1e-3), step(bert, 1e-3), step(bert, 1e-3)};
        }
    }

    @Test
    void step_manyTimes_holdsNoArrayOfAStep() {
        try (NdArrayBert bert = new NdArrayBert(TINY, 0.1, 3)) {
            int before = bert.liveArrays();
            for (int i = 0; i < 5; i++) {
                step(bert, 1e-3);
            }
            assertThat(bert.liveArrays()).isEqualTo(before).isPositive();
        }
    }

    @Test
    @Tag("slow")
    void step_aThousandTimes_memoryStaysFlat() {
        BertShape small = new BertShape(2, 128, 4, 512, 1000, 64, 2);
        int[] ids = new int[16 * 64];
        Arrays.setAll(ids, i -> i % 1000);
        int[] ones = new int[ids.length];
        Arrays.fill(ones, 1);
        try (NdArrayBert bert = new NdArrayBert(small, 0.1, 3)) {
            repeat(bert, ids, ones, 200);
            long before = ResidentMemory.currentBytes().orElseThrow();
            repeat(bert, ids, ones, 1000);
            // One (B, S, H) array is 0.5 MB: a leak of one a step would show as 500 MB. Java's own heap may grow
            // meanwhile.
            assertThat(ResidentMemory.currentBytes().orElseThrow() - before).isLessThan(250_000_000);
        }
    }

    private static void repeat(NdArrayBert bert, int[] ids, int[] ones, int times) {
        for (int i = 0; i < times; i++) {
            bert.step(ids, ones, new int[ids.length], new int[16], 1e-4);
        }
    }

    @Test
    void step_arraysOfOtherSizes_namesThem() {
        try (NdArrayBert bert = new NdArrayBert(TINY, 0, 3)) {
            assertThatThrownBy(() -> bert.step(IDS, new int[11], TYPES, LABELS, 1e-3))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("2 labels, inputIds 12, attentionMask 11, tokenTypeIds 12");
        }
    }

    @Test
    void step_rowsLongerThanPositions_refused() {
        try (NdArrayBert bert = new NdArrayBert(TINY, 0, 3)) {
            assertThatThrownBy(() -> bert.step(new int[13], new int[13], new int[13], new int[1], 1e-3))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("13 tokens")
                    .hasMessageContaining("12 positions");
        }
    }

    @Test
    void new_dropoutOfOne_refused() {
        assertThatThrownBy(() -> new NdArrayBert(TINY, 1, 3).close())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("dropout is 1.0, it must be 0 or more and below 1");
    }
}
