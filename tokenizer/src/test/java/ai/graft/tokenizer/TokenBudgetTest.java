package ai.graft.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class TokenBudgetTest {

    @Test
    void group_mixedLengths_shortOnesTogetherStableAndUnderBudget() {
        List<int[]> groups = new TokenBudget(12, 3).group(new int[] {5, 3, 20, 3, 6, 3, 3});
        assertThat(groups).containsExactly(new int[] {1, 3, 5}, new int[] {6, 0}, new int[] {4}, new int[] {2});
    }

    @Test
    void group_nothing_noGroups() {
        assertThat(new TokenBudget(8, 8).group(new int[0])).isEmpty();
    }

    @Test
    void group_hugeLengths_noOverflow() {
        int huge = Integer.MAX_VALUE;
        assertThat(new TokenBudget(huge, huge).group(new int[] {huge, huge, huge}))
                .hasSize(3);
    }

    @Test
    void group_randomLengths_eachIndexOnceAndNoGroupOverBudgetUnlessAlone() {
        long seed = Long.getLong("graft.seed", 7L);
        Random random = new Random(seed);
        int[] lengths = random.ints(2000, 0, 90).toArray();
        List<int[]> groups = new TokenBudget(64, 9).group(lengths);
        assertThat(groups.stream().flatMapToInt(Arrays::stream).sorted().toArray())
                .as("seed %d", seed)
                .isEqualTo(IntStream.range(0, 2000).toArray());
        for (int[] group : groups) {
            int longest = Arrays.stream(group).map(i -> lengths[i]).max().orElseThrow();
            assertThat(group.length == 1 || group.length * longest <= 64)
                    .as("seed %d", seed)
                    .isTrue();
            assertThat(group.length).as("seed %d", seed).isLessThanOrEqualTo(9);
        }
    }

    @Test
    void new_emptyBudget_namesBothLimits() {
        assertThatThrownBy(() -> new TokenBudget(0, 4)).hasMessageContaining("got maxTokens 0 and maxRows 4");
        assertThatThrownBy(() -> new TokenBudget(9, 9).group(new int[] {1, -2}))
                .hasMessageContaining("lengths[1] is -2");
    }
}
