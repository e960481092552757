package ai.graft.model.checkpoint;

import java.util.List;

/**
 * A tensor as PyTorch stores it: a window of a storage, walked through with a stride for each axis.
 *
 * @param storage where the elements are
 * @param offset the first element's place in the storage
 * @param shape sizes of the axes, outermost first
 * @param strides elements from one index of an axis to the next; 0 repeats
 */
record TorchView(TorchStorage storage, long offset, List<Long> shape, List<Long> strides) {
    /** PyTorch's own limit. */
    static final int MAX_AXES = 64;

    TorchView {
        shape = List.copyOf(shape);
        strides = List.copyOf(strides);
        if (shape.size() != strides.size() || shape.size() > MAX_AXES) {
            throw new IllegalArgumentException("it has %d extents and %d strides, expected as many of each, at most %d"
                    .formatted(shape.size(), strides.size(), MAX_AXES));
        }
        if (offset < 0
                || shape.stream().anyMatch(n -> n < 0)
                || strides.stream().anyMatch(n -> n < 0)) {
            throw new IllegalArgumentException(
                    "its offset is %d, its shape %s, its strides %s, none of which may be negative"
                            .formatted(offset, shape, strides));
        }
    }

    /**
     * Number of elements.
     *
     * @throws ArithmeticException beyond 64 bits
     */
    long size() {
        return shape.stream().reduce(1L, Math::multiplyExact);
    }

    /**
     * The largest place in the storage that an element has; for a tensor with elements.
     *
     * @throws ArithmeticException beyond 64 bits
     */
    long lastPlace() {
        long place = offset;
        for (int axis = 0; axis < shape.size(); axis++) {
            place = Math.addExact(place, Math.multiplyExact(shape.get(axis) - 1, strides.get(axis)));
        }
        return place;
    }

    /** Whether the elements lie in row order, one after the other. */
    boolean contiguous() {
        long expected = 1;
        for (int axis = shape.size() - 1; axis >= 0; axis--) {
            if (shape.get(axis) != 1 && strides.get(axis) != expected) {
                return false;
            }
            expected *= shape.get(axis);
        }
        return true;
    }
}
