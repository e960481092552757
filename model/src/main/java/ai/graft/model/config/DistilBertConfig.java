package ai.graft.model.config;

/**
 * DistilBERT (Sanh et al., arXiv 1910.01108), keys as transformers' {@code DistilBertConfig} has them; its layer norms
 * always have an epsilon of 1e-12.
 */
public record DistilBertConfig(
        int vocabSize,
        int dim,
        int nLayers,
        int nHeads,
        int hiddenDim,
        Activation activation,
        double dropout,
        double attentionDropout,
        double seqClassifDropout,
        double qaDropout,
        int maxPositionEmbeddings,
        double initializerRange,
        int padTokenId,
        boolean tieWordEmbeddings)
        implements ModelConfig {

    static DistilBertConfig parse(ConfigKeys keys, String origin) {
        int vocabSize = keys.positive("vocab_size", 30522);
        DistilBertConfig config = new DistilBertConfig(
                vocabSize,
                keys.positive("dim", 768),
                keys.positive("n_layers", 6),
                keys.positive("n_heads", 12),
                keys.positive("hidden_dim", 3072),
                keys.activation("activation"),
                keys.probability("dropout", 0.1),
                keys.probability("attention_dropout", 0.1),
                keys.probability("seq_classif_dropout", 0.2),
                keys.probability("qa_dropout", 0.1),
                keys.positive("max_position_embeddings", 512),
                keys.nonNegative("initializer_range", 0.02),
                keys.padTokenId(0, vocabSize),
                keys.flag("tie_word_embeddings", true));
        ModelConfig.checkHeads(origin, config.dim, config.nHeads);
        return config;
    }

    @Override
    public String modelType() {
        return "distilbert";
    }

    @Override
    public int hiddenSize() {
        return dim;
    }

    @Override
    public int numHiddenLayers() {
        return nLayers;
    }

    @Override
    public String layersKey() {
        return "n_layers";
    }

    @Override
    public int maxTokens() {
        return maxPositionEmbeddings;
    }

    @Override
    public int typeVocabSize() {
        return 0;
    }
}
