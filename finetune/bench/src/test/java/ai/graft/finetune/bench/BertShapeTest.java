package ai.graft.finetune.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class BertShapeTest {
    @Test
    void trainingFlops_bertBase_asCountedByHand() {
        // 8 x 128 tokens, 12 layers: 6 * 1024 * 12 * (12 * 768^2 + 2 * 128 * 768) = 536.3e9
        assertThat(BertShape.base().trainingFlops(8, 128)).isCloseTo(536.3e9, within(0.1e9));
    }

    @Test
    void headOnlySaving_bertBase_asCountedByHand() {
        // 8 x 127 tokens of one layer without key and value: 6 * 1016 * (10 * 768^2 + 2 * 128 * 768) = 37.2e9
        assertThat(BertShape.base().headOnlySaving(8, 128)).isCloseTo(37.2e9, within(0.1e9));
    }

    @Test
    void new_headsThatDoNotDivide_refused() {
        assertThatThrownBy(() -> new BertShape(1, 10, 3, 8, 8, 8, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("hidden is 10, which 3 heads do not divide");
    }

    @Test
    void new_oneLabel_refused() {
        assertThatThrownBy(() -> new BertShape(1, 8, 2, 8, 8, 8, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a classifier needs 2 labels or more, got 1");
    }

    @Test
    void new_noLayers_refused() {
        assertThatThrownBy(() -> new BertShape(0, 8, 2, 8, 8, 8, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("layers 0");
    }
}
