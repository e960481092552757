package ai.graft.model.network;

import java.util.Optional;

/**
 * What a network gives.
 *
 * @param hidden the encoder's last hidden state (B, S, H); (B, 1, H) where only the first token was computed
 * @param pooled the pooler's output (B, H) of architectures and heads that have one
 * @param logits the head's output
 */
public record Outputs<T>(T hidden, Optional<T> pooled, Optional<T> logits) {

    static <T> Outputs<T> ofHidden(T hidden) {
        return new Outputs<>(hidden, Optional.empty(), Optional.empty());
    }

    static <T> Outputs<T> ofLogits(T hidden, T logits) {
        return new Outputs<>(hidden, Optional.empty(), Optional.of(logits));
    }
}
