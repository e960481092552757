package ai.graft.model.reference;

import java.util.Arrays;

/** A dense tensor in row order. Shared, not copied: the interpreter never changes one that it has given out. */
@SuppressWarnings("ArrayRecordComponent") // a plain holder, compared only element by element
public record DoubleTensor(int[] shape, Elements elements) {
    public DoubleTensor {
        if (Arrays.stream(shape).reduce(1, Math::multiplyExact) != elements.size()) {
            throw new IllegalArgumentException("shape " + Arrays.toString(shape) + " does not hold " + elements.size());
        }
    }

    /** Of these elements, which are not copied. */
    public DoubleTensor(int[] shape, double[] data) {
        this(shape, Elements.of(data));
    }

    /** All elements: of a computed tensor its own, of a weight that lies elsewhere a copy. */
    public double[] data() {
        return elements.all();
    }

    /** Reads the row of this index, as long as the last axis. */
    void readRow(int row, double[] into) {
        elements.read(row * columns(), into);
    }

    /** Size of the last axis. */
    int columns() {
        return shape[shape.length - 1];
    }

    /** Product of all axes but the last. */
    int rows() {
        return elements.size() / columns();
    }
}
