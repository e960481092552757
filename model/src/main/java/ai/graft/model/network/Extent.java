package ai.graft.model.network;

/** How much of the last layer is computed. */
public enum Extent {
    /** Every token's hidden state. */
    ALL_TOKENS,
    /**
     * What the head reads. A classifier reads the first token only, so the last layer's queries, feed-forward and norms
     * shrink to it, without a change in any number. A masked-LM head, whose decoder is as wide as the vocabulary, reads the
     * tokens that have a label, where labels are known.
     */
    HEAD_ONLY
}
