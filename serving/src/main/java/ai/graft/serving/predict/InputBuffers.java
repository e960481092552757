package ai.graft.serving.predict;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * Memory for the inputs of one run at a time, kept from run to run. ONNX Runtime reads it where it lies; memory that Java made
 * anew for every run would be freed only when Java happens to collect its garbage.
 */
final class InputBuffers {
    private static final int SMALLEST = 1024;

    private final Map<String, LongBuffer> buffers = new HashMap<>();

    /**
     * A tensor over this object's memory, valid until the next call with the same name.
     *
     * @param values in row order, as many as {@code shape} has room for
     */
    OnnxTensor tensor(OrtEnvironment environment, String name, int[] values, long... shape) throws OrtException {
        LongBuffer buffer = buffers.get(name);
        if (buffer == null || buffer.capacity() < values.length) {
            buffer = allocate(values.length);
            buffers.put(name, buffer);
        }
        buffer.clear();
        for (int value : values) {
            buffer.put(value);
        }
        return OnnxTensor.createTensor(environment, buffer.flip(), shape);
    }

    /** To the next power of two: batches of all sizes then settle on a few buffers. */
    private static LongBuffer allocate(int values) {
        int capacity = Math.max(SMALLEST, Integer.highestOneBit(Math.max(1, values - 1)) << 1);
        return ByteBuffer.allocateDirect(Math.multiplyExact(capacity, Long.BYTES))
                .order(ByteOrder.nativeOrder())
                .asLongBuffer();
    }
}
