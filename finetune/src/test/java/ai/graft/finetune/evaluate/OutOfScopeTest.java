package ai.graft.finetune.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class OutOfScopeTest {
    /** Pairs by hand: doubts inside .1, .2, .4, outside .3, .5, so 5 of 6 pairs are in order; energies all in order. */
    @Test
    void of_fiveTexts_countsPairsInOrder() {
        OutOfScope found = OutOfScope.of(3, new double[] {.9, .8, .6, .7, .5}, new double[] {-9, -8, -7, -2, -1});

        assertThat(found.inside()).isEqualTo(3);
        assertThat(found.outside()).isEqualTo(2);
        assertThat(found.confidence().value()).isCloseTo(5 / 6.0, within(1e-12));
        assertThat(found.energy().value()).isEqualTo(1);
        assertThat(found.confidence().interval().contains(5 / 6.0)).isTrue();
        assertThat(found.toJson().get("energy_roc_auc").doubleValue()).isEqualTo(1);
        assertThat(found.table().lines()).hasSize(3).allMatch(line -> line.length() <= 80);
    }

    @Test
    void of_oneKindAlone_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OutOfScope.of(2, new double[2], new double[2]))
                .withMessageContaining("2 that belong to a label and 0 that belong to none");
        assertThatIllegalArgumentException().isThrownBy(() -> OutOfScope.of(0, new double[2], new double[2]));
    }
}
