package ai.graft.finetune.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a model card says. Texts may hold any character: the card quotes them.
 *
 * @param name name of the model, not blank
 * @param kind what the model answers
 * @param baseModel the encoder it began from, a Hugging Face id or any other name; empty if unknown
 * @param language two-letter code of the texts' language; empty if unknown
 * @param labels labels by id; empty for a regression
 * @param dataset name of the training data, not blank
 * @param split what the metrics were measured on, such as {@code test}; not blank
 * @param examples number of examples the metrics were measured on, 1 or more
 * @param settings settings of the training by name, in the order to show
 * @param metrics results, the most telling first
 * @param pictures files beside the card to show in it
 */
public record CardFacts(
        String name,
        Kind kind,
        String baseModel,
        String language,
        List<String> labels,
        String dataset,
        String split,
        int examples,
        Map<String, String> settings,
        List<MetricFact> metrics,
        List<String> pictures) {

    /** What a model answers. */
    public enum Kind {
        /** Exactly one label for a text. */
        SINGLE_LABEL,
        /** Any number of labels for a text. */
        MULTI_LABEL,
        /** Numbers for a text. */
        REGRESSION,
        /** A stretch of a text that answers a question. */
        QUESTION_ANSWERING,
        /** Words for those that are hidden in a text. */
        MASKED_WORDS
    }

    /** @throws IllegalArgumentException if name, dataset or split is blank, or there are no examples */
    public CardFacts {
        requireText("name", name);
        requireText("dataset", dataset);
        requireText("split", split);
        if (examples < 1) {
            throw new IllegalArgumentException(
                    "metrics of a model card need 1 example or more, got " + examples + ". Evaluate the model first.");
        }
        labels = List.copyOf(labels);
        settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
        metrics = List.copyOf(metrics);
        pictures = List.copyOf(pictures);
    }

    private static void requireText(String what, String value) {
        if (value.isBlank()) {
            throw new IllegalArgumentException("a model card needs a " + what + ", got '" + value + "'.");
        }
    }
}
