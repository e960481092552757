package ai.graft.model.network;

import ai.graft.model.config.BertConfig;
import java.util.Optional;

/** BERT and its heads, as {@code modeling_bert.py} of transformers has them. */
public record Bert(BertConfig config) implements Network {

    @Override
    public String basePrefix() {
        return "bert.";
    }

    @Override
    public String className() {
        return "Bert";
    }

    @Override
    public DropoutRates dropout(Head head) {
        double classifier = head instanceof Head.QuestionAnswering ? 0 : config.headDropout();
        return new DropoutRates(config.hiddenDropoutProb(), config.attentionProbsDropoutProb(), classifier);
    }

    @Override
    public <T> Outputs<T> forward(Ops<T> ops, Head head, Extent extent) {
        BertEncoder<T> encoder = new BertEncoder<>(config, new Positions.Sequential(), ops, prefix(head));
        T hidden = encoder.encode(Network.firstTokenOnly(head, extent));
        Layers<T> top = new Layers<>(ops, "");
        Optional<Outputs<T>> common = Network.ofVector(ops, hidden, head, config.hiddenSize());
        if (common.isPresent()) {
            return common.get();
        } else if (head instanceof Head.None) {
            return new Outputs<>(hidden, Optional.of(encoder.pooler(ops.firstToken(hidden))), Optional.empty());
        } else if (head instanceof Head.SequenceClassification classification) {
            T pooled = encoder.pooler(ops.firstToken(hidden)); // (B, H)
            T dropped = ops.dropout(pooled, DropoutSite.CLASSIFIER);
            T logits = top.linear(dropped, "classifier", config.hiddenSize(), classification.labels()); // (B, L)
            return new Outputs<>(hidden, Optional.of(pooled), Optional.of(logits));
        } else if (head instanceof Head.TokenClassification tokens) {
            T dropped = ops.dropout(hidden, DropoutSite.CLASSIFIER);
            return Outputs.ofLogits(hidden, top.linear(dropped, "classifier", config.hiddenSize(), tokens.labels()));
        } else if (head instanceof Head.QuestionAnswering) {
            return Outputs.ofLogits(hidden, top.linear(hidden, "qa_outputs", config.hiddenSize(), 2));
        } else if (head instanceof Head.MaskedLm) {
            return Outputs.ofLogits(hidden, maskedLm(ops, encoder, Network.maskedLmReads(ops, hidden, extent)));
        }
        throw new AssertionError(head);
    }

    private <T> T maskedLm(Ops<T> ops, BertEncoder<T> encoder, T hidden) {
        int size = config.hiddenSize();
        Layers<T> predictions = new Layers<>(ops, "cls.predictions.");
        T dense = ops.activation(predictions.linear(hidden, "transform.dense", size, size), config.hiddenAct());
        T normed = predictions.layerNorm(dense, "transform.LayerNorm", size, config.layerNormEps());
        if (!config.tieWordEmbeddings()) {
            return predictions.linear(normed, "decoder", size, config.vocabSize());
        }
        T bias = ops.weight("cls.predictions.bias", Init.ZEROS, config.vocabSize());
        return ops.linear(normed, encoder.words(), bias); // (B, S, V)
    }
}
