package ai.graft.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class BatchTest {

    private static final TokenIds LONG = new TokenIds(new int[] {2, 5, 3}, new int[] {0, 1, 1});
    private static final TokenIds SHORT = new TokenIds(new int[] {2}, new int[] {0});

    @Test
    void pad_unequalRows_fillsUpOnTheRight() {
        Batch batch = Batch.pad(List.of(SHORT, LONG), 9);
        assertThat(batch.rows()).isEqualTo(2);
        assertThat(batch.columns()).isEqualTo(3);
        assertThat(batch.inputIds()).containsExactly(2, 9, 9, 2, 5, 3);
        assertThat(batch.attentionMask()).containsExactly(1, 0, 0, 1, 1, 1);
        assertThat(batch.tokenTypeIds()).containsExactly(0, 0, 0, 0, 1, 1);
        assertThat(batch.realTokens()).isEqualTo(4);
        assertThat(batch).isEqualTo(Batch.padTo(List.of(SHORT, LONG), 9, 3)).hasToString("Batch[2 x 3, 4 tokens]");
    }

    @Test
    void padToMultipleOf_threeTokens_fourColumnsOrThree() {
        assertThat(Batch.padToMultipleOf(List.of(LONG), 0, 4).columns()).isEqualTo(4);
        assertThat(Batch.padToMultipleOf(List.of(LONG), 0, 3).columns()).isEqualTo(3);
        assertThatThrownBy(() -> Batch.padToMultipleOf(List.of(LONG), 0, 0)).hasMessageContaining("multiple is 0");
    }

    @Test
    void padTo_tooFewColumns_namesBoth() {
        assertThatThrownBy(() -> Batch.padTo(List.of(SHORT, LONG), 0, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("has 3 tokens, more than the 2 columns");
    }

    @Test
    void pad_noRow_isRefused() {
        assertThatThrownBy(() -> Batch.pad(List.of(), 0)).hasMessage("a batch needs 1 row or more, got none");
    }

    @Test
    void new_arraysOfOtherSizes_namesThem() {
        assertThatThrownBy(() -> new Batch(1, 2, new int[2], new int[2], new int[3]))
                .hasMessageContaining(
                        "1 x 2 holds 2 entries of each kind, got inputIds 2, attentionMask 2, tokenTypeIds 3");
        assertThatThrownBy(() -> new TokenIds(new int[2], new int[1])).hasMessageContaining("inputIds has 2 entries");
    }
}
