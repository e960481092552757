package ai.graft.finetune.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.graft.finetune.engine.Targets;
import org.junit.jupiter.api.Test;

class TaughtRowsTest {

    /** Three labels; of each row the teacher's logits, then 1 for its label. */
    @Test
    void targets_rowsOutOfOrder_holdLogitsThenLabels() {
        TaughtRows rows = new TaughtRows(new float[][] {{1, 2, 3}, {4, 5, 6}, {7, 8, 9}}, new int[] {2, -1, 0});

        Targets.Values targets = (Targets.Values) rows.targets(new int[] {1, 0});

        assertThat(targets.columns()).isEqualTo(6);
        assertThat(targets.values()).containsExactly(4, 5, 6, 0, 0, 0, 1, 2, 3, 0, 0, 1);
    }
}
