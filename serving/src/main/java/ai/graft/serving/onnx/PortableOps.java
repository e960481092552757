package ai.graft.serving.onnx;

import static ai.graft.serving.onnx.GraphBuilder.BATCH;
import static ai.graft.serving.onnx.GraphBuilder.SEQUENCE;
import static ai.graft.serving.onnx.GraphBuilder.integer;
import static ai.graft.serving.onnx.GraphBuilder.integers;

import ai.graft.model.config.ModelConfig;
import ai.graft.model.network.Attention;
import ai.graft.model.network.Positions;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes a network as operators of opset 17, in the patterns that ONNX Runtime's optimizer fuses.
 *
 * <p>Every value keeps the named axes {@code batch} and {@code sequence}: the optimizer fuses an Add with the
 * LayerNormalization behind it only where it can see that both summands have one shape. So positions are counted by CumSum
 * along the ids instead of cut out of a table (Slice gives an axis without a name), and heads are split by Reshape with zeros,
 * which keep an axis.
 */
final class PortableOps extends GraphOps {
    /** Half of the most negative fp16: a score beside it stays finite, and its exponential is 0. */
    private static final float HALF_LOWEST = -32752;

    private @Nullable String mask;

    PortableOps(GraphBuilder graph, ModelConfig config, GraphWeights weights, ExportOptions options) {
        super(graph, config, weights, options);
    }

    @Override
    List<String> tokenAxes() {
        return List.of(BATCH, SEQUENCE);
    }

    /** 0 for a token and the {@link #lowest} number for padding: (B, 1, 1, S). */
    private String mask() {
        if (mask == null) {
            String wide = graph.node("Unsqueeze", List.of(ids("attention_mask"), graph.vector(1, 2)));
            String real = graph.cast(wide, graph.floats());
            mask = graph.node(
                    "Mul", List.of(graph.node("Sub", List.of(graph.scalar(1f), real)), graph.scalar(lowest())));
        }
        return mask;
    }

    /** Finite, with a score added too, so that a row of padding gives no NaN. */
    private float lowest() {
        return graph.floats() == TensorProto.DataType.FLOAT16 ? HALF_LOWEST : -Float.MAX_VALUE;
    }

    @Override
    String positionIds(Positions counted) {
        if (counted instanceof Positions.AfterPadding after) {
            String pad = graph.scalar((long) after.padTokenId());
            String token = graph.node("Not", List.of(graph.node("Equal", List.of(inputIds(), pad))));
            String real = graph.cast(token, TensorProto.DataType.INT64);
            String count = graph.node("CumSum", List.of(real, graph.scalar(1L)));
            return graph.node("Add", List.of(graph.node("Mul", List.of(count, real)), pad));
        }
        String ones = graph.node("Add", List.of(zeros(), graph.scalar(1L)));
        return graph.node("CumSum", List.of(ones, graph.scalar(1L)), integer("exclusive", 1)); // 0, 1, 2, …
    }

    @Override
    public String linear(String x, String weight, String bias) {
        return graph.node("Add", List.of(product(x, weight), weights.vector(bias)));
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
    String gelu(String x) {
        String erf = graph.node("Erf", List.of(graph.node("Div", List.of(x, graph.scalar((float) Math.sqrt(2))))));
        String factor = graph.node("Add", List.of(erf, graph.scalar(1f)));
        return graph.node("Mul", List.of(graph.node("Mul", List.of(x, factor)), graph.scalar(0.5f)));
    }

    @Override
    String geluTanh(String x) {
        String cube = graph.node("Pow", List.of(x, graph.scalar(3f)));
        String inner = graph.node("Add", List.of(x, graph.node("Mul", List.of(cube, graph.scalar(0.044715f)))));
        String tanh = graph.node("Tanh", List.of(graph.node("Mul", List.of(inner, graph.scalar((float)
                Math.sqrt(2 / Math.PI))))));
        String factor = graph.node("Add", List.of(tanh, graph.scalar(1f)));
        return graph.node("Mul", List.of(graph.node("Mul", List.of(x, graph.scalar(0.5f))), factor));
    }

    /** By Gather, whose axis of one index has a known size. */
    @Override
    public String firstToken(String x) {
        return graph.node("Gather", List.of(x, graph.vector(0)), integer("axis", 1));
    }

    @Override
    public String meanToken(String x) {
        String wide = graph.node("Unsqueeze", List.of(ids("attention_mask"), graph.vector(1)));
        return mean(graph.cast(wide, graph.floats()), x);
    }

    @Override
    public String squeezeToken(String x) {
        return graph.node("Squeeze", List.of(x, graph.vector(1)));
    }
}
