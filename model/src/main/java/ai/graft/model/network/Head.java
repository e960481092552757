package ai.graft.model.network;

/** What stands on top of an encoder. Hugging Face calls the whole {@code Bert…} with the {@link #suffix}. */
public sealed interface Head {

    /** End of the class name in {@code architectures}, such as {@code ForSequenceClassification}. */
    String suffix();

    /** Nothing: the encoder, and its pooler where it has one. */
    record None() implements Head {
        @Override
        public String suffix() {
            return "Model";
        }
    }

    /** Logits (B, L) from the first token. */
    record SequenceClassification(int labels) implements Head {
        @Override
        public String suffix() {
            return "ForSequenceClassification";
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
