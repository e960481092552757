package ai.graft.serving.onnx;

import static ai.graft.serving.onnx.GraphBuilder.integer;
import static ai.graft.serving.onnx.GraphBuilder.integers;

import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How a graph multiplies by the weights of linear layers. */
@FunctionalInterface
interface Products {
    /** Below it a row of zeros would be divided by zero. */
    float SMALLEST_MAXIMUM = 1e-9f;

    /** x·Wᵀ of a linear layer's weight W, without its bias. */
    String of(String x, String weight);

    /** In floats: those of the graph, or in fp32 between conversions where the weight is kept in it. */
    static Products exact(GraphBuilder graph, GraphWeights weights) {
        return (x, weight) -> {
            String matrix = weights.transposed(weight);
            if (weights.computed(weight) == graph.floats()) {
                return graph.node("MatMul", List.of(x, matrix));
            }
            String wide = graph.cast(x, weights.computed(weight));
            return graph.cast(graph.node("MatMul", List.of(wide, matrix)), graph.floats());
        };
    }

    /** In eight bits, as the options say. */
    static Products int8(GraphBuilder graph, GraphWeights weights, ExportOptions options) {
        return switch (options.int8Scale()) {
            case TOKEN -> byToken(graph, weights);
            case TENSOR -> byTensor(graph, weights);
        };
    }

    /**
     * A scale for each token, so that no text's answer depends on the others in its batch: for x (T, in) the largest
     * magnitude of a row becomes 127, on both sides of the zero point 128.
     */
    private static Products byToken(GraphBuilder graph, GraphWeights weights) {
        Map<String, Quantised> quantised = new HashMap<>();
        return (x, weight) -> {
            Quantised rows = quantised.computeIfAbsent(x, name -> rows(graph, name));
            GraphWeights.Eight eight = weights.eight(weight);
            String product = graph.microsoft(
                    "MatMulIntegerToFloat",
                    List.of(
                            rows.values(),
                            eight.values(),
                            graph.scalar(1f),
                            eight.scales(),
                            rows.zero(),
                            eight.zeros()));
            return graph.node("Mul", List.of(product, rows.scale()));
        };
    }

    private static Quantised rows(GraphBuilder graph, String x) {
        String highest = graph.node("ReduceMax", List.of(x), integers("axes", 1), integer("keepdims", 0));
        String lowest = graph.node("ReduceMin", List.of(x), integers("axes", 1), integer("keepdims", 0));
        String largest =
                graph.node("Max", List.of(highest, graph.node("Neg", List.of(lowest)), graph.scalar(SMALLEST_MAXIMUM)));
        String scale = graph.node("Mul", List.of(largest, graph.scalar(1f / 127)));
        // QuantizeLinear along an axis wants as many zero points as scales.
        String zeros = graph.node("Expand", List.of(graph.middle(List.of(1)), graph.node("Shape", List.of(scale))));
        String values = graph.node("QuantizeLinear", List.of(x, scale, zeros), integer("axis", 0));
        return new Quantised(values, graph.node("Unsqueeze", List.of(scale, graph.vector(1))), graph.middle(List.of()));
    }

    /** One scale for all of x, in ONNX's own operators and the pattern that ONNX Runtime fuses, a bias behind it included. */
    private static Products byTensor(GraphBuilder graph, GraphWeights weights) {
        Map<String, Quantised> quantised = new HashMap<>();
        return (x, weight) -> {
            Quantised whole = quantised.computeIfAbsent(x, name -> whole(graph, name));
            GraphWeights.Eight eight = weights.eight(weight);
            String product =
                    graph.node("MatMulInteger", List.of(whole.values(), eight.values(), whole.zero(), eight.zeros()));
            String floats = graph.cast(product, TensorProto.DataType.FLOAT);
            return graph.node("Mul", List.of(floats, graph.node("Mul", List.of(whole.scale(), eight.scales()))));
        };
    }

    private static Quantised whole(GraphBuilder graph, String x) {
        List<String> values = graph.nodes("", "DynamicQuantizeLinear", List.of(x), 3);
        return new Quantised(values.get(0), values.get(1), values.get(2));
    }

    /** Activations in unsigned bytes, by which they are multiplied, and the byte that means zero. */
    record Quantised(String values, String scale, String zero) {}
}
