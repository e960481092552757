package ai.graft.model.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Expected values are worked out by hand, or by looking at every pair. */
class AnswerSearchTest {
    private static final String CONTEXT = "It rained in Bern on Monday.";

    /** Columns: [CLS], the question's word, [SEP], then the context's words from column 3, [SEP]. */
    private static final int[] STARTS = {0, 3, 10, 13, 18, 21};

    private static final int[] ENDS = {2, 9, 12, 17, 20, 28};

    private static final int COLUMNS = 10;

    private static ContextLogits window(double none, int start, double startLogit, int end, double endLogit) {
        float[] starts = new float[COLUMNS];
        float[] ends = new float[COLUMNS];
        starts[0] = (float) none;
        starts[3 + start] = (float) startLogit;
        ends[3 + end] = (float) endLogit;
        return new ContextLogits(starts, ends, 3, STARTS, ENDS);
    }

    private static FoundAnswer answer(AnswerRules rules, ContextLogits... windows) {
        AnswerSearch search = new AnswerSearch(rules);
        for (ContextLogits window : windows) {
            search.add(window);
        }
        return search.answer(CONTEXT);
    }

    private static AnswerRules rules(int maxTokens, int candidates, Optional<Double> threshold) {
        return new AnswerRules(0, maxTokens, candidates, threshold);
    }

    @Test
    void answer_bestStartAndEnd_isTheirStretchOfTheContext() {
        FoundAnswer answer = answer(AnswerRules.DEFAULTS, window(0, 2, 5, 3, 4));

        assertThat(answer.text()).isEqualTo("in Bern");
        assertThat(answer.start()).isEqualTo(10);
        assertThat(answer.end()).isEqualTo(17);
        assertThat(answer.noAnswerScore()).isEqualTo(0 - 9.0);
    }

    @Test
    void answer_endBeforeStart_takesTheBestPairInOrder() {
        // end at "rained" (7), start at "Bern" (6): together 13, but in the wrong order; "Bern" alone has 6, "rained" 7
        FoundAnswer answer = answer(AnswerRules.DEFAULTS, window(0, 3, 6, 1, 7));

        assertThat(answer.text()).isIn("rained", "It rained"); // a start of 0 each: the earlier wins
        assertThat(answer.text()).isEqualTo("It rained");
    }

    @Test
    void answer_longerThanAllowed_isNoCandidate() {
        FoundAnswer answer = answer(rules(2, 20, Optional.empty()), window(0, 0, 3, 5, 4));

        assertThat(answer.candidates())
                .allSatisfy(candidate -> assertThat(candidate.text().split(" ")).hasSizeLessThanOrEqualTo(2));
        assertThat(answer.text()).isEqualTo("on Monday."); // 4, as "Monday." has; the earlier wins
    }

    @Test
    void answer_questionsOwnColumns_areNeverTaken() {
        float[] starts = new float[COLUMNS];
        float[] ends = new float[COLUMNS];
        starts[1] = 50;
        ends[1] = 50;
        ends[9] = 50;
        starts[4] = 1;
        ends[4] = 1;

        assertThat(answer(AnswerRules.DEFAULTS, new ContextLogits(starts, ends, 3, STARTS, ENDS))
                        .text())
                .isEqualTo("rained");
    }

    @Test
    void scores_ofTwoCandidates_areTheSoftmaxOfTheirLogits() {
        // the two best of one-word answers: Bern 2 + ln 3, the others 0 or less
        FoundAnswer answer = answer(rules(1, 2, Optional.empty()), window(0, 3, Math.log(3), 3, 0));

        assertThat(answer.text()).isEqualTo("Bern");
        assertThat(answer.score()).isEqualTo(0.75, within(1e-6)); // 3 : 1
        assertThat(answer.candidates().get(1).score()).isEqualTo(0.25, within(1e-6));
    }

    @Test
    void scores_whereNoAnswerMayBeRight_shareWithIt() {
        FoundAnswer answer = answer(rules(1, 1, Optional.of(0.0)), window(Math.log(1), 3, Math.log(3), 3, 0));

        assertThat(answer.text()).isEqualTo("Bern");
        assertThat(answer.score()).isEqualTo(0.75, within(1e-6));
        assertThat(answer.noAnswerScore()).isEqualTo(-Math.log(3), within(1e-6));
    }

    @Test
    void noAnswer_aboveTheThreshold_isEmptyButKeepsTheCandidates() {
        FoundAnswer none = answer(rules(1, 1, Optional.of(0.0)), window(Math.log(9), 3, Math.log(3), 3, 0));
        FoundAnswer some = answer(rules(1, 1, Optional.of(2.0)), window(Math.log(9), 3, Math.log(3), 3, 0));

        assertThat(none.isAnswer()).isFalse();
        assertThat(none.text()).isEmpty();
        assertThat(none.start()).isEqualTo(-1);
        assertThat(none.noAnswerScore()).isEqualTo(Math.log(3), within(1e-6));
        assertThat(none.score()).isEqualTo(0.75, within(1e-6));
        assertThat(none.candidates()).extracting(FoundAnswer.Candidate::text).containsExactly("Bern");
        assertThat(some.text()).isEqualTo("Bern");
    }

    @Test
    void windows_noAnswerCountsWhereItIsLowest() {
        FoundAnswer answer = answer(AnswerRules.DEFAULTS, window(8, 3, 1, 3, 1), window(-4, 3, 2, 3, 2));

        assertThat(answer.noAnswerScore()).isEqualTo(-4 - 4.0);
    }

    @Test
    void windows_sharedStretch_countsOnceWithItsHigherLogit() {
        FoundAnswer answer = answer(rules(1, 20, Optional.empty()), window(0, 3, 1, 3, 1), window(0, 3, 5, 3, 1));

        assertThat(answer.candidates()).extracting(FoundAnswer.Candidate::text).doesNotHaveDuplicates();
        assertThat(answer.noAnswerScore()).isEqualTo(-6);
    }

    @Test
    void windows_inAnyOrder_giveTheSame() {
        ContextLogits first = window(1, 3, 3, 4, 2);
        ContextLogits second = window(0, 1, 2, 1, 3);

        assertThat(answer(AnswerRules.DEFAULTS, first, second)).isEqualTo(answer(AnswerRules.DEFAULTS, second, first));
    }

    @Test
    void answer_randomLogits_isTheBestOfAllPairs() {
        Random random = new Random(7);
        for (int round = 0; round < 50; round++) {
            float[] starts = new float[COLUMNS];
            float[] ends = new float[COLUMNS];
            for (int i = 0; i < COLUMNS; i++) {
                starts[i] = (float) random.nextGaussian();
                ends[i] = (float) random.nextGaussian();
            }
            double best = Double.NEGATIVE_INFINITY;
            String text = "";
            for (int from = 0; from < STARTS.length; from++) {
                for (int to = from; to < Math.min(STARTS.length, from + 3); to++) {
                    if ((double) starts[3 + from] + ends[3 + to] > best) {
                        best = (double) starts[3 + from] + ends[3 + to];
                        text = CONTEXT.substring(STARTS[from], ENDS[to]);
                    }
                }
            }

            assertThat(answer(rules(3, 4, Optional.empty()), new ContextLogits(starts, ends, 3, STARTS, ENDS))
                            .text())
                    .isEqualTo(text);
        }
    }

    @Test
    void answer_contextWithoutTokens_isNone() {
        ContextLogits empty = new ContextLogits(new float[3], new float[3], 2, new int[0], new int[0]);

        FoundAnswer answer = answer(AnswerRules.DEFAULTS, empty);

        assertThat(answer.isAnswer()).isFalse();
        assertThat(answer.candidates()).isEmpty();
        assertThat(answer.noAnswerScore()).isFinite();
    }

    @Test
    void logits_thatDoNotFitTheTokens_saySo() {
        assertThatThrownBy(() -> new ContextLogits(new float[5], new float[5], 3, STARTS, ENDS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("6 starts")
                .hasMessageContaining("5 and 5 columns");
    }

    @Test
    void rules_outOfRange_sayWhich() {
        assertThatThrownBy(() -> new AnswerRules(-1, 30, 20, Optional.empty())).hasMessageContaining("stride -1");
        assertThatThrownBy(() -> new AnswerRules(0, 0, 20, Optional.empty())).hasMessageContaining("0 tokens");
        assertThatThrownBy(() -> rules(1, 1, Optional.of(Double.NaN))).hasMessageContaining("NaN");
        assertThatThrownBy(() -> AnswerRules.requireQuestion(3, " ", Optional.of("text")))
                .hasMessageContaining("questions[3] has a blank question");
        assertThatThrownBy(() -> AnswerRules.requireQuestion(0, "why?", Optional.of("")))
                .hasMessageContaining("no context, or a blank one");
        assertThat(List.of(AnswerRules.DEFAULTS.stride(), AnswerRules.DEFAULTS.maxAnswerTokens()))
                .containsExactly(128, 30);
    }
}
