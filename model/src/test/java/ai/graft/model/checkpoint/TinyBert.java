package ai.graft.model.checkpoint;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * A BERT encoder of one layer as ONNX: vocabulary 5, hidden 4, two heads, 6 between, 8 positions, 2 token types. Only
 * what the importer looks at is there; the graph does not compute anything.
 */
final class TinyBert {
    /** How a linear layer is written; in all, W has the shape [out, in]. */
    enum Linear {
        /** x W^T with an anonymous weight: PyTorch's exporter with constant folding. */
        MATMUL,
        /** The same, with the weight's name on the transposed matrix. */
        NAMED_MATMUL,
        /** PyTorch's exporter for two-dimensional inputs. */
        GEMM,
        /** PyTorch's exporter without constant folding. */
        TRANSPOSE
    }

    private static final List<String> LINEARS = List.of(
            "attention.self.query",
            "attention.self.key",
            "attention.self.value",
            "attention.output.dense",
            "intermediate.dense",
            "output.dense");

    final Map<String, float[]> weights = new LinkedHashMap<>();
    final GraphProto.Builder graph = GraphProto.newBuilder();
    private final Set<String> omitted = new HashSet<>();
    private final Random random = new Random(7);
    private final String prefix;
    private final Linear form;
    private int types = 2;
    private int positions = 8;
    private List<String> activation = List.of("Erf");

    TinyBert(String prefix, Linear form) {
        this.prefix = prefix;
        this.form = form;
    }

    TinyBert omit(String name) {
        omitted.add(name);
        return this;
    }

    TinyBert activation(String... operators) {
        activation = List.of(operators);
        return this;
    }

    TinyBert positionsAndTypes(int newPositions, int newTypes) {
        positions = newPositions;
        types = newTypes;
        return this;
    }

    byte[] bytes() {
        named("embeddings.word_embeddings.weight", 5, 4);
        named("embeddings.position_embeddings.weight", positions, 4);
        named("embeddings.token_type_embeddings.weight", types, 4);
        norm("embeddings.LayerNorm");
        for (String linear : LINEARS) {
            int out = linear.startsWith("intermediate") ? 6 : 4;
            int in = linear.equals("output.dense") ? 6 : 4;
            linear("encoder.layer.0." + linear, out, in);
        }
        norm("encoder.layer.0.attention.output.LayerNorm");
        norm("encoder.layer.0.output.LayerNorm");
        initializer("heads", longs(0, 0, 2, 2));
        node("Reshape", "reshaped", "encoder.layer.0.attention.self.query.sum", "heads");
        for (int i = 0; i < activation.size(); i++) {
            node(activation.get(i), "activated" + (i + 1), "activated" + i);
        }
        return ModelProto.newBuilder().setIrVersion(8).setGraph(graph).build().toByteArray();
    }

    /** Adds a float initializer under a whole name. */
    TinyBert extra(String name, int... shape) {
        float[] values = values(shape);
        graph.addInitializer(floats(name, values, shape));
        return this;
    }

    NodeProto.Builder node(String type, String output, String... inputs) {
        return graph.addNodeBuilder().setOpType(type).addOutput(output).addAllInput(List.of(inputs));
    }

    private void norm(String name) {
        named(name + ".weight", 4);
        named(name + ".bias", 4);
        node("LayerNormalization", name, prefix + name + ".weight", prefix + name + ".bias")
                .addAttribute(AttributeProto.newBuilder().setName("epsilon").setF(1e-12f));
    }

    private void linear(String name, int out, int in) {
        named(name + ".bias", out);
        float[] weight = values(out, in);
        weights.put(name + ".weight", weight);
        String named = prefix + name + ".weight";
        String anonymous = "onnx::MatMul_" + graph.getNodeCount();
        switch (form) {
            case MATMUL -> product(name, anonymous, floats(anonymous, transposed(weight, out, in), in, out));
            case NAMED_MATMUL -> product(name, named, floats(named, transposed(weight, out, in), in, out));
            case TRANSPOSE -> {
                node("Transpose", name + ".turned", named);
                product(name, name + ".turned", floats(named, weight, out, in));
            }
            case GEMM -> {
                initializer(named, floats(named, weight, out, in));
                node("Gemm", name + ".sum", name + ".input", named, prefix + name + ".bias")
                        .addAttribute(
                                AttributeProto.newBuilder().setName("transB").setI(1));
            }
        }
    }

    private void product(String name, String weight, TensorProto tensor) {
        initializer(tensor.getName(), tensor);
        if (!omitted.contains(name + ".MatMul")) {
            node("MatMul", name + ".product", name + ".input", weight);
        }
        node("Add", name + ".sum", prefix + name + ".bias", name + ".product");
    }

    private void named(String name, int... shape) {
        float[] values = values(shape);
        weights.put(name, values);
        initializer(name, floats(prefix + name, values, shape));
    }

    private void initializer(String name, TensorProto tensor) {
        if (!omitted.contains(name)) {
            graph.addInitializer(tensor.toBuilder().setName(name.equals("heads") ? name : tensor.getName()));
        }
    }

    private float[] values(int... shape) {
        float[] values = new float[Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static float[] transposed(float[] matrix, int rows, int columns) {
        float[] turned = new float[matrix.length];
        for (int i = 0; i < matrix.length; i++) {
            turned[i % columns * rows + i / columns] = matrix[i];
        }
        return turned;
    }

    private static TensorProto longs(long... values) {
        return TensorProto.newBuilder()
                .setDataType(TensorProto.DataType.INT64_VALUE)
                .addDims(values.length)
                .addAllInt64Data(LongStream.of(values).boxed().toList())
                .build();
    }

    private static TensorProto floats(String name, float[] values, int... shape) {
        ByteBuffer raw = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        raw.asFloatBuffer().put(values);
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName(name)
                .setDataType(TensorProto.DataType.FLOAT_VALUE)
                .setRawData(ByteString.copyFrom(raw));
        for (int extent : shape) {
            tensor.addDims(extent);
        }
        return tensor.build();
    }
}
