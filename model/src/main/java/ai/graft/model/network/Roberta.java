package ai.graft.model.network;

import ai.graft.model.config.Activation;
import ai.graft.model.config.BertConfig;
import ai.graft.model.config.RobertaConfig;
import java.util.Optional;

/** RoBERTa and XLM-R with their heads, as {@code modeling_roberta.py} of transformers has them. */
public record Roberta(RobertaConfig config) implements Network {

    @Override
    public String basePrefix() {
        return "roberta.";
    }

    @Override
    public String className() {
        return config.modelType().equals("roberta") ? "Roberta" : "XLMRoberta";
    }

    @Override
    public DropoutRates dropout(Head head) {
        BertConfig sizes = config.encoder();
        double classifier = head instanceof Head.QuestionAnswering ? 0 : sizes.headDropout();
        return new DropoutRates(sizes.hiddenDropoutProb(), sizes.attentionProbsDropoutProb(), classifier);
    }

    @Override
    public <T> Outputs<T> forward(Ops<T> ops, Head head, Extent extent) {
        Positions positions = new Positions.AfterPadding(config.padTokenId());
        BertEncoder<T> encoder = new BertEncoder<>(config.encoder(), positions, ops, prefix(head));
        T hidden = encoder.encode(Network.firstTokenOnly(head, extent));
        Layers<T> top = new Layers<>(ops, "");
        Optional<Outputs<T>> common = Network.ofVector(ops, hidden, head, config.hiddenSize());
        if (common.isPresent()) {
            return common.get();
        } else if (head instanceof Head.None) {
            return new Outputs<>(hidden, Optional.of(encoder.pooler(ops.firstToken(hidden))), Optional.empty());
        } else if (head instanceof Head.SequenceClassification classification) {
            return Outputs.ofLogits(hidden, classifier(ops, hidden, classification.labels()));
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

    /** Two layers on the first token, without a pooler. */
    private <T> T classifier(Ops<T> ops, T hidden, int labels) {
        int size = config.hiddenSize();
        Layers<T> classifier = new Layers<>(ops, "classifier.");
        T first = ops.dropout(ops.squeezeToken(ops.firstToken(hidden)), DropoutSite.CLASSIFIER); // (B, H)
        T dense = ops.activation(classifier.linear(first, "dense", size, size), Activation.TANH);
        return classifier.linear(ops.dropout(dense, DropoutSite.CLASSIFIER), "out_proj", size, labels); // (B, L)
    }

    private <T> T maskedLm(Ops<T> ops, BertEncoder<T> encoder, T hidden) {
        int size = config.hiddenSize();
        Layers<T> lmHead = new Layers<>(ops, "lm_head.");
        T dense = ops.activation(lmHead.linear(hidden, "dense", size, size), Activation.GELU);
        T normed = lmHead.layerNorm(dense, "layer_norm", size, config.encoder().layerNormEps());
        if (!config.encoder().tieWordEmbeddings()) {
            return lmHead.linear(normed, "decoder", size, config.vocabSize());
        }
        T bias = ops.weight("lm_head.bias", Init.ZEROS, config.vocabSize());
        return ops.linear(normed, encoder.words(), bias); // (B, S, V)
    }
}
