package ai.graft.serving.onnx;

import static ai.graft.serving.onnx.GraphBuilder.BATCH;
import static ai.graft.serving.onnx.GraphBuilder.SEQUENCE;
import static ai.graft.serving.onnx.GraphBuilder.TOKENS;
import static ai.graft.serving.onnx.GraphBuilder.decimal;
import static ai.graft.serving.onnx.GraphBuilder.integer;

import ai.graft.model.config.Activation;
import ai.graft.model.config.ModelConfig;
import ai.graft.model.network.Attention;
import ai.graft.model.network.Positions;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes a network for ONNX Runtime on the CPU: its own fused operators, and no work on padding. The rows of a value are the
 * tokens of all texts, one after the other (T, H), or the first tokens of the texts (B, H).
 *
 * <p>Only attention looks at texts: {@code unpack} (B, S) names the row of each token of a text, 0 where the text has ended,
 * {@code lengths} (B) how many of them are read, and {@code pack} (T) leads back. {@code first} (B) names the rows of the
 * first tokens.
 *
 * <p>Fusion by looking back: what a value was computed from is remembered, and a norm takes the sum before it with the bias
 * of its summand. What was written singly meanwhile is needed by no output and left out. Other biases are added behind their
 * products, where the runtime takes most of them into these, as rows, which it does not take into GELU: its GELU with a bias
 * is half as fast.
 *
 * @see <a href="https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md">Contrib operators</a>
 */
final class OrtOps extends GraphOps {
    private final Map<String, Linear> linears = new HashMap<>();
    private final Map<String, Sum> sums = new HashMap<>();
    private final Set<String> firsts = new HashSet<>();

    OrtOps(GraphBuilder graph, ModelConfig config, GraphWeights weights, ExportOptions options) {
        super(graph, config, weights, options);
    }

    /** What a linear layer's value is the sum of. */
    private record Linear(String product, String bias) {}

    private record Sum(String a, String b) {}

    @Override
    List<String> tokenAxes() {
        return List.of(TOKENS);
    }

    /** Counted by the caller, who knows where a row began before it was packed. */
    @Override
    String positionIds(Positions counted) {
        return ids("position_ids");
    }

    /** {@code y}, which has the rows of {@code x}. */
    private String like(String x, String y) {
        if (firsts.contains(x)) {
            firsts.add(y);
        }
        return y;
    }

    @Override
    public String linear(String x, String weight, String bias) {
        String product = product(x, weight);
        String y = like(x, graph.node("Add", List.of(product, weights.row(bias))));
        linears.put(y, new Linear(product, bias));
        return y;
    }

    @Override
    public String add(String a, String b) {
        String y = like(a, super.add(a, b));
        sums.put(y, linears.containsKey(a) ? new Sum(a, b) : new Sum(b, a));
        return y;
    }

    @Override
    public String layerNorm(String x, String weight, String bias, double eps) {
        Sum sum = sums.get(x);
        if (sum == null) {
            return like(x, super.layerNorm(x, weight, bias, eps));
        }
        Linear update = linears.get(sum.a());
        List<String> from = new ArrayList<>(List.of(
                update == null ? sum.a() : update.product(), sum.b(), weights.vector(weight), weights.vector(bias)));
        if (update != null) {
            from.add(weights.vector(update.bias()));
        }
        return like(x, graph.microsoft("SkipLayerNormalization", from, decimal("epsilon", eps)));
    }

    @Override
    public String activation(String x, Activation function) {
        return like(x, super.activation(x, function));
    }

    @Override
    String gelu(String x) {
        return graph.microsoft("Gelu", List.of(x));
    }

    /** Microsoft's fast GELU is this very formula. */
    @Override
    String geluTanh(String x) {
        return graph.microsoft("FastGelu", List.of(x));
    }

    @Override
    public String attention(String query, String key, String value, Attention spec) {
        boolean narrow = firsts.contains(query);
        List<String> inputs = new ArrayList<>(List.of(
                narrow ? graph.node("Unsqueeze", List.of(query, graph.vector(1))) : unpacked(query), // (B, Q, H)
                unpacked(key),
                unpacked(value)));
        inputs.add(""); // no bias
        inputs.add(lengths());
        String context = graph.microsoft("MultiHeadAttention", inputs, integer("num_heads", spec.heads())); // (B, Q, H)
        String rows = graph.node("Reshape", List.of(context, graph.vector(-1, config.hiddenSize())));
        return narrow ? like(query, rows) : graph.node("Gather", List.of(rows, graph.input("pack", TOKENS)));
    }

    private String lengths() {
        return graph.input("lengths", TensorProto.DataType.INT32, BATCH);
    }

    private String unpack() {
        return graph.input("unpack", BATCH, SEQUENCE);
    }

    /** A value (T, H) by text: (B, S, H). */
    private String unpacked(String value) {
        return graph.node("Gather", List.of(value, unpack()));
    }

    @Override
    public String firstToken(String x) {
        if (firsts.contains(x)) {
            return x;
        }
        String first = graph.node("Gather", List.of(x, graph.input("first", BATCH)));
        firsts.add(first);
        return first;
    }

    /** Rows (B, H), as the first tokens'. */
    @Override
    public String meanToken(String x) {
        String lengths = graph.node("Unsqueeze", List.of(lengths(), graph.vector(1)));
        String ones =
                graph.node("Add", List.of(graph.node("Mul", List.of(unpack(), graph.scalar(0L))), graph.scalar(1L)));
        String places = graph.node("CumSum", List.of(ones, graph.scalar(1L))); // (B, S): 1, 2, 3, …
        String wide = graph.cast(lengths, TensorProto.DataType.INT64);
        String real = graph.node("Not", List.of(graph.node("Greater", List.of(places, wide))));
        String row = graph.node("Unsqueeze", List.of(graph.cast(real, graph.floats()), graph.vector(1)));
        String mean = graph.node("Squeeze", List.of(mean(row, unpacked(x)), graph.vector(1)));
        firsts.add(mean);
        return mean;
    }

    @Override
    public String squeezeToken(String x) {
        return x;
    }
}
