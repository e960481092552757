package ai.graft.serving.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RaceTest {
    private final List<String> calls = new ArrayList<>();

    private Race.Runner named(String name) {
        return new Race.Runner(name, () -> calls.add(name));
    }

    @Test
    void run_repeats_followWhatDoesNotCount() {
        List<Race.Result> results = new Race(List.of(named("a"), named("b")), 1, 2).run(1, 2);

        assertThat(String.join("", calls)).isEqualTo("aaabbb".repeat(3));
        assertThat(results).extracting(Race.Result::name).containsExactly("a", "b");
        assertThat(results.get(1).millis().values()).hasSize(4).allMatch(millis -> millis > 0);
        assertThat(results.get(1).cpuMillis().values()).hasSize(2);
        assertThat(results.get(0).speedup().values()).containsExactly(1.0, 1.0);
    }

    @Test
    void processorTime_ofABusyThread_grows() {
        long before = ProcessorTime.nanos();
        double sum = 0;
        for (int i = 1; i < 50_000_000; i++) {
            sum += Math.sqrt(i);
        }

        assertThat(sum).isPositive();
        assertThat(ProcessorTime.nanos() - before).isPositive();
    }
}
