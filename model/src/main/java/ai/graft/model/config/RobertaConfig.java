package ai.graft.model.config;

/**
 * RoBERTa (Liu et al., arXiv 1907.11692) and XLM-R (Conneau et al., arXiv 1911.02116): BERT's encoder with position ids
 * that begin behind the pad token's.
 *
 * @param modelType {@code roberta} or {@code xlm-roberta}
 * @param encoder the sizes, which have BERT's keys
 */
public record RobertaConfig(String modelType, BertConfig encoder) implements ModelConfig {

    static RobertaConfig parse(String modelType, ConfigKeys keys, BertConfig.Defaults absent, String origin) {
        RobertaConfig config = new RobertaConfig(modelType, BertConfig.parse(keys, absent, origin));
        if (config.maxTokens() < 1) {
            throw new ConfigException(origin + ": max_position_embeddings is " + config.encoder.maxPositionEmbeddings()
                    + ", which leaves no position behind the pad token's " + config.padTokenId() + ".");
        }
        return config;
    }

    @Override
    public int vocabSize() {
        return encoder.vocabSize();
    }

    @Override
    public int hiddenSize() {
        return encoder.hiddenSize();
    }

    @Override
    public int numHiddenLayers() {
        return encoder.numHiddenLayers();
    }

    /** The rows up to the pad token's are never a real token's position. */
    @Override
    public int maxTokens() {
        return encoder.maxPositionEmbeddings() - encoder.padTokenId() - 1;
    }

    @Override
    public int typeVocabSize() {
        return encoder.typeVocabSize();
    }

    @Override
    public int padTokenId() {
        return encoder.padTokenId();
    }

    @Override
    public double initializerRange() {
        return encoder.initializerRange();
    }
}
