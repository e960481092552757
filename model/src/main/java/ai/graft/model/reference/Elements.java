package ai.graft.model.reference;

import java.nio.FloatBuffer;

/**
 * The numbers of a tensor in row order, wherever they lie. Shared, not copied: the interpreter reads them while it computes,
 * and never writes. A weight of many megabytes stays where it is, for a pass takes one row of it at a time.
 */
public sealed interface Elements {
    /** How many there are. */
    int size();

    /**
     * Reads as many as {@code into} holds.
     *
     * @param from index of the first
     * @throws IndexOutOfBoundsException where there are not so many
     */
    void read(int from, double[] into);

    /** All of them; an array that was given to {@link #of} is that array. */
    default double[] all() {
        double[] all = new double[size()];
        read(0, all);
        return all;
    }

    /** Those of an array. */
    static Elements of(double... values) {
        return new Doubles(values);
    }

    /** Those of a buffer from its first index to its limit, such as a mapped file's, widened as they are read. */
    static Elements of(FloatBuffer values) {
        return new Floats(values);
    }

    /** On the heap, as computed. */
    @SuppressWarnings("ArrayRecordComponent") // a plain holder
    record Doubles(double[] values) implements Elements {
        @Override
        public int size() {
            return values.length;
        }

        @Override
        public void read(int from, double[] into) {
            System.arraycopy(values, from, into, 0, into.length);
        }

        @Override
        public double[] all() {
            return values;
        }
    }

    /** As stored. */
    record Floats(FloatBuffer values) implements Elements {
        @Override
        public int size() {
            return values.limit();
        }

        @Override
        public void read(int from, double[] into) {
            for (int i = 0; i < into.length; i++) {
                into[i] = values.get(from + i);
            }
        }
    }
}
