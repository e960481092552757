package ai.graft.model.network;

/**
 * How {@link Ops#attention} divides the hidden axis.
 *
 * @param heads number of heads; scores are scaled by 1/√(H/heads)
 */
public record Attention(int heads) {}
