package ai.graft.model.network;

/** How a weight that no checkpoint holds begins, as in Hugging Face's {@code _init_weights} and, of adapters, in PEFT. */
public enum Init {
    /** Normal with mean 0 and standard deviation {@code initializer_range} of the configuration. */
    NORMAL,
    /** All 0: biases. */
    ZEROS,
    /** All 1: layer norm weights. */
    ONES,
    /** An adapter's first matrix (rank, in): uniform between ±1/√in. */
    ADAPTER_DOWN,
    /** An adapter's second matrix (out, rank): all 0, so that the adapter begins as nothing. */
    ADAPTER_UP;

    /** Whether AdamW's decay is meant for it: for matrices and tables, not for biases and layer norms, whatever they are called. */
    public boolean decayed() {
        return this != ZEROS && this != ONES;
    }
}
