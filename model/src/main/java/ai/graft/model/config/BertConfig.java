package ai.graft.model.config;

/**
 * BERT (Devlin et al., arXiv 1810.04805), keys as transformers' {@code BertConfig} has them.
 *
 * @param classifierDropout negative where the configuration leaves it to {@code hiddenDropoutProb}
 * @param tieWordEmbeddings whether the masked-LM decoder is the table of word embeddings
 */
public record BertConfig(
        int vocabSize,
        int hiddenSize,
        int numHiddenLayers,
        int numAttentionHeads,
        int intermediateSize,
        Activation hiddenAct,
        double hiddenDropoutProb,
        double attentionProbsDropoutProb,
        double classifierDropout,
        int maxPositionEmbeddings,
        int typeVocabSize,
        double initializerRange,
        double layerNormEps,
        int padTokenId,
        boolean tieWordEmbeddings)
        implements ModelConfig {

    /** The values that transformers takes for keys that a file leaves out. */
    record Defaults(int vocabSize, int padTokenId) {
        static final Defaults BERT = new Defaults(30522, 0);
        static final Defaults ROBERTA = new Defaults(50265, 1);
        static final Defaults XLM_ROBERTA = new Defaults(30522, 1);
    }

    static BertConfig parse(ConfigKeys keys, Defaults absent, String origin) {
        String positions = keys.text("position_embedding_type").orElse("absolute");
        if (!positions.equals("absolute")) {
            throw new ConfigException(origin + ": position_embedding_type '" + positions
                    + "' is not supported; only 'absolute' is. Leaving it out would give wrong numbers quietly.");
        }
        if (keys.flag("is_decoder", false)) {
            throw new ConfigException(origin + ": is_decoder is true, but only encoders have a network here.");
        }
        int vocabSize = keys.positive("vocab_size", absent.vocabSize());
        BertConfig config = new BertConfig(
                vocabSize,
                keys.positive("hidden_size", 768),
                keys.positive("num_hidden_layers", 12),
                keys.positive("num_attention_heads", 12),
                keys.positive("intermediate_size", 3072),
                keys.activation("hidden_act"),
                keys.probability("hidden_dropout_prob", 0.1),
                keys.probability("attention_probs_dropout_prob", 0.1),
                keys.probability("classifier_dropout", -1),
                keys.positive("max_position_embeddings", 512),
                keys.positive("type_vocab_size", 2),
                keys.nonNegative("initializer_range", 0.02),
                keys.nonNegative("layer_norm_eps", 1e-12),
                keys.padTokenId(absent.padTokenId(), vocabSize),
                keys.flag("tie_word_embeddings", true));
        ModelConfig.checkHeads(origin, config.hiddenSize, config.numAttentionHeads);
        return config;
    }

    @Override
    public String modelType() {
        return "bert";
    }

    @Override
    public int maxTokens() {
        return maxPositionEmbeddings;
    }

    /** The dropout in front of the classifier: its own, or that of the hidden states. */
    public double headDropout() {
        return classifierDropout < 0 ? hiddenDropoutProb : classifierDropout;
    }
}
