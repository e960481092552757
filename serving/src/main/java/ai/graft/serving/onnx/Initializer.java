package ai.graft.serving.onnx;

import ai.graft.model.checkpoint.DType;
import ai.graft.model.checkpoint.Tensor;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.Supplier;

/**
 * A tensor of a graph whose elements are read only when they are written.
 *
 * @param weight whether it is a weight of the network, and not a constant that the graph's shapes are inferred from
 * @param content gives the elements in row order, little-endian
 */
record Initializer(
        String name, TensorProto.DataType type, List<Integer> shape, boolean weight, Supplier<ByteBuffer> content) {
    Initializer {
        shape = List.copyOf(shape);
    }

    static Initializer ofFloats(String name, List<Integer> shape, Supplier<ByteBuffer> content) {
        return new Initializer(name, TensorProto.DataType.FLOAT, shape, true, content);
    }

    /** @param type {@code FLOAT} or {@code FLOAT16}, to which the value is rounded */
    static Initializer constant(String name, TensorProto.DataType type, float value) {
        DType stored = type == TensorProto.DataType.FLOAT16 ? DType.F16 : DType.F32;
        Tensor tensor = Tensor.ofFloats(List.of(), new float[] {value}).convertTo(stored);
        return new Initializer(name, type, List.of(), false, tensor::data);
    }

    static Initializer constant(String name, List<Integer> shape, long... values) {
        ByteBuffer bytes = littleEndian(8 * values.length);
        bytes.asLongBuffer().put(values);
        return new Initializer(name, TensorProto.DataType.INT64, shape, false, bytes::duplicate);
    }

    static Initializer constantBytes(String name, TensorProto.DataType type, List<Integer> shape, byte... values) {
        ByteBuffer bytes = ByteBuffer.wrap(values);
        return new Initializer(name, type, shape, false, bytes::duplicate);
    }

    static ByteBuffer littleEndian(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Length of the elements. */
    long bytes() {
        long elements = shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
        return Math.multiplyExact(elements, width(type));
    }

    private static int width(TensorProto.DataType type) {
        return switch (type) {
            case INT8, UINT8 -> 1;
            case FLOAT16 -> 2;
            case FLOAT -> 4;
            case INT64 -> 8;
            default -> throw new AssertionError(type);
        };
    }

    /** All but the elements. */
    TensorProto header() {
        TensorProto.Builder header = TensorProto.newBuilder().setName(name).setDataType(type.getNumber());
        shape.forEach(header::addDims);
        return header.build();
    }

    /** All, with the elements in another file. */
    TensorProto external(String location, long offset) {
        return header().toBuilder()
                .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                .addExternalData(entry("location", location))
                .addExternalData(entry("offset", Long.toString(offset)))
                .addExternalData(entry("length", Long.toString(bytes())))
                .build();
    }

    private static StringStringEntryProto entry(String key, String value) {
        return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
    }
}
