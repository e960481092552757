package ai.graft.model.reference;

import java.util.Arrays;

/** A dense tensor of doubles in row order. Shared, not copied: the interpreter never changes one that it has given out. */
@SuppressWarnings("ArrayRecordComponent") // a plain holder, compared only element by element
public record DoubleTensor(int[] shape, double[] data) {
    public DoubleTensor {
        if (Arrays.stream(shape).reduce(1, Math::multiplyExact) != data.length) {
            throw new IllegalArgumentException("shape " + Arrays.toString(shape) + " does not hold " + data.length);
        }
    }

    /** Size of the last axis. */
    int columns() {
        return shape[shape.length - 1];
    }

    /** Product of all axes but the last. */
    int rows() {
        return data.length / columns();
    }
}
