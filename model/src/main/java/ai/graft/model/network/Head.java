package ai.graft.model.network;

import java.util.Optional;

/** What stands on top of an encoder. Hugging Face calls the whole {@code Bert…} with the {@link #suffix}. */
public sealed interface Head {

    /** End of the class name in {@code architectures}, such as {@code ForSequenceClassification}. */
    String suffix();

    /** What vector of a text a classifier reads; empty for an architecture's own head. */
    default Optional<Pooling> classifierPooling() {
        return Optional.empty();
    }

    /** Nothing: the encoder, and its pooler where it has one. */
    record None() implements Head {
        @Override
        public String suffix() {
            return "Model";
        }
    }

    /**
     * Logits (B, L).
     *
     * @param pooling what vector of a text the classifier reads; empty for what the architecture has, a layer or two on the first
     *     token
     */
    record SequenceClassification(int labels, Optional<Pooling> pooling) implements Head {
        /** The architecture's own head. */
        public SequenceClassification(int labels) {
            this(labels, Optional.empty());
        }

        @Override
        public Optional<Pooling> classifierPooling() {
            return pooling;
        }

        @Override
        public String suffix() {
            return "ForSequenceClassification";
        }
    }

    /** No logits but vectors of texts (B, H), and no weights: what teaches an encoder which texts mean alike reads these. */
    record TextVector(Pooling pooling) implements Head {
        @Override
        public String suffix() {
            return "Model";
        }
    }

    /** Logits (B, S, L). */
    record TokenClassification(int labels) implements Head {
        @Override
        public String suffix() {
            return "ForTokenClassification";
        }
    }

    /** Logits (B, S, 2): start and end of the answer. */
    record QuestionAnswering() implements Head {
        @Override
        public String suffix() {
            return "ForQuestionAnswering";
        }
    }

    /** Logits (B, S, V). */
    record MaskedLm() implements Head {
        @Override
        public String suffix() {
            return "ForMaskedLM";
        }
    }

    /** The head that a class name of transformers has. */
    static Head ofArchitecture(String className, int labels) {
        if (className.endsWith("ForSequenceClassification")) {
            return new SequenceClassification(labels);
        } else if (className.endsWith("ForTokenClassification")) {
            return new TokenClassification(labels);
        } else if (className.endsWith("ForQuestionAnswering")) {
            return new QuestionAnswering();
        } else if (className.endsWith("ForMaskedLM") || className.endsWith("ForPreTraining")) {
            return new MaskedLm();
        } else if (className.endsWith("Model")) {
            return new None();
        }
        throw new IllegalArgumentException("the head of '" + className
                + "' is not supported; known are ForSequenceClassification, ForTokenClassification,"
                + " ForQuestionAnswering, ForMaskedLM and the bare Model");
    }
}
