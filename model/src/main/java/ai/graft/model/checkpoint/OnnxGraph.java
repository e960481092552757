package ai.graft.model.checkpoint;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The nodes and constants of an ONNX graph by name: initializers, Constant nodes, and Identity nodes on them. */
final class OnnxGraph {
    private final String source;
    private final List<NodeProto> nodes;
    private final Map<String, TensorProto> constants = new LinkedHashMap<>();
    private final Map<String, NodeProto> producers = new LinkedHashMap<>();
    private final Map<String, List<NodeProto>> consumers = new LinkedHashMap<>();

    private OnnxGraph(String source, GraphProto graph) {
        this.source = source;
        this.nodes = graph.getNodeList();
        graph.getInitializerList().forEach(tensor -> constants.put(tensor.getName(), tensor));
        for (NodeProto node : nodes) {
            node.getOutputList().forEach(output -> producers.put(output, node));
            node.getInputList()
                    .forEach(input -> consumers
                            .computeIfAbsent(input, name -> new ArrayList<>())
                            .add(node));
            constantOf(node).ifPresent(tensor -> constants.put(node.getOutput(0), tensor));
        }
    }

    /**
     * Reads a model.
     *
     * @param source the file's name, for messages
     * @param bytes the whole file; shared with the graph's tensors
     * @throws CheckpointException if the bytes are no ONNX model with a graph
     */
    static OnnxGraph parse(String source, byte[] bytes) {
        if (GitLfsPointer.matches(ByteBuffer.wrap(bytes))) {
            throw GitLfsPointer.refusal(source);
        }
        try {
            CodedInputStream input = UnsafeByteOperations.unsafeWrap(bytes).newCodedInput();
            input.enableAliasing(true); // the weights stay where they are
            ModelProto model = ModelProto.parseFrom(input);
            input.checkLastTagWas(0); // a stray end of group would pass for the end of the file
            if (model.getGraph().getNodeCount() == 0) {
                throw new CheckpointException(source + ": holds no ONNX graph. Fetch the file again.");
            }
            return new OnnxGraph(source, model.getGraph());
        } catch (InvalidProtocolBufferException e) {
            throw new CheckpointException(
                    "%s: is not an ONNX file, or is cut short: %s. Fetch it again.".formatted(source, e.getMessage()),
                    e);
        } catch (IOException e) {
            throw new CheckpointException(source + ": cannot be read: " + e, e);
        }
    }

    String source() {
        return source;
    }

    List<NodeProto> nodes() {
        return nodes;
    }

    /** Names and values of everything constant. */
    Map<String, TensorProto> constants() {
        return constants;
    }

    Optional<TensorProto> constant(String name) {
        return Optional.ofNullable(constants.get(name));
    }

    /** The node that gives a value; empty for a graph's input or initializer. */
    Optional<NodeProto> producer(String name) {
        return Optional.ofNullable(producers.get(name));
    }

    /** The nodes that take a value, in the graph's order. */
    List<NodeProto> consumers(String name) {
        return consumers.getOrDefault(name, List.of());
    }

    /** A float constant as a tensor, its data shared. */
    Tensor floats(String name, TensorProto proto) {
        DType dtype = switch (proto.getDataType()) {
            case TensorProto.DataType.FLOAT_VALUE -> DType.F32;
            case TensorProto.DataType.FLOAT16_VALUE -> DType.F16;
            case TensorProto.DataType.BFLOAT16_VALUE -> DType.BF16;
            case TensorProto.DataType.DOUBLE_VALUE -> DType.F64;
            default -> throw fault(name, "is of ONNX type " + proto.getDataType() + ", expected a float type");
        };
        List<Integer> shape = proto.getDimsList().stream().map(Math::toIntExact).toList();
        if (proto.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
            throw fault(name, "lies in another file, which is not read. Save the model with its weights inside");
        }
        try {
            return proto.getRawData().isEmpty() && proto.getFloatDataCount() > 0
                    ? Tensor.ofFloats(shape, unpacked(proto))
                    : new Tensor(dtype, shape, proto.getRawData().asReadOnlyByteBuffer());
        } catch (IllegalArgumentException e) {
            throw fault(name, e.getMessage() + ". Fetch the file again");
        }
    }

    /** An integer constant of a shape or an index. */
    static long[] longs(TensorProto proto) {
        if (proto.getRawData().isEmpty()) {
            return proto.getInt64DataList().stream().mapToLong(Long::longValue).toArray();
        }
        ByteBuffer raw = proto.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        long[] values = new long[raw.remaining() / 8];
        raw.asLongBuffer().get(values);
        return values;
    }

    static boolean isFloat(TensorProto proto) {
        return switch (proto.getDataType()) {
            case TensorProto.DataType.FLOAT_VALUE,
                    TensorProto.DataType.FLOAT16_VALUE,
                    TensorProto.DataType.BFLOAT16_VALUE,
                    TensorProto.DataType.DOUBLE_VALUE -> true;
            default -> false;
        };
    }

    /** An attribute of a node; empty if the node leaves it at its default. */
    static Optional<AttributeProto> attribute(NodeProto node, String name) {
        return node.getAttributeList().stream()
                .filter(attribute -> attribute.getName().equals(name))
                .findFirst();
    }

    CheckpointException fault(String tensor, String reason) {
        return new CheckpointException("%s: tensor '%s' %s.".formatted(source, tensor, reason));
    }

    private static float[] unpacked(TensorProto proto) {
        float[] values = new float[proto.getFloatDataCount()];
        for (int i = 0; i < values.length; i++) {
            values[i] = proto.getFloatData(i);
        }
        return values;
    }

    private Optional<TensorProto> constantOf(NodeProto node) {
        return switch (node.getOpType()) {
            case "Constant" -> attribute(node, "value").map(AttributeProto::getT);
            case "Identity" -> constant(node.getInput(0));
            default -> Optional.empty();
        };
    }
}
