package ai.graft.serving.onnx;

import static ai.graft.serving.onnx.GraphBuilder.decimal;
import static ai.graft.serving.onnx.GraphBuilder.integer;

import ai.graft.model.config.Activation;
import ai.graft.model.config.ModelConfig;
import ai.graft.model.network.DropoutSite;
import ai.graft.model.network.Init;
import ai.graft.model.network.Ops;
import ai.graft.model.network.Positions;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What both flavours of a graph write alike: tables, norms and activations of operators of opset 17, and which products are
 * quantised. A tensor is the name of a value, or of a weight.
 *
 * <p>In int8 the products of the encoder's layers are quantised, where nearly all the work is; what stands before and behind
 * them, tables and heads, stays in fp32. In fp16 for GPUs every value that is no integer is in fp16.
 */
abstract class GraphOps implements Ops<String> {
    final GraphBuilder graph;
    final ModelConfig config;
    final GraphWeights weights;
    private final Products exact;
    private final Products inLayers;
    private boolean inLayer;
    private @Nullable String zeros;
    private Positions positions = new Positions.Sequential();

    GraphOps(GraphBuilder graph, ModelConfig config, GraphWeights weights, ExportOptions options) {
        this.graph = graph;
        this.config = config;
        this.weights = weights;
        this.exact = Products.exact(graph, weights);
        this.inLayers = options.precision() == ExportPrecision.INT8 ? Products.int8(graph, weights, options) : exact;
    }

    /** Axes of a value that has a row for each token. */
    abstract List<String> tokenAxes();

    /** How the network counts positions, once it has run. */
    final Positions positions() {
        return positions;
    }

    /** Ids of this name, one a token. */
    final String ids(String name) {
        return graph.input(name, tokenAxes().toArray(String[]::new));
    }

    /** x·Wᵀ of a linear layer's weight W. */
    final String product(String x, String weight) {
        return (inLayer && !weights.kept(weight) ? inLayers : exact).of(x, weight);
    }

    @Override
    public final String inputIds() {
        return ids("input_ids");
    }

    /** No input where there is but one type: then a caller has nothing to say. */
    @Override
    public final String tokenTypeIds() {
        return config.typeVocabSize() > 1 ? ids("token_type_ids") : zeros();
    }

    /** The mean (B, 1, H) of values (B, S, H) where {@code real} (B, 1, S) is 1; of none 0. */
    final String mean(String real, String x) {
        String count = graph.node("ReduceSum", List.of(real, graph.vector(2))); // (B, 1, 1)
        String divisor = graph.node("Max", List.of(count, graph.scalar(1f)));
        return graph.node("MatMul", List.of(graph.node("Div", List.of(real, divisor)), x));
    }

    /** A zero a token. */
    final String zeros() {
        if (zeros == null) {
            zeros = graph.node("Mul", List.of(inputIds(), graph.scalar(0L)));
        }
        return zeros;
    }

    @Override
    public final String weight(String name, Init init, int... shape) {
        return weights.declare(name, shape);
    }

    @Override
    public final String embedding(String ids, String table, int padRow) {
        return weights.rows(table, ids);
    }

    @Override
    public final String positionEmbedding(Positions counted, String table) {
        positions = counted;
        return weights.rows(table, positionIds(counted));
    }

    /** The row of the position table for each token. */
    abstract String positionIds(Positions counted);

    @Override
    public String layerNorm(String x, String weight, String bias, double eps) {
        return graph.node(
                "LayerNormalization",
                List.of(x, weights.vector(weight), weights.vector(bias)),
                integer("axis", -1),
                decimal("epsilon", eps));
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
    abstract String gelu(String x);

    /** ½x·(1 + tanh(√(2/π)·(x + 0.044715x³))) */
    abstract String geluTanh(String x);

    @Override
    public String add(String a, String b) {
        return graph.node("Add", List.of(a, b));
    }

    @Override
    public final String dropout(String x, DropoutSite site) {
        return x;
    }

    @Override
    public final String layer(int index, String x, UnaryOperator<String> body) {
        inLayer = true;
        String y = body.apply(x);
        inLayer = false;
        return y;
    }
}
