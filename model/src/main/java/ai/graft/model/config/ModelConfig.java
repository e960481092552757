package ai.graft.model.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** The sizes and constants of an encoder; one record an architecture, which holds all that its network needs. */
public sealed interface ModelConfig permits BertConfig, RobertaConfig, DistilBertConfig {

    /** Values of {@code model_type} that have a network here. */
    List<String> MODEL_TYPES = List.of("bert", "roberta", "xlm-roberta", "distilbert");

    /** {@code model_type} of {@code config.json}. */
    String modelType();

    int vocabSize();

    int hiddenSize();

    int numHiddenLayers();

    /** The key of {@code config.json} that says how many. */
    default String layersKey() {
        return "num_hidden_layers";
    }

    /** The longest input in tokens that the position table has room for, special tokens included. */
    int maxTokens();

    /** Number of token types; ids from 0 to below it are allowed. 0 where the architecture has none. */
    int typeVocabSize();

    int padTokenId();

    /** Standard deviation of new weights. */
    double initializerRange();

    /**
     * Reads the sizes out of a parsed {@code config.json}.
     *
     * @param origin what to call the file in an error
     * @throws ConfigException where {@code model_type} is missing or unknown, or a value makes no sense
     */
    static ModelConfig parse(ObjectNode json, String origin) {
        ConfigKeys keys = new ConfigKeys(json, origin);
        String type = keys.text("model_type")
                .orElseThrow(() -> new ConfigException(origin
                        + ": the key 'model_type' is missing. Add it (for example \"model_type\": \"bert\"); known are "
                        + MODEL_TYPES + "."));
        return switch (type) {
            case "bert" -> BertConfig.parse(keys, BertConfig.Defaults.BERT, origin);
            case "roberta" -> RobertaConfig.parse(type, keys, BertConfig.Defaults.ROBERTA, origin);
            case "xlm-roberta" -> RobertaConfig.parse(type, keys, BertConfig.Defaults.XLM_ROBERTA, origin);
            case "distilbert" -> DistilBertConfig.parse(keys, origin);
            default ->
                throw new ConfigException(
                        origin + ": model_type '" + type + "' has no network here; known are " + MODEL_TYPES + ".");
        };
    }

    /** Complains where attention heads do not divide the hidden size. */
    static void checkHeads(String origin, int hiddenSize, int heads) {
        if (hiddenSize % heads != 0) {
            throw new ConfigException(origin + ": hidden size " + hiddenSize + " is not a multiple of the " + heads
                    + " attention heads.");
        }
    }
}
