package ai.graft.finetune.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.graft.finetune.evaluate.Interval;
import ai.graft.finetune.evaluate.SingleLabelEvaluation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** PyYAML 6.0.3 reads the front matter of a card with the strange name below and gives that name unchanged. */
class ModelCardTest {
    @Test
    void text_plainFacts_readsAsWritten() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("epochs", "3");
        settings.put("learning_rate", "2e-5");
        String card = ModelCard.text(new CardFacts(
                "reviews-model",
                CardFacts.Kind.SINGLE_LABEL,
                "sentence-transformers/all-MiniLM-L6-v2",
                "en",
                List.of("negative", "positive"),
                "Demo reviews",
                "the test part",
                123,
                settings,
                List.of(
                        new MetricFact("accuracy", 0.875, new Interval(0.8, 0.925)),
                        new MetricFact("macro_f1", 2.0 / 3, new Interval(0.5, 0.75))),
                List.of("learning_curve.png")));

        assertThat(card).isEqualTo("""
                        ---
                        language: "en"
                        library_name: transformers
                        pipeline_tag: text-classification
                        tags:
                        - graft
                        - text-classification
                        base_model: "sentence-transformers/all-MiniLM-L6-v2"
                        metrics:
                        - "accuracy"
                        - "f1"
                        model-index:
                        - name: "reviews-model"
                          results:
                          - task:
                              type: text-classification
                              name: Text Classification
                            dataset:
                              name: "Demo reviews"
                              type: "demo-reviews"
                              split: "the test part"
                            metrics:
                            - type: "accuracy"
                              name: "Accuracy"
                              value: 0.875
                            - type: "f1"
                              name: "Macro F1"
                              value: 0.666667
                        ---

                        # reviews-model

                        This model gives a text one of 2 labels. Its encoder began as \
                        sentence-transformers/all-MiniLM-L6-v2. It was fine-tuned with Graft on Demo reviews.

                        ## Labels

                        | Id | Label |
                        |---:|---|
                        | 0 | negative |
                        | 1 | positive |

                        ## Results

                        Measured on the test part, 123 examples.

                        | Metric | Value | 95 % interval |
                        |---|---:|---|
                        | Accuracy | 0.875 | 0.8 to 0.925 |
                        | Macro F1 | 0.666667 | 0.5 to 0.75 |

                        ![learning curve](<learning_curve.png>)

                        ## Training

                        | Setting | Value |
                        |---|---|
                        | epochs | 3 |
                        | learning\\_rate | 2e-5 |

                        ## Use

                        With Graft, from the folder above this model's (`DIR` is its name):

                        ```sh
                        graft predict --model DIR "a text to judge"
                        ```

                        With transformers:

                        ```python
                        from transformers import pipeline

                        classify = pipeline("text-classification", model="DIR")
                        print(classify("a text to judge"))
                        ```
                        """);
    }

    @Test
    void text_strangeNames_areQuotedForYamlAndMarkdown() {
        String card = ModelCard.text(new CardFacts(
                "no: \"yes\" \\ # {x}\n---\u0085\u2028 😀",
                CardFacts.Kind.MULTI_LABEL,
                "../my models/base",
                "no",
                List.of("a|b", "*bold*", "<b>"),
                "雪 & co",
                "test",
                1,
                Map.of(),
                List.of(new MetricFact("loss", 1e-7, new Interval(0, 12345678))),
                List.of()));

        assertThat(card)
                .contains("- name: \"no: \\\"yes\\\" \\\\ # {x}\\u000A---\\u0085\\u2028 😀\"\n")
                .contains("language: \"no\"\n")
                .contains("name: \"雪 & co\"\n      type: \"co\"\n")
                .contains("value: 0.0000001\n")
                .contains("| 0 | a\\|b |\n| 1 | \\*bold\\* |\n| 2 | \\<b\\> |\n")
                .contains("# no: \"yes\" \\\\ \\# {x} --- ")
                .contains("| 0 to 12345700 |")
                .contains("1 example.\n")
                .contains("top_k=None")
                .doesNotContain("base_model:");
    }

    @Test
    void quote_halfSurrogateAndByteOrderMark_staysReadable() {
        assertThat(YamlText.quote("a\uD800b\uFEFFc")).isEqualTo("\"a\uFFFDb\\uFEFFc\"");
    }

    @Test
    void text_withoutMetrics_hasNoModelIndex() {
        String card = ModelCard.text(new CardFacts(
                "m", CardFacts.Kind.REGRESSION, "", "", List.of(), "d", "test", 5, Map.of(), List.of(), List.of()));

        assertThat(card).doesNotContain("model-index", "metrics", "language", "## Labels", "## Results");
        assertThat(card).contains("This model gives a text a number. It was", "function_to_apply=\"none\"");
    }

    @Test
    void metricFact_ofEvaluation_takesValueAndInterval() {
        SingleLabelEvaluation evaluation =
                SingleLabelEvaluation.of(List.of("no", "yes"), new int[] {0, 1}, new int[] {0, 1});

        assertThat(MetricFact.of(evaluation, "accuracy"))
                .isEqualTo(new MetricFact("accuracy", 1, Interval.wilson(2, 2)));
    }

    @Test
    void facts_incomplete_areRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CardFacts(
                        "m", CardFacts.Kind.REGRESSION, "", "", List.of(), " ", "t", 5, Map.of(), List.of(), List.of()))
                .withMessage("a model card needs a dataset, got ' '.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new MetricFact("loss", Double.NaN, new Interval(0, 1)))
                .withMessageContaining("metric 'loss' is NaN");
    }

    @Test
    void text_maskedWords_isAStartForFineTuning() {
        String card = ModelCard.text(new CardFacts(
                "minilm-reports",
                CardFacts.Kind.MASKED_WORDS,
                "minilm",
                "",
                List.of(),
                "reports.txt",
                "validation",
                20,
                Map.of("mask", "0.15"),
                List.of(new MetricFact("perplexity", 12.5, new Interval(11, 14))),
                List.of()));

        assertThat(card)
                .contains(
                        "pipeline_tag: fill-mask\n", "    - type: \"perplexity\"\n", "| Perplexity | 12.5 | 11 to 14 |")
                .contains("guesses hidden words of a text", "It was trained on with Graft on reports.txt.")
                .contains("graft train --model DIR --train", "pipeline(\"fill-mask\", model=\"DIR\")")
                .doesNotContain("graft predict", "## Labels");
    }
}
