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
    private static final int SMALLEST = 8192;

    private final Map<String, ByteBuffer> buffers = new HashMap<>();

    /** A tensor over this object's memory, valid until the next call with the same name. */
    OnnxTensor tensor(OrtEnvironment environment, String name, Feed.Input input) throws OrtException {
        int[] values = input.values();
        ByteBuffer memory = memory(name, Math.multiplyExact(values.length, input.wide() ? Long.BYTES : Integer.BYTES));
        if (!input.wide()) {
            return OnnxTensor.createTensor(
                    environment, memory.asIntBuffer().put(values).flip(), input.shape());
        }
        LongBuffer longs = memory.asLongBuffer();
        for (int value : values) {
            longs.put(value);
        }
        return OnnxTensor.createTensor(environment, longs.flip(), input.shape());
    }

    private ByteBuffer memory(String name, int bytes) {
        ByteBuffer memory = buffers.get(name);
        if (memory == null || memory.capacity() < bytes) {
            memory = allocate(bytes);
            buffers.put(name, memory);
        }
        return memory;
    }

    /** To the next power of two: batches of all sizes then settle on a few buffers. */
    private static ByteBuffer allocate(int bytes) {
        int capacity = Math.max(SMALLEST, Integer.highestOneBit(Math.max(1, bytes - 1)) << 1);
        return ByteBuffer.allocateDirect(capacity).order(ByteOrder.nativeOrder());
    }
}
