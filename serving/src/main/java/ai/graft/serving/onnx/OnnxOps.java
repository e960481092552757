package ai.graft.serving.onnx;

import static ai.graft.serving.onnx.GraphBuilder.decimal;
import static ai.graft.serving.onnx.GraphBuilder.integer;
import static ai.graft.serving.onnx.GraphBuilder.integers;

import ai.graft.model.config.Activation;
import ai.graft.model.config.ModelConfig;
import ai.graft.model.network.Attention;
import ai.graft.model.network.DropoutSite;
import ai.graft.model.network.Init;
import ai.graft.model.network.Ops;
import ai.graft.model.network.Positions;
import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes a network as operators of opset 17, in the patterns that ONNX Runtime's optimizer fuses. A tensor is the name of a
 * value, or of a weight.
 *
 * <p>Every value keeps the named axes {@code batch} and {@code sequence}: the optimizer fuses an Add with the
 * LayerNormalization behind it only where it can see that both summands have one shape. So positions are counted by CumSum
 * along the ids instead of cut out of a table (Slice gives an axis without a name), and heads are split by Reshape with zeros,
 * which keep an axis.
 */
final class OnnxOps implements Ops<String> {
    private final GraphBuilder graph;
    private final ModelConfig config;
    private final Function<String, ByteBuffer> elements;
    private final Map<String, List<Integer>> shapes = new HashMap<>();
    private @Nullable String zeros;
    private @Nullable String mask;

    /**
     * @param elements of a weight by name, float32 in row order, little-endian; asked for when the graph is written
     */
    OnnxOps(GraphBuilder graph, ModelConfig config, Function<String, ByteBuffer> elements) {
        this.graph = graph;
        this.config = config;
        this.elements = elements;
    }

    @Override
    public String inputIds() {
        return graph.input("input_ids");
    }

    /** No input where there is but one type: then a caller has nothing to say. */
    @Override
    public String tokenTypeIds() {
        return config.typeVocabSize() > 1 ? graph.input("token_type_ids") : zeros();
    }

    /** (B, S) */
    private String zeros() {
        if (zeros == null) {
            zeros = graph.node("Mul", List.of(inputIds(), graph.scalar(0L)));
        }
        return zeros;
    }

    /** 0 for a token and the most negative float for padding, finite so that a row of padding gives no NaN: (B, 1, 1, S). */
    private String mask() {
        if (mask == null) {
            String wide = graph.node("Unsqueeze", List.of(graph.input("attention_mask"), graph.vector(1, 2)));
            String real = graph.node("Cast", List.of(wide), type(TensorProto.DataType.FLOAT));
            mask = graph.node(
                    "Mul", List.of(graph.node("Sub", List.of(graph.scalar(1f), real)), graph.scalar(-Float.MAX_VALUE)));
        }
        return mask;
    }

    @Override
    public String weight(String name, Init init, int... shape) {
        shapes.put(name, IntStream.of(shape).boxed().toList());
        return name;
    }

    private List<Integer> shape(String weight) {
        List<Integer> shape = shapes.get(weight);
        if (shape == null) {
            throw new IllegalStateException("'" + weight + "' is no weight");
        }
        return shape;
    }

    /** The weight as the checkpoint has it. */
    private String stored(String weight) {
        return graph.add(Initializer.ofFloats(weight, shape(weight), () -> elements.apply(weight)));
    }

    /** A linear layer's weight as MatMul wants it: (in, out). */
    private String transposed(String weight) {
        if (graph.holds(weight)) { // a table that serves as decoder too, and should not stand in the file twice
            return graph.node("Transpose", List.of(weight), integers("perm", 1, 0));
        }
        int rows = shape(weight).get(0);
        int columns = shape(weight).get(1);
        return graph.add(Initializer.ofFloats(
                weight + ".transposed",
                List.of(columns, rows),
                () -> transpose(elements.apply(weight).asFloatBuffer(), rows, columns)));
    }

    private static ByteBuffer transpose(FloatBuffer matrix, int rows, int columns) {
        ByteBuffer bytes = Initializer.littleEndian(Math.multiplyExact(Math.multiplyExact(rows, columns), 4));
        FloatBuffer out = bytes.asFloatBuffer();
        for (int c = 0; c < columns; c++) {
            for (int r = 0; r < rows; r++) {
                out.put(matrix.get(r * columns + c));
            }
        }
        return bytes;
    }

    @Override
    public String embedding(String ids, String table, int padRow) {
        return graph.node("Gather", List.of(stored(table), ids));
    }

    @Override
    public String positionEmbedding(Positions positions, String table) {
        if (positions instanceof Positions.AfterPadding after) {
            String pad = graph.scalar((long) after.padTokenId());
            String real = graph.node(
                    "Cast",
                    List.of(graph.node("Not", List.of(graph.node("Equal", List.of(inputIds(), pad))))),
                    type(TensorProto.DataType.INT64));
            String count = graph.node("CumSum", List.of(real, graph.scalar(1L)));
            return embedding(
                    graph.node("Add", List.of(graph.node("Mul", List.of(count, real)), pad)),
                    table,
                    after.padTokenId());
        }
        String ones = graph.node("Add", List.of(zeros(), graph.scalar(1L)));
        return embedding(
                graph.node("CumSum", List.of(ones, graph.scalar(1L)), integer("exclusive", 1)), table); // 0, 1, 2, …
    }

    @Override
    public String linear(String x, String weight, String bias) {
        return graph.node("Add", List.of(graph.node("MatMul", List.of(x, transposed(weight))), stored(bias)));
    }

    @Override
    public String layerNorm(String x, String weight, String bias, double eps) {
        return graph.node(
                "LayerNormalization",
                List.of(x, stored(weight), stored(bias)),
                integer("axis", -1),
                decimal("epsilon", eps));
    }

    @Override
    public String attention(String query, String key, String value, Attention spec) {
        int size = config.hiddenSize() / spec.heads();
        String q = heads(query, spec.heads(), size, 0, 2, 1, 3); // (B, A, Q, D)
        String k = heads(key, spec.heads(), size, 0, 2, 3, 1); // (B, A, D, S)
        String v = heads(value, spec.heads(), size, 0, 2, 1, 3); // (B, A, S, D)
        String scores = graph.node("MatMul", List.of(q, k)); // (B, A, Q, S)
        String scaled = graph.node("Div", List.of(scores, graph.scalar((float) Math.sqrt(size))));
        String masked = graph.node("Add", List.of(scaled, mask()));
        String weights = graph.node("Softmax", List.of(masked), integer("axis", -1));
        String context = graph.node("MatMul", List.of(weights, v)); // (B, A, Q, D)
        String rows = graph.node("Transpose", List.of(context), integers("perm", 0, 2, 1, 3));
        return graph.node("Reshape", List.of(rows, graph.vector(0, 0, config.hiddenSize())));
    }

    private String heads(String x, int heads, int size, long... order) {
        String split = graph.node("Reshape", List.of(x, graph.vector(0, 0, heads, size)));
        return graph.node("Transpose", List.of(split), integers("perm", order));
    }

    @Override
    public String activation(String x, Activation function) {
        return switch (function) {
            case GELU -> gelu(x);
            case GELU_TANH -> geluTanh(x);
            case RELU -> graph.node("Relu", List.of(x));
            case SILU -> graph.node("Mul", List.of(x, graph.node("Sigmoid", List.of(x))));
            case TANH -> graph.node("Tanh", List.of(x));
        };
    }

    /** x·(erf(x/√2) + 1)·½ */
    private String gelu(String x) {
        String erf = graph.node("Erf", List.of(graph.node("Div", List.of(x, graph.scalar((float) Math.sqrt(2))))));
        String factor = graph.node("Add", List.of(erf, graph.scalar(1f)));
        return graph.node("Mul", List.of(graph.node("Mul", List.of(x, factor)), graph.scalar(0.5f)));
    }

    /** ½x·(1 + tanh(√(2/π)·(x + 0.044715x³))) */
    private String geluTanh(String x) {
        String cube = graph.node("Pow", List.of(x, graph.scalar(3f)));
        String inner = graph.node("Add", List.of(x, graph.node("Mul", List.of(cube, graph.scalar(0.044715f)))));
        String tanh = graph.node("Tanh", List.of(graph.node("Mul", List.of(inner, graph.scalar((float)
                Math.sqrt(2 / Math.PI))))));
        String factor = graph.node("Add", List.of(tanh, graph.scalar(1f)));
        return graph.node("Mul", List.of(graph.node("Mul", List.of(x, graph.scalar(0.5f))), factor));
    }

    @Override
    public String add(String a, String b) {
        return graph.node("Add", List.of(a, b));
    }

    @Override
    public String dropout(String x, DropoutSite site) {
        return x;
    }

    /** By Gather, whose axis of one index has a known size. */
    @Override
    public String firstToken(String x) {
        return graph.node("Gather", List.of(x, graph.vector(0)), integer("axis", 1));
    }

    @Override
    public String squeezeToken(String x) {
        return graph.node("Squeeze", List.of(x, graph.vector(1)));
    }

    @Override
    public String layer(int index, String x, UnaryOperator<String> body) {
        return body.apply(x);
    }

    private static AttributeProto type(TensorProto.DataType type) {
        return integer("to", type.getNumber());
    }
}
