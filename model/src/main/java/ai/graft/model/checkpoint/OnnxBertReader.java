package ai.graft.model.checkpoint;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the weights of a BERT encoder in the graph that PyTorch's exporter made of it.
 *
 * <p>Embeddings, layer norms and biases keep their names there. The weights of linear layers do not ({@code
 * onnx::MatMul_885}) and are transposed: each is found as the other input of the product that its bias is added to.
 * Sizes that no shape tells (heads, epsilon, activation) are read off the nodes.
 */
final class OnnxBertReader {
    private static final String WORDS = "embeddings.word_embeddings.weight";
    private static final List<String> TABLES = List.of(
            WORDS,
            "embeddings.position_embeddings.weight",
            "embeddings.token_type_embeddings.weight",
            "embeddings.LayerNorm.weight",
            "embeddings.LayerNorm.bias");
    private static final List<String> LINEARS = List.of(
            "attention.self.query",
            "attention.self.key",
            "attention.self.value",
            "attention.output.dense",
            "intermediate.dense",
            "output.dense");
    private static final List<String> NORMS = List.of("attention.output.LayerNorm", "output.LayerNorm");
    private static final int TILE = 32;

    private final OnnxGraph graph;
    private final String prefix;
    private final Set<TensorProto> used = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Map<String, Tensor> tensors = new LinkedHashMap<>();

    private OnnxBertReader(OnnxGraph graph) {
        this.graph = graph;
        this.prefix = prefix(graph);
    }

    /**
     * Takes the encoder out of a graph.
     *
     * @throws CheckpointException if the graph is quantized, optimized, of another architecture, lacks a weight, or has
     *     weights that no part of the encoder uses
     */
    static ImportedEncoder read(OnnxGraph graph) {
        refuseRewritten(graph);
        return new OnnxBertReader(graph).run();
    }

    private ImportedEncoder run() {
        TABLES.forEach(this::takeNamed);
        int layers = countLayers();
        for (int i = 0; i < layers; i++) {
            String layer = "encoder.layer." + i + ".";
            LINEARS.forEach(linear -> takeLinear(layer + linear));
            NORMS.forEach(norm -> {
                takeNamed(layer + norm + ".weight");
                takeNamed(layer + norm + ".bias");
            });
        }
        if (graph.constant(prefix + "pooler.dense.bias").isPresent()) {
            takeLinear("pooler.dense");
        }
        refuseUnused();
        refuseShiftedPositions();
        return new ImportedEncoder(tensors, layers, heads(), activation(), layerNormEps());
    }

    private static void refuseRewritten(OnnxGraph graph) {
        for (NodeProto node : graph.nodes()) {
            String type = node.getOpType();
            if (node.getDomain().equals("com.microsoft") || type.contains("Quantize") || type.contains("Integer")) {
                throw new CheckpointException(
                        "%s: has the operator %s, so the model was quantized or optimized and its weights are no longer"
                                        .formatted(graph.source(), type)
                                + " to be had one by one. Use the float32 file that the exporter wrote.");
            }
        }
    }

    private static String prefix(OnnxGraph graph) {
        return graph.constants().keySet().stream()
                .filter(name -> name.endsWith(WORDS))
                .map(name -> name.substring(0, name.length() - WORDS.length()))
                .findFirst()
                .orElseThrow(() -> new CheckpointException(graph.source() + ": has no '" + WORDS
                        + "'. Only BERT encoders whose weights kept their names are imported."));
    }

    private int countLayers() {
        int layers = 0;
        while (graph.constant(prefix + "encoder.layer." + layers + ".output.dense.bias")
                .isPresent()) {
            layers++;
        }
        if (layers == 0) {
            throw new CheckpointException(
                    "%s: has no '%sencoder.layer.0.output.dense.bias'; the names look like %s. Only"
                                    .formatted(
                                            graph.source(),
                                            prefix,
                                            ArchitectureGuess.of(List.copyOf(
                                                    graph.constants().keySet())))
                            + " BERT encoders are imported from ONNX.");
        }
        return layers;
    }

    private void takeNamed(String name) {
        TensorProto proto = named(name);
        put(name, graph.floats(prefix + name, proto));
        used.add(proto);
    }

    private TensorProto named(String name) {
        return graph.constant(prefix + name)
                .orElseThrow(() -> graph.fault(
                        prefix + name, "is not in the graph. Only whole BERT encoders are imported from ONNX"));
    }

    private void takeLinear(String layer) {
        takeNamed(layer + ".bias");
        String weight = layer + ".weight";
        Optional<TensorProto> named = graph.constant(prefix + weight);
        NodeProto product = product(layer);
        String input = product.getInput(product.getInput(0).equals(prefix + weight) ? 0 : 1);
        if (named.isPresent()
                && graph.producer(input)
                        .filter(node -> node.getOpType().equals("Transpose"))
                        .isPresent()) {
            takeNamed(weight); // stored as [out, in], turned by a node of its own
            return;
        }
        TensorProto proto = graph.constant(input)
                .orElseThrow(() -> graph.fault(prefix + layer + ".bias", "has a product above it without a weight"));
        Tensor stored = graph.floats(input, proto);
        put(weight, outputsFirst(product) ? stored : transpose(weight, stored));
        used.add(proto);
    }

    /** The MatMul whose result the bias is added to, or the Gemm that does both. */
    private NodeProto product(String layer) {
        for (NodeProto consumer : graph.consumers(prefix + layer + ".bias")) {
            if (consumer.getOpType().equals("Gemm")) {
                return consumer;
            }
            for (String input : consumer.getInputList()) {
                Optional<NodeProto> above =
                        graph.producer(input).filter(node -> node.getOpType().equals("MatMul"));
                if (consumer.getOpType().equals("Add") && above.isPresent()) {
                    return above.get();
                }
            }
        }
        throw graph.fault(
                prefix + layer + ".bias",
                "has no MatMul above it, so its weight cannot be found. Use the file that the exporter wrote,"
                        + " without later optimization");
    }

    private static boolean outputsFirst(NodeProto product) {
        return product.getOpType().equals("Gemm")
                && OnnxGraph.attribute(product, "transB")
                                .map(AttributeProto::getI)
                                .orElse(0L)
                        == 1;
    }

    private void put(String name, Tensor tensor) {
        int rank = name.contains("LayerNorm") || name.endsWith(".bias") ? 1 : 2;
        if (tensor.shape().size() != rank) {
            throw graph.fault(prefix + name, "has the shape " + tensor.shape() + ", expected " + rank + " axes");
        }
        tensors.put(name, tensor);
    }

    private Tensor transpose(String name, Tensor tensor) {
        if (tensor.shape().size() != 2) {
            throw graph.fault(prefix + name, "has the shape " + tensor.shape() + ", expected 2 axes");
        }
        int rows = tensor.shape().get(0);
        int columns = tensor.shape().get(1);
        float[] from = tensor.toFloats();
        ByteBuffer bytes = ByteBuffer.allocate(4 * from.length).order(ByteOrder.LITTLE_ENDIAN);
        FloatBuffer to = bytes.asFloatBuffer();
        for (int top = 0; top < rows; top += TILE) { // tiles keep both arrays in the cache
            for (int left = 0; left < columns; left += TILE) {
                for (int i = top; i < Math.min(rows, top + TILE); i++) {
                    for (int j = left; j < Math.min(columns, left + TILE); j++) {
                        to.put(j * rows + i, from[i * columns + j]);
                    }
                }
            }
        }
        return new Tensor(DType.F32, List.of(columns, rows), bytes);
    }

    /** A weight that is passed over in silence would make the numbers wrong without a word. */
    private void refuseUnused() {
        List<String> unused = new ArrayList<>();
        graph.constants().forEach((name, proto) -> {
            boolean isScalar = proto.getDimsList().stream().allMatch(extent -> extent == 1);
            if (OnnxGraph.isFloat(proto) && !isScalar && !used.contains(proto)) {
                unused.add("'%s' %s".formatted(name, proto.getDimsList()));
            }
        });
        if (!unused.isEmpty()) {
            throw new CheckpointException(
                    "%s: has weights that are no part of a BERT encoder: %s. Export the encoder without a head."
                            .formatted(graph.source(), String.join(", ", unused)));
        }
    }

    /** RoBERTa has BERT's names, but its positions begin behind the padding id, and it has one token type. */
    private void refuseShiftedPositions() {
        int positions = extent("embeddings.position_embeddings.weight");
        if (extent("embeddings.token_type_embeddings.weight") == 1 && positions % 8 == 2) {
            throw new CheckpointException("%s: %d positions and one token type are RoBERTa's; only BERT encoders are"
                            .formatted(graph.source(), positions)
                    + " imported from ONNX. Use its checkpoint instead.");
        }
    }

    private int extent(String name) {
        return graph.floats(name, named(name)).shape().get(0);
    }

    /** The query is reshaped to [.., heads, size of a head]. */
    private int heads() {
        String bias = "encoder.layer.0.attention.self.query.bias";
        long hidden = named(bias).getDims(0);
        for (NodeProto add : graph.consumers(prefix + bias)) {
            for (NodeProto reshape : graph.consumers(add.getOutput(0))) {
                List<Long> shape = reshape.getOpType().equals("Reshape") ? shape(reshape.getInput(1)) : List.of();
                if (shape.size() > 2) {
                    return heads(hidden, shape);
                }
            }
        }
        throw graph.fault(prefix + bias, "has no Reshape below it that tells the number of attention heads");
    }

    private int heads(long hidden, List<Long> shape) {
        long heads = shape.get(shape.size() - 2);
        long headSize = shape.get(shape.size() - 1);
        boolean divides = heads > 0 && (headSize == -1 ? hidden % heads == 0 : heads * headSize == hidden);
        if (!divides) {
            throw new CheckpointException("%s: the query of %d values is reshaped to %s, which is no number of heads"
                    .formatted(graph.source(), hidden, shape));
        }
        return (int) heads;
    }

    /** A constant shape, or one put together of constants and sizes known only at run time (given as 0). */
    private List<Long> shape(String name) {
        Optional<TensorProto> constant = graph.constant(name);
        if (constant.isPresent()) {
            return boxed(OnnxGraph.longs(constant.get()));
        }
        List<Long> extents = new ArrayList<>();
        for (String part : graph.producer(name)
                .filter(node -> node.getOpType().equals("Concat"))
                .map(NodeProto::getInputList)
                .orElseThrow(() -> graph.fault(name, "is a shape that is not put together by a Concat"))) {
            extents.addAll(graph.constant(part)
                    .map(value -> boxed(OnnxGraph.longs(value)))
                    .orElse(List.of(0L)));
        }
        return extents;
    }

    private static List<Long> boxed(long[] values) {
        return Arrays.stream(values).boxed().toList();
    }

    private String activation() {
        for (NodeProto node : graph.nodes()) {
            switch (node.getOpType()) {
                case "Erf" -> {
                    return "gelu";
                }
                case "Gelu" -> {
                    return OnnxGraph.attribute(node, "approximate")
                            .filter(form -> form.getS().toStringUtf8().equals("tanh"))
                            .map(form -> "gelu_pytorch_tanh")
                            .orElse("gelu");
                }
                case "Relu" -> {
                    return "relu";
                }
                default -> {}
            }
        }
        boolean cubed = graph.nodes().stream()
                .anyMatch(node -> node.getOpType().equals("Tanh")
                        && graph.producer(node.getInput(0))
                                .filter(above -> above.getOpType().equals("Mul"))
                                .isPresent());
        if (cubed) {
            return "gelu_new"; // tanh(sqrt(2 / pi) * (x + 0.044715 x^3)); the pooler's tanh has no product above it
        }
        throw new CheckpointException(graph.source() + ": the activation is none of gelu, relu and gelu_new");
    }

    /** The attribute of LayerNormalization, or the constant that is added under the root of the variance. */
    private double layerNormEps() {
        for (NodeProto node : graph.nodes()) {
            Optional<Float> eps = switch (node.getOpType()) {
                case "LayerNormalization" ->
                    Optional.of(OnnxGraph.attribute(node, "epsilon")
                            .map(AttributeProto::getF)
                            .orElse(1e-5f)); // the operator's default
                case "Sqrt" -> addend(node.getInput(0));
                default -> Optional.empty();
            };
            if (eps.isPresent()) {
                return Double.parseDouble(Float.toString(eps.get())); // 1e-12, not 9.999999960041972E-13
            }
        }
        throw new CheckpointException(graph.source() + ": has no layer norm that tells its epsilon");
    }

    private Optional<Float> addend(String name) {
        return graph.producer(name).filter(node -> node.getOpType().equals("Add")).stream()
                .flatMap(add -> add.getInputList().stream())
                .flatMap(input -> graph
                        .constant(input)
                        .filter(OnnxGraph::isFloat)
                        .map(value -> graph.floats(input, value).toFloats())
                        .stream())
                .filter(values -> values.length == 1)
                .map(values -> values[0])
                .findFirst();
    }
}
