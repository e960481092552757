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
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Writes a network for ONNX Runtime on the CPU: its own fused operators, and no work on padding. The rows of a value are the
 * tokens of all texts, one after the other (T, H), or the first tokens of the texts (B, H).
 *
 * <p>Only attention looks at texts: {@code unpack} (B, S) names the row of each token of a text, 0 where the text has ended,
 * {@code lengths} (B) how many of them are read, and {@code pack} (T) leads back. {@code first} (B) names the rows of the
 * first tokens.
 *
 * <p>Fusion by looking back: what a value was computed from is remembered, and an operator that can take it all takes it: a
 * norm the sum before it with the bias of its summand, GELU the bias, attention three products as one. What was written
 * singly meanwhile is needed by no output and left out.
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

    /** A linear layer's value before its bias, and what it was made of. */
    private record Linear(String x, String product, String weight, String bias) {}

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
        String product = product(x, List.of(weight));
        String y = like(x, graph.node("Add", List.of(product, weights.vector(bias))));
        linears.put(y, new Linear(x, product, weight, bias));
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
        return withBias("BiasGelu", x).orElseGet(() -> graph.microsoft("Gelu", List.of(x)));
    }

    /** Microsoft's fast GELU is this very formula. */
    @Override
    String geluTanh(String x) {
        return withBias("FastGelu", x).orElseGet(() -> graph.microsoft("FastGelu", List.of(x)));
    }

    private Optional<String> withBias(String operator, String x) {
        return Optional.ofNullable(linears.get(x))
                .map(linear -> graph.microsoft(operator, List.of(linear.product(), weights.vector(linear.bias()))));
    }

    @Override
    public String attention(String query, String key, String value, Attention spec) {
        boolean narrow = firsts.contains(query);
        List<String> inputs = new ArrayList<>();
        if (narrow) {
            inputs.add(graph.node("Unsqueeze", List.of(query, graph.vector(1)))); // (B, 1, H)
            inputs.addAll(unpacked(List.of(key, value)));
        } else {
            inputs.addAll(unpacked(List.of(query, key, value)));
        }
        inputs.add(""); // no bias
        inputs.add(graph.input("lengths", TensorProto.DataType.INT32, BATCH));
        String context = graph.microsoft("MultiHeadAttention", inputs, integer("num_heads", spec.heads())); // (B, Q, H)
        String rows = graph.node("Reshape", List.of(context, graph.vector(-1, config.hiddenSize())));
        return narrow ? like(query, rows) : graph.node("Gather", List.of(rows, graph.input("pack", TOKENS)));
    }

    /** Values (T, H) by text: (B, S, H). Linear layers of one input become one product, and are unpacked as one. */
    private List<String> unpacked(List<String> values) {
        String unpack = graph.input("unpack", BATCH, SEQUENCE);
        List<Linear> parts = values.stream()
                .flatMap(value -> Stream.ofNullable(linears.get(value)))
                .toList();
        if (parts.size() < values.size()
                || parts.stream().map(Linear::x).distinct().count() > 1
                || parts.stream()
                                .map(part -> weights.kept(part.weight()))
                                .distinct()
                                .count()
                        > 1) {
            return values.stream()
                    .map(value -> graph.node("Gather", List.of(value, unpack)))
                    .toList();
        }
        String product =
                product(parts.get(0).x(), parts.stream().map(Linear::weight).toList());
        String bias = weights.vector(parts.stream().map(Linear::bias).toList());
        String merged = graph.node("Gather", List.of(graph.node("Add", List.of(product, bias)), unpack));
        return graph.nodes("", "Split", List.of(merged), values.size(), integer("axis", 2));
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

    @Override
    public String squeezeToken(String x) {
        return x;
    }
}
