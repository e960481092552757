package ai.graft.serving.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class SampleTest {
    @Test
    void median_evenNumberOfValues_isTheMeanOfTheMiddleTwo() {
        assertThat(new Sample(List.of(9.0, 1.0, 2.0, 4.0)).median()).isEqualTo(3);
        assertThatThrownBy(() -> new Sample(List.of())).hasMessageContaining("needs a value");
    }

    @Test
    void percentile_ofAHundred_isTheValueOfThatRank() {
        Sample hundred = new Sample(
                DoubleStream.iterate(100, value -> value - 1).limit(100).boxed().toList());

        assertThat(hundred.percentile(0.5)).isEqualTo(50);
        assertThat(hundred.percentile(0.99)).isEqualTo(99);
        assertThat(hundred.percentile(1)).isEqualTo(100);
        assertThat(hundred.low()).isEqualTo(1);
    }

    @Test
    void map_changesEveryValue() {
        assertThat(new Sample(List.of(2.0, 4.0)).map(value -> 1 / value).values())
                .containsExactly(0.5, 0.25);
    }
}
