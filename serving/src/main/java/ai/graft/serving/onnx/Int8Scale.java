package ai.graft.serving.onnx;

import java.util.Locale;

/** What shares a scale when activations are rounded to eight bits. */
public enum Int8Scale {
    /** Each token has its own: a text gets the same answer alone and in any batch, with less than half the error. */
    TOKEN,
    /** All tokens of a batch share one: some percent faster, and answers depend on the other texts of the batch. */
    TENSOR;

    /** The name at the command line and in files: {@code token} or {@code tensor}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
