package ai.graft.model.network;

import java.util.List;

/**
 * One weight that a network asks for.
 *
 * @param name Hugging Face's name of the tensor
 * @param init how the weight begins when no checkpoint holds it
 * @param shape sizes of its axes, outermost first
 */
public record WeightSpec(String name, Init init, List<Integer> shape) {
    public WeightSpec {
        shape = List.copyOf(shape);
    }

    /** Number of elements. */
    public long size() {
        return shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
    }
}
