package ai.graft.model.network;

import ai.graft.model.config.Activation;
import ai.graft.model.config.BertConfig;

/**
 * BERT's encoder (Devlin et al., arXiv 1810.04805), which RoBERTa and XLM-R share: post-norm transformer layers over the
 * sum of word, position and type embeddings. Must equal {@code BertModel} of transformers 4.57.
 */
final class BertEncoder<T> {
    private final BertConfig config;
    private final Positions positions;
    private final Ops<T> ops;
    private final Layers<T> layers;

    BertEncoder(BertConfig config, Positions positions, Ops<T> ops, String prefix) {
        this.config = config;
        this.positions = positions;
        this.ops = ops;
        this.layers = new Layers<>(ops, prefix);
    }

    T encode(boolean firstTokenOnly) {
        T x = embeddings(); // (B, S, H)
        for (int i = 0; i < config.numHiddenLayers(); i++) {
            String name = "encoder.layer." + i + ".";
            boolean narrow = firstTokenOnly && i == config.numHiddenLayers() - 1;
            x = ops.layer(i, x, h -> layer(name, h, narrow));
        }
        return x; // (B, S, H), or (B, 1, H)
    }

    /** The table of words, which a tied decoder uses again. */
    T words() {
        return layers.table("embeddings.word_embeddings", config.vocabSize(), config.hiddenSize());
    }

    /** tanh of a linear layer over the first token: (B, 1, H) to (B, H). */
    T pooler(T first) {
        T dense = layers.linear(ops.squeezeToken(first), "pooler.dense", config.hiddenSize(), config.hiddenSize());
        return ops.activation(dense, Activation.TANH);
    }

    private T embeddings() {
        int hidden = config.hiddenSize();
        T words = ops.embedding(ops.inputIds(), words(), config.padTokenId());
        T places = ops.positionEmbedding(
                positions, layers.table("embeddings.position_embeddings", config.maxPositionEmbeddings(), hidden));
        T types = ops.embedding(
                ops.tokenTypeIds(), layers.table("embeddings.token_type_embeddings", config.typeVocabSize(), hidden));
        T sum = ops.add(ops.add(words, types), places);
        return ops.dropout(
                layers.layerNorm(sum, "embeddings.LayerNorm", hidden, config.layerNormEps()), DropoutSite.HIDDEN);
    }

    private T layer(String name, T x, boolean narrow) {
        int hidden = config.hiddenSize();
        T rows = narrow ? ops.firstToken(x) : x; // (B, Q, H): Q = S, or 1
        T query = layers.linear(rows, name + "attention.self.query", hidden, hidden);
        T key = layers.linear(x, name + "attention.self.key", hidden, hidden);
        T value = layers.linear(x, name + "attention.self.value", hidden, hidden);
        T context = ops.attention(query, key, value, new Attention(config.numAttentionHeads()));
        T attended = residual(rows, context, name + "attention.output", hidden);
        T wide = ops.activation(
                layers.linear(attended, name + "intermediate.dense", hidden, config.intermediateSize()),
                config.hiddenAct()); // (B, Q, intermediate)
        return residual(attended, wide, name + "output", config.intermediateSize());
    }

    /** Adds what a block computed to what went into it, and normalises. */
    private T residual(T x, T update, String name, int updateSize) {
        T dense = ops.dropout(
                layers.linear(update, name + ".dense", updateSize, config.hiddenSize()), DropoutSite.HIDDEN);
        return layers.layerNorm(ops.add(dense, x), name + ".LayerNorm", config.hiddenSize(), config.layerNormEps());
    }
}
