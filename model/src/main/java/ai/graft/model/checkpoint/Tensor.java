package ai.graft.model.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * A dense array as it lies in a file; immutable, may be shared between threads.
 *
 * @param dtype how an element is stored
 * @param shape sizes of the axes, outermost first; empty for a scalar
 * @param data the elements in row order, little-endian, read-only, possibly memory-mapped; each call gives a view of
 *     its own. The bytes are shared with whoever made the tensor, who must not change them
 */
public record Tensor(DType dtype, List<Integer> shape, ByteBuffer data) {
    /**
     * @throws IllegalArgumentException if an extent is negative or the data are not as long as type and shape say
     */
    public Tensor {
        shape = List.copyOf(shape);
        data = data.slice().asReadOnlyBuffer();
        long bytes = (Math.multiplyExact(elements(shape), dtype.bits()) + 7) / 8;
        if (data.remaining() != bytes) {
            throw new IllegalArgumentException("a tensor of type %s and shape %s has %d bytes, got %d"
                    .formatted(dtype, shape, bytes, data.remaining()));
        }
    }

    /** A float32 tensor of the given elements, which are copied. */
    public static Tensor ofFloats(List<Integer> shape, float[] elements) {
        ByteBuffer bytes = littleEndian(Math.multiplyExact(elements.length, 4));
        bytes.asFloatBuffer().put(elements);
        return new Tensor(DType.F32, shape, bytes);
    }

    @Override
    public ByteBuffer data() {
        return data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Number of elements. */
    public long size() {
        return elements(shape);
    }

    /**
     * The elements as float32, in a new array.
     *
     * <p>F16, BF16, F32, BOOL and integers up to 16 bits are exact; F64 and wider integers are rounded to nearest.
     *
     * @throws UnsupportedOperationException if {@link DType#widens} is false for the type
     */
    public float[] toFloats() {
        ByteBuffer bytes = data();
        float[] floats = new float[Math.toIntExact(size())];
        if (dtype == DType.F32) {
            bytes.asFloatBuffer().get(floats);
            return floats;
        }
        for (int i = 0; i < floats.length; i++) {
            floats[i] = next(bytes);
        }
        return floats;
    }

    /**
     * This tensor stored as {@code target}; itself if it is so already.
     *
     * @param target F32, F16 or BF16; rounds to nearest, ties to even
     * @throws IllegalArgumentException if target is another type, or a finite element becomes infinite
     */
    public Tensor convertTo(DType target) {
        if (dtype == target) {
            return this;
        }
        float[] floats = toFloats();
        return switch (target) {
            case F32 -> ofFloats(shape, floats);
            case F16, BF16 -> new Tensor(target, shape, narrow(floats, target));
            default -> throw new IllegalArgumentException("tensors are stored as F32, F16 or BF16, not as " + target);
        };
    }

    private float next(ByteBuffer bytes) {
        return switch (dtype) {
            case BOOL, U8 -> bytes.get() & 0xFF;
            case I8 -> bytes.get();
            case I16 -> bytes.getShort();
            case U16 -> bytes.getShort() & 0xFFFF;
            case F16 -> HalfFloat.fromHalf(bytes.getShort());
            case BF16 -> HalfFloat.fromBrain(bytes.getShort());
            case I32 -> bytes.getInt();
            case U32 -> bytes.getInt() & 0xFFFF_FFFFL;
            case F32 -> bytes.getFloat();
            case F64 -> (float) bytes.getDouble();
            case I64 -> bytes.getLong();
            case U64 -> unsigned(bytes.getLong());
            default -> throw new UnsupportedOperationException("elements of type " + dtype + " are not widened");
        };
    }

    private static float unsigned(long bits) {
        // Halving with a sticky last bit keeps the rounding right.
        return bits >= 0 ? bits : 2f * ((bits >>> 1) | (bits & 1));
    }

    private static ByteBuffer narrow(float[] floats, DType target) {
        ByteBuffer bytes = littleEndian(Math.multiplyExact(floats.length, 2));
        for (int i = 0; i < floats.length; i++) {
            short stored = target == DType.F16 ? HalfFloat.toHalf(floats[i]) : HalfFloat.toBrain(floats[i]);
            float read = target == DType.F16 ? HalfFloat.fromHalf(stored) : HalfFloat.fromBrain(stored);
            if (Float.isInfinite(read) && !Float.isInfinite(floats[i])) {
                throw new IllegalArgumentException(
                        "element %d is %s, beyond the range of %s; store it as F32".formatted(i, floats[i], target));
            }
            bytes.putShort(stored);
        }
        return bytes.flip();
    }

    private static ByteBuffer littleEndian(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static long elements(List<Integer> shape) {
        long product = 1;
        for (int extent : shape) {
            if (extent < 0) {
                throw new IllegalArgumentException("negative extent in the shape " + shape);
            }
            product = Math.multiplyExact(product, extent);
        }
        return product;
    }
}
