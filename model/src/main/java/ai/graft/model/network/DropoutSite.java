package ai.graft.model.network;

/** The kinds of places where a network drops elements; each kind has its own rate. */
public enum DropoutSite {
    /** Embeddings, and the outputs of attention and feed-forward. */
    HIDDEN,
    /** Attention weights. */
    ATTENTION,
    /** In front of the head's last layer. */
    CLASSIFIER,
    /** In front of an adapter. */
    ADAPTER
}
