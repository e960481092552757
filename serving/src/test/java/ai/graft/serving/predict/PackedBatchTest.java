package ai.graft.serving.predict;

import static org.assertj.core.api.Assertions.assertThat;

import ai.graft.model.network.Inputs;
import ai.graft.model.network.Positions;
import org.junit.jupiter.api.Test;

/** Worked by hand. */
class PackedBatchTest {
    private static final Positions SEQUENTIAL = new Positions.Sequential();

    private static int[] values(PackedBatch batch, String name) {
        return batch.input(name).orElseThrow().values();
    }

    @Test
    void of_unevenTexts_leavesOutThePadding() {
        Inputs inputs = new Inputs(
                2, 3, new int[] {11, 12, 0, 21, 22, 23}, new int[] {1, 1, 0, 1, 1, 1}, new int[] {0, 1, 0, 0, 0, 1});

        PackedBatch batch = PackedBatch.of(inputs, SEQUENTIAL);

        assertThat(values(batch, "input_ids")).containsExactly(11, 12, 21, 22, 23);
        assertThat(values(batch, "token_type_ids")).containsExactly(0, 1, 0, 0, 1);
        assertThat(values(batch, "position_ids")).containsExactly(0, 1, 0, 1, 2);
        assertThat(values(batch, "unpack")).containsExactly(0, 1, 0, 2, 3, 4);
        assertThat(values(batch, "pack")).containsExactly(0, 1, 3, 4, 5);
        assertThat(values(batch, "first")).containsExactly(0, 2);
        assertThat(values(batch, "lengths")).containsExactly(2, 3);
        assertThat(batch.input("unpack").orElseThrow().shape()).containsExactly(2, 3);
        assertThat(batch.input("lengths").orElseThrow().wide()).isFalse();
        assertThat(batch.input("attention_mask")).isEmpty();
    }

    /** The first token is hidden, and read by heads all the same: it asks, and is not asked. */
    @Test
    void of_leftPaddingAndHole_keepsPositionsAndPutsTheFirstTokenBehindTheLength() {
        Inputs inputs = new Inputs(1, 5, new int[] {1, 0, 5, 6, 7}, new int[] {0, 1, 1, 0, 1}, new int[5]);

        PackedBatch batch = PackedBatch.of(inputs, SEQUENTIAL);

        assertThat(values(batch, "input_ids")).containsExactly(0, 5, 7, 1);
        assertThat(values(batch, "position_ids")).containsExactly(1, 2, 4, 0);
        assertThat(values(batch, "lengths")).containsExactly(3);
        assertThat(values(batch, "first")).containsExactly(3);
        assertThat(batch.padded(new float[] {10, 11, 20, 21, 40, 41, 1, 2}))
                .containsExactly(1, 2, 10, 11, 20, 21, 0, 0, 40, 41);
    }

    /** RoBERTa: the pad token takes its own id, others count on from it, whatever the mask says; each row anew. */
    @Test
    void of_positionsAfterPadding_areCountedByTheIds() {
        Inputs inputs =
                new Inputs(2, 4, new int[] {1, 0, 9, 2, 0, 8, 2, 1}, new int[] {0, 1, 0, 1, 1, 1, 1, 0}, new int[8]);

        PackedBatch batch = PackedBatch.of(inputs, new Positions.AfterPadding(1));

        assertThat(values(batch, "input_ids")).containsExactly(0, 2, 1, 0, 8, 2);
        assertThat(values(batch, "position_ids")).containsExactly(2, 4, 1, 2, 3, 4);
    }

    @Test
    void of_rowOfPaddingAlone_keepsItsFirstTokenWithLengthZero() {
        Inputs inputs = new Inputs(2, 2, new int[] {0, 0, 7, 0}, new int[] {0, 0, 1, 0}, new int[4]);

        PackedBatch batch = PackedBatch.of(inputs, SEQUENTIAL);

        assertThat(values(batch, "lengths")).containsExactly(0, 1);
        assertThat(values(batch, "first")).containsExactly(0, 1);
        assertThat(values(batch, "unpack")).containsExactly(0, 1);
    }
}
