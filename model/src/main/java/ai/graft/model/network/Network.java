package ai.graft.model.network;

import ai.graft.model.config.BertConfig;
import ai.graft.model.config.DistilBertConfig;
import ai.graft.model.config.ModelConfig;
import ai.graft.model.config.RobertaConfig;
import java.util.Optional;
import java.util.Set;

/** An architecture with all its heads, written against {@link Ops}. Immutable; any number of interpreters may run it. */
public sealed interface Network permits Bert, Roberta, DistilBert, LoraNetwork {

    /** Names of masked-LM decoders and their biases, of all architectures. */
    Set<String> TIED_TO_WORDS = Set.of(
            "cls.predictions.bias",
            "cls.predictions.decoder.weight",
            "cls.predictions.decoder.bias",
            "lm_head.bias",
            "lm_head.decoder.weight",
            "lm_head.decoder.bias",
            "vocab_projector.weight");

    /** The network of a configuration. */
    static Network of(ModelConfig config) {
        if (config instanceof BertConfig bert) {
            return new Bert(bert);
        } else if (config instanceof RobertaConfig roberta) {
            return new Roberta(roberta);
        } else if (config instanceof DistilBertConfig distilBert) {
            return new DistilBert(distilBert);
        }
        throw new AssertionError(config);
    }

    ModelConfig config();

    /** What the encoder's names begin with below a head, such as {@code bert.}; a bare encoder has no prefix. */
    String basePrefix();

    /** Start of the class names in transformers, such as {@code Bert}. */
    String className();

    /** Rates that the configuration asks for in training. */
    DropoutRates dropout(Head head);

    /**
     * Runs the network.
     *
     * @throws IllegalArgumentException where the architecture has no such head
     */
    <T> Outputs<T> forward(Ops<T> ops, Head head, Extent extent);

    /** Second names of the weights that a masked-LM head ties to others, under which some files store them once more. */
    default Set<String> tiedNames(Head head) {
        return head instanceof Head.MaskedLm ? TIED_TO_WORDS : Set.of();
    }

    /** What an encoder weight's name begins with below this head. */
    default String prefix(Head head) {
        return head instanceof Head.None ? "" : basePrefix();
    }

    /** Name of the whole in transformers, such as {@code BertForSequenceClassification}. */
    default String className(Head head) {
        return className() + head.suffix();
    }

    /** What a masked-LM head reads: with {@link Extent#HEAD_ONLY} the labelled tokens, where labels are known. */
    static <T> T maskedLmReads(Ops<T> ops, T hidden, Extent extent) {
        return extent == Extent.HEAD_ONLY ? ops.labelled(hidden) : hidden;
    }

    /** The heads that are the same in all architectures, as they stand on the hidden states; empty for the architectures' own. */
    static <T> Optional<Outputs<T>> ofVector(Ops<T> ops, T hidden, Head head, int size) {
        if (head instanceof Head.TextVector vector) {
            return Optional.of(Outputs.ofLogits(hidden, vector.pooling().of(ops, hidden)));
        } else if (head instanceof Head.SequenceClassification classification) {
            return classification.pooling().map(pooling -> {
                T vector = ops.dropout(pooling.of(ops, hidden), DropoutSite.CLASSIFIER); // (B, H)
                T logits = new Layers<>(ops, "").linear(vector, "classifier", size, classification.labels()); // (B, L)
                return Outputs.ofLogits(hidden, logits);
            });
        }
        return Optional.empty();
    }

    /** Whether a head needs the hidden state of the first token only. */
    static boolean firstTokenOnly(Head head, Extent extent) {
        return extent == Extent.HEAD_ONLY
                && head instanceof Head.SequenceClassification
                && !head.classifierPooling().equals(Optional.of(Pooling.MEAN));
    }
}
