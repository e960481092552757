package ai.graft.finetune.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class SampleTest {
    @Test
    void median_oddAndEvenNumberOfValues_isTheMiddle() {
        assertThat(new Sample(List.of(9.0, 1.0, 2.0)).median()).isEqualTo(2);
        assertThat(new Sample(List.of(9.0, 1.0, 2.0, 4.0)).median()).isEqualTo(3);
    }

    @Test
    void over_sampleOfSameSize_dividesPairByPair() {
        Sample ratios = new Sample(List.of(6.0, 1.0)).over(new Sample(List.of(2.0, 4.0)));
        assertThat(ratios).isEqualTo(new Sample(List.of(3.0, 0.25)));
    }

    @Test
    void over_sampleOfOtherSize_namesBothSizes() {
        assertThatThrownBy(() -> new Sample(List.of(1.0)).over(new Sample(List.of(1.0, 2.0))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 and 2 values");
    }

    @Test
    void new_noValues_refused() {
        assertThatThrownBy(() -> new Sample(List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("needs a value");
    }
}
