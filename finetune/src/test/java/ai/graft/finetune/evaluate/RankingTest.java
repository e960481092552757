package ai.graft.finetune.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Expected values of the thousand are scikit-learn 1.9.1's:
 *
 * <pre>{@code
 * def lcg(n, s):
 *   out = []
 *   for _ in range(n): s = (s*1103515245+12345) % 2**31; out.append(s >> 16)
 *   return out
 * r = np.array(lcg(2000, 11)); y = (r[:1000] % 3 == 0).astype(int); s = (r[1000:] % 20 + 4*y) / 32
 * print(roc_auc_score(y, s), average_precision_score(y, s))
 * v = [roc_auc_score(y[i], s[i]) for i in np.random.default_rng(0).integers(0, 1000, (1000, 1000))]
 * print(np.percentile(v, [2.5, 97.5]))
 * }</pre>
 */
class RankingTest {
    private static final double ROUNDING = 1e-12; // double sums in another order

    private static final int[] ONCE = {1, 1, 1, 1};

    @Test
    void rocArea_fourScores_isTheShareOfOrderedPairs() {
        // Of the four pairs only (.35, .4) is in the wrong order.
        Ranking ranking = Ranking.of(new float[] {.1f, .4f, .35f, .8f}, new boolean[] {false, false, true, true});

        assertThat(ranking.rocArea(ONCE)).isEqualTo(0.75);
    }

    @Test
    void rocArea_tie_countsHalf() {
        // Pairs: (.5, .5) half, (.5, .2) right, (.9, .5) and (.9, .2) right.
        Ranking ranking = Ranking.of(new float[] {.5f, .5f, .2f, .9f}, new boolean[] {true, false, false, true});

        assertThat(ranking.rocArea(ONCE)).isEqualTo(3.5 / 4);
    }

    @Test
    void rocArea_allScoresAlike_isOneHalfInWhateverOrder() {
        assertThat(Ranking.of(new float[4], new boolean[] {true, true, false, false})
                        .rocArea(ONCE))
                .isEqualTo(0.5);
        assertThat(Ranking.of(new float[] {0f, -0f, 0f, -0f}, new boolean[] {false, true, false, true})
                        .rocArea(ONCE))
                .isEqualTo(0.5);
    }

    @Test
    void rocArea_negativeScores_keepTheirOrder() {
        Ranking ranking = Ranking.of(new float[] {-3, -1, -2, 4}, new boolean[] {false, true, false, true});

        assertThat(ranking.rocArea(ONCE)).isEqualTo(1);
    }

    @Test
    void rocArea_rowCountedTwice_asIfItStoodTwice() {
        Ranking once =
                Ranking.of(new float[] {.1f, .4f, .35f, .8f, .4f}, new boolean[] {false, false, true, true, false});
        Ranking weighted = Ranking.of(new float[] {.1f, .4f, .35f, .8f}, new boolean[] {false, false, true, true});

        assertThat(weighted.rocArea(new int[] {1, 2, 1, 1})).isEqualTo(once.rocArea(new int[] {1, 1, 1, 1, 1}));
        assertThat(weighted.rocArea(new int[] {1, 0, 1, 1})).isEqualTo(1);
    }

    @Test
    void rocArea_oneSideMissing_isNoNumber() {
        Ranking ranking = Ranking.of(new float[] {.1f, .4f}, new boolean[] {true, true});

        assertThat(ranking.rocArea(new int[] {1, 1})).isNaN();
        assertThat(ranking.averagePrecision(new int[] {1, 1})).isEqualTo(1);
    }

    @Test
    void averagePrecision_fourScores_byHand() {
        // .8 has it (1 of 1), .4 has not, .35 has it (2 of 3): (1 + 2/3) / 2
        Ranking ranking = Ranking.of(new float[] {.1f, .4f, .35f, .8f}, new boolean[] {false, false, true, true});

        assertThat(ranking.averagePrecision(ONCE)).isCloseTo(5.0 / 6, within(ROUNDING));
    }

    @Test
    void averagePrecision_tie_isOneStep() {
        // Both of the tie come at once: 1 of 2, then nothing more to find.
        Ranking ranking = Ranking.of(new float[] {.5f, .5f, .2f, .1f}, new boolean[] {true, false, false, false});

        assertThat(ranking.averagePrecision(ONCE)).isEqualTo(0.5);
    }

    @Test
    void rocAuc_thousandWithTies_equalsScikitLearn() {
        SingleLabelEvaluation evaluation = thousand();

        assertThat(evaluation.metric("roc_auc")).isCloseTo(0.6980795065950172, within(ROUNDING));
        assertThat(evaluation.metric("average_precision")).isCloseTo(0.6159889417717517, within(ROUNDING));
    }

    @Test
    void interval_rocAucOfThousand_isNearNumpysBootstrap() {
        Interval interval = thousand().interval("roc_auc");

        // Both intervals come from 1000 resamples with other random numbers: their ends differ by about 0.002.
        assertThat(interval.low()).isCloseTo(0.66562739, within(0.006));
        assertThat(interval.high()).isCloseTo(0.73105041, within(0.006));
    }

    private static SingleLabelEvaluation thousand() {
        int[] random = new int[2000];
        long state = 11;
        for (int i = 0; i < random.length; i++) {
            state = (state * 1103515245L + 12345) % (1L << 31);
            random[i] = (int) (state >> 16);
        }
        int[] gold =
                IntStream.range(0, 1000).map(i -> random[i] % 3 == 0 ? 1 : 0).toArray();
        float[][] probabilities = new float[1000][];
        for (int i = 0; i < 1000; i++) {
            float yes = (random[1000 + i] % 20 + 4 * gold[i]) / 32f;
            probabilities[i] = new float[] {1 - yes, yes};
        }
        return SingleLabelEvaluation.of(List.of("no", "yes"), gold, probabilities);
    }
}
