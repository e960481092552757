package ai.graft.serving.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContestTest {
    private final List<String> calls = new ArrayList<>();

    /** Points every text the same way, and notes who was asked. */
    private Embedder fake(String name, float... vector) {
        return new Embedder() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public float[][] embed(List<String> texts) {
                calls.add(name + " " + texts.size());
                return texts.stream().map(text -> vector).toArray(float[][]::new);
            }

            @Override
            public float[] embed(String text) {
                calls.add(name + " " + text);
                return vector;
            }

            @Override
            public void close() {}
        };
    }

    @Test
    void run_twoEmbedders_takeTurnsInEveryRound() {
        List<Contest.Result> results =
                new Contest(List.of(fake("a", 1, 0), fake("b", 3, 4)), List.of("x", "y", "z"), 1).run(1, 2);

        assertThat(calls.subList(0, 4)).containsExactly("a 3", "b 3", "a 3", "b 3");
        assertThat(calls).hasSize(3 * 4).endsWith("a x", "b x");
        assertThat(results).extracting(Contest.Result::name).containsExactly("a", "b");
        assertThat(results.get(1).lowestCosine()).isCloseTo(0.6, within(1e-9)); // (1, 0) and (3, 4) of length 5
        assertThat(results.get(1).meanCosine()).isCloseTo(0.6, within(1e-9));
        assertThat(results.get(0).speedup().values()).containsExactly(1.0, 1.0);
        assertThat(results.get(0).cpuSpeedup().values()).containsExactly(1.0, 1.0);
        assertThat(results.get(1).singleMillis().values()).hasSize(2);
    }
}
