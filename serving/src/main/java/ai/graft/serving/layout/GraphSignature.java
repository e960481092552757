package ai.graft.serving.layout;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.ExtensionRegistryLite;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The inputs and outputs of an ONNX file, in the file's order.
 *
 * @param inputs what a call gives
 * @param outputs what it gets
 */
record GraphSignature(List<Value> inputs, List<Value> outputs) {
    /** Enough for what is read; weights are skipped in the stream. */
    private static final int BUFFER = 1 << 16;

    GraphSignature {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    /**
     * A tensor.
     *
     * @param elementType number of {@code TensorProto.DataType}
     * @param dims its shape; -1 where a call decides
     */
    record Value(String name, int elementType, List<Long> dims) {
        Value {
            dims = List.copyOf(dims);
        }
    }

    /** Reads them without the weights. */
    static GraphSignature read(Path file) throws IOException {
        List<Value> inputs = new ArrayList<>();
        List<Value> outputs = new ArrayList<>();
        try (InputStream stream = Files.newInputStream(file)) {
            CodedInputStream in = CodedInputStream.newInstance(stream, BUFFER);
            in.setSizeLimit(Integer.MAX_VALUE);
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                if (WireFormat.getTagFieldNumber(tag) == ModelProto.GRAPH_FIELD_NUMBER) {
                    int outer = in.pushLimit(in.readRawVarint32());
                    readGraph(in, inputs, outputs);
                    in.popLimit(outer);
                } else {
                    in.skipField(tag);
                }
            }
        }
        return new GraphSignature(inputs, outputs);
    }

    private static void readGraph(CodedInputStream in, List<Value> inputs, List<Value> outputs) throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case GraphProto.INPUT_FIELD_NUMBER -> inputs.add(readValue(in));
                case GraphProto.OUTPUT_FIELD_NUMBER -> outputs.add(readValue(in));
                default -> in.skipField(tag);
            }
        }
    }

    private static Value readValue(CodedInputStream in) throws IOException {
        ValueInfoProto value = in.readMessage(ValueInfoProto.parser(), ExtensionRegistryLite.getEmptyRegistry());
        TypeProto.Tensor tensor = value.getType().getTensorType();
        List<Long> dims = tensor.getShape().getDimList().stream()
                .map(GraphSignature::size)
                .toList();
        return new Value(value.getName(), tensor.getElemType(), dims);
    }

    private static long size(TensorShapeProto.Dimension dimension) {
        return dimension.hasDimValue() ? dimension.getDimValue() : -1;
    }
}
