package ai.graft.model.network;

/** How a weight that no checkpoint holds begins, as in Hugging Face's {@code _init_weights}. */
public enum Init {
    /** Normal with mean 0 and standard deviation {@code initializer_range} of the configuration. */
    NORMAL,
    /** All 0: biases. */
    ZEROS,
    /** All 1: layer norm weights. */
    ONES
}
