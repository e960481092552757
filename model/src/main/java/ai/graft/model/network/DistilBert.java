package ai.graft.model.network;

import ai.graft.model.config.Activation;
import ai.graft.model.config.DistilBertConfig;
import java.util.Optional;

/**
 * DistilBERT (Sanh et al., arXiv 1910.01108) and its heads, as {@code modeling_distilbert.py} of transformers has them:
 * BERT's layers without token types and pooler, under other names.
 */
public record DistilBert(DistilBertConfig config) implements Network {
    private static final double EPS = 1e-12; // fixed in transformers' code, no key of the configuration

    @Override
    public String basePrefix() {
        return "distilbert.";
    }

    @Override
    public String className() {
        return "DistilBert";
    }

    @Override
    public DropoutRates dropout(Head head) {
        double classifier = switch (head.suffix()) {
            case "ForSequenceClassification" -> config.seqClassifDropout();
            case "ForQuestionAnswering" -> config.qaDropout();
            default -> config.dropout();
        };
        return new DropoutRates(config.dropout(), config.attentionDropout(), classifier);
    }

    @Override
    public <T> Outputs<T> forward(Ops<T> ops, Head head, Extent extent) {
        Layers<T> base = new Layers<>(ops, prefix(head));
        Layers<T> top = new Layers<>(ops, "");
        T hidden = encode(ops, base, Network.firstTokenOnly(head, extent));
        Optional<Outputs<T>> common = Network.ofVector(ops, hidden, head, config.dim());
        if (common.isPresent()) {
            return common.get();
        } else if (head instanceof Head.None) {
            return Outputs.ofHidden(hidden);
        } else if (head instanceof Head.SequenceClassification classification) {
            T first = ops.squeezeToken(ops.firstToken(hidden)); // (B, H)
            T dense = ops.activation(top.linear(first, "pre_classifier", config.dim(), config.dim()), Activation.RELU);
            T dropped = ops.dropout(dense, DropoutSite.CLASSIFIER);
            return Outputs.ofLogits(hidden, top.linear(dropped, "classifier", config.dim(), classification.labels()));
        } else if (head instanceof Head.TokenClassification tokens) {
            T dropped = ops.dropout(hidden, DropoutSite.CLASSIFIER);
            return Outputs.ofLogits(hidden, top.linear(dropped, "classifier", config.dim(), tokens.labels()));
        } else if (head instanceof Head.QuestionAnswering) {
            T dropped = ops.dropout(hidden, DropoutSite.CLASSIFIER);
            return Outputs.ofLogits(hidden, top.linear(dropped, "qa_outputs", config.dim(), 2));
        } else if (head instanceof Head.MaskedLm) {
            return Outputs.ofLogits(hidden, maskedLm(ops, base, top, Network.maskedLmReads(ops, hidden, extent)));
        }
        throw new AssertionError(head);
    }

    private <T> T encode(Ops<T> ops, Layers<T> base, boolean firstTokenOnly) {
        T x = embeddings(ops, base); // (B, S, H)
        for (int i = 0; i < config.nLayers(); i++) {
            String name = "transformer.layer." + i + ".";
            boolean narrow = firstTokenOnly && i == config.nLayers() - 1;
            x = ops.layer(i, x, h -> layer(ops, base, name, h, narrow));
        }
        return x;
    }

    private <T> T embeddings(Ops<T> ops, Layers<T> base) {
        T words = ops.embedding(ops.inputIds(), words(base), config.padTokenId());
        T places = ops.positionEmbedding(
                new Positions.Sequential(),
                base.table("embeddings.position_embeddings", config.maxPositionEmbeddings(), config.dim()));
        T normed = base.layerNorm(ops.add(words, places), "embeddings.LayerNorm", config.dim(), EPS);
        return ops.dropout(normed, DropoutSite.HIDDEN);
    }

    private <T> T words(Layers<T> base) {
        return base.table("embeddings.word_embeddings", config.vocabSize(), config.dim());
    }

    private <T> T layer(Ops<T> ops, Layers<T> base, String name, T x, boolean narrow) {
        int dim = config.dim();
        T rows = narrow ? ops.firstToken(x) : x; // (B, Q, H): Q = S, or 1
        T query = base.linear(rows, name + "attention.q_lin", dim, dim);
        T key = base.linear(x, name + "attention.k_lin", dim, dim);
        T value = base.linear(x, name + "attention.v_lin", dim, dim);
        T context = ops.attention(query, key, value, new Attention(config.nHeads()));
        T attended = base.layerNorm(
                ops.add(base.linear(context, name + "attention.out_lin", dim, dim), rows),
                name + "sa_layer_norm",
                dim,
                EPS);
        T wide = ops.activation(base.linear(attended, name + "ffn.lin1", dim, config.hiddenDim()), config.activation());
        T narrowed = ops.dropout(base.linear(wide, name + "ffn.lin2", config.hiddenDim(), dim), DropoutSite.HIDDEN);
        return base.layerNorm(ops.add(narrowed, attended), name + "output_layer_norm", dim, EPS);
    }

    private <T> T maskedLm(Ops<T> ops, Layers<T> base, Layers<T> top, T hidden) {
        T dense =
                ops.activation(top.linear(hidden, "vocab_transform", config.dim(), config.dim()), config.activation());
        T normed = top.layerNorm(dense, "vocab_layer_norm", config.dim(), EPS);
        if (!config.tieWordEmbeddings()) {
            return top.linear(normed, "vocab_projector", config.dim(), config.vocabSize());
        }
        T bias = ops.weight("vocab_projector.bias", Init.ZEROS, config.vocabSize());
        return ops.linear(normed, words(base), bias); // (B, S, V)
    }
}
