package ai.graft.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Objects;

/** Tensors that a test expects to be there. */
final class Tensors {
    private Tensors() {}

    static Tensor named(Map<String, Tensor> tensors, String name) {
        assertThat(tensors).containsKey(name);
        return Objects.requireNonNull(tensors.get(name), name);
    }
}
