package ai.graft.serving.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** With clocks that the runners move. */
class RaceTest {
    private final List<String> calls = new ArrayList<>();
    private long now;
    private long processed;

    private Race.Runner taking(String name, int millis) {
        return new Race.Runner(name, () -> {
            calls.add(name);
            now += millis * 1_000_000L;
            processed += 2 * millis * 1_000_000L;
        });
    }

    private Race race(int unmeasured, int repeats, Race.Runner... runners) {
        return new Race(List.of(runners), unmeasured, repeats, () -> now, () -> processed);
    }

    @Test
    void run_repeats_followWhatDoesNotCount() {
        race(1, 2, taking("a", 1), taking("b", 1)).run(1, 2);

        assertThat(String.join("", calls)).isEqualTo("aaabbb".repeat(3));
    }

    @Test
    void run_twiceAsFast_isTwoTimesTheFirst() {
        List<Race.Result> results =
                race(1, 3, taking("slow", 10), taking("fast", 5)).run(0, 2);

        Race.Result fast = results.get(1);
        assertThat(fast.name()).isEqualTo("fast");
        assertThat(fast.millis().values()).hasSize(2 * 3).containsOnly(5.0);
        assertThat(fast.cpuMillis().values()).hasSize(2).containsOnly(10.0);
        assertThat(fast.speedup().values()).containsExactly(2.0, 2.0);
        assertThat(fast.cpuSpeedup().values()).containsExactly(2.0, 2.0);
        assertThat(results.get(0).speedup().median()).isCloseTo(1, within(1e-12));
    }
}
