package ai.graft.finetune.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Perplexity by its definition: e to the mean negative log-likelihood of all tokens, not of the documents' means. */
class MaskedEvaluationTest {

    /** Three tokens of probability 1/2 and one of 1/16 have the mean -ln (2·2·2·16)/4 = ln 128 / 4. */
    @Test
    void perplexity_tokensOfTwoDocuments_areCountedAlike() {
        MaskedEvaluation evaluation =
                MaskedEvaluation.of(new double[] {3 * Math.log(2), Math.log(16)}, new int[] {3, 1});

        assertThat(evaluation.metric("perplexity")).isCloseTo(Math.pow(128, 0.25), within(1e-12));
        assertThat(evaluation.metric("loss")).isCloseTo(Math.log(128) / 4, within(1e-12));
        assertThat(evaluation.examples()).isEqualTo(2);
        assertThat(evaluation.tokens()).isEqualTo(4);
        assertThat(Evaluation.higherIsBetter("perplexity")).isFalse();
    }

    @Test
    void interval_documents_areDrawn() {
        Interval alike =
                MaskedEvaluation.of(new double[] {2, 4}, new int[] {1, 2}).interval("perplexity");
        assertThat(alike.low()).isCloseTo(Math.exp(2), within(1e-9));
        assertThat(alike.high()).isCloseTo(Math.exp(2), within(1e-9));

        Interval unlike =
                MaskedEvaluation.of(new double[] {1, 3}, new int[] {1, 1}).interval("perplexity");
        assertThat(unlike.low()).isCloseTo(Math.exp(1), within(1e-9));
        assertThat(unlike.high()).isCloseTo(Math.exp(3), within(1e-9));
    }

    @Test
    void toJsonAndTable_holdThePerplexityWithItsInterval() {
        MaskedEvaluation evaluation = MaskedEvaluation.of(new double[] {1, 3}, new int[] {1, 1});

        assertThat(evaluation.toJson().path("perplexity").asDouble()).isCloseTo(Math.exp(2), within(1e-12));
        assertThat(evaluation.toJson().has("perplexity_interval")).isTrue();
        assertThat(evaluation.toJson().path("masked_tokens").asInt()).isEqualTo(2);
        assertThat(evaluation.table()).contains("perplexity").contains("95 % interval");
    }

    @Test
    void of_documentWithoutTokens_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MaskedEvaluation.of(new double[] {1, 0}, new int[] {1, 0}))
                .withMessageContaining("document 1 has 0 hidden tokens");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MaskedEvaluation.of(new double[] {Double.NaN}, new int[] {1}))
                .withMessageContaining("a loss of NaN");
    }
}
