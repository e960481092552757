package ai.graft.finetune.bench;

/**
 * The size of a BERT with a classification head, in the words of {@code config.json}.
 *
 * @param layers {@code num_hidden_layers}, at least 1
 * @param hidden H, {@code hidden_size}, a multiple of {@code heads}
 * @param heads A, {@code num_attention_heads}, at least 1
 * @param intermediate {@code intermediate_size}, at least 1
 * @param vocabulary V, {@code vocab_size}, at least 1
 * @param positions {@code max_position_embeddings}, at least 1
 * @param labels L, at least 2
 */
public record BertShape(
        int layers, int hidden, int heads, int intermediate, int vocabulary, int positions, int labels) {

    /**
     * Checks the sizes.
     *
     * @throws IllegalArgumentException when a size is too small or the heads do not divide the hidden size
     */
    public BertShape {
        if (Math.min(Math.min(layers, heads), Math.min(intermediate, Math.min(vocabulary, positions))) < 1) {
            throw new IllegalArgumentException("every size must be 1 or more, got layers " + layers + ", heads " + heads
                    + ", intermediate " + intermediate + ", vocabulary " + vocabulary + ", positions " + positions);
        }
        if (hidden < heads || hidden % heads != 0) {
            throw new IllegalArgumentException("hidden is " + hidden + ", which " + heads
                    + " heads do not divide; take a multiple of the number of heads");
        }
        if (labels < 2) {
            throw new IllegalArgumentException("a classifier needs 2 labels or more, got " + labels);
        }
    }

    /** BERT-base, uncased, with two labels (Devlin et al. 2019, section 3). */
    public static BertShape base() {
        return new BertShape(12, 768, 12, 3072, 30522, 512, 2);
    }

    /** The six layers of all-MiniLM-L6-v2, with two labels. */
    public static BertShape miniLm() {
        return new BertShape(6, 384, 12, 1536, 30522, 512, 2);
    }

    /**
     * Floating-point operations of the matrix products of one training step, the backward pass counted as two forward
     * passes; what is not a matrix product is left out, and so are the pooler and the classifier.
     *
     * @param batch B
     * @param length S
     */
    public double trainingFlops(int batch, int length) {
        double tokens = (double) batch * length;
        double weights = 4.0 * hidden * hidden + 2.0 * hidden * intermediate;
        double scores = 2.0 * length * hidden;
        return 3 * 2 * tokens * layers * (weights + scores);
    }

    /**
     * The part of {@link #trainingFlops} that falls away where the last layer's queries, attention output, feed-forward and
     * scores are computed for the first token of a row only, as a classifier needs them.
     *
     * @param batch B
     * @param length S
     */
    public double headOnlySaving(int batch, int length) {
        double rows = (double) batch * (length - 1);
        double weights = 2.0 * hidden * hidden + 2.0 * hidden * intermediate;
        double scores = 2.0 * length * hidden;
        return 3 * 2 * rows * (weights + scores);
    }
}
