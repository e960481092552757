package ai.graft.serving.onnx;

import static ai.graft.serving.onnx.GraphBuilder.BATCH;
import static ai.graft.serving.onnx.GraphBuilder.integer;

import ai.graft.model.checkpoint.CheckpointException;
import ai.graft.model.checkpoint.DType;
import ai.graft.model.checkpoint.PretrainedNetwork;
import ai.graft.model.checkpoint.Tensor;
import ai.graft.model.network.Extent;
import ai.graft.model.network.Head;
import ai.graft.model.network.Network;
import ai.graft.model.network.Outputs;
import ai.graft.serving.predict.OnnxMetadata;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The graph of a network with its weights, inputs and outputs named as transformers names them. */
final class NetworkGraph {

    /**
     * Describes a checkpoint whose weights are all there, a bare encoder's pooler apart.
     *
     * @throws CheckpointException naming the weights of the head that are missing
     * @throws IllegalArgumentException where a pattern of weights to keep in fp32 names none
     */
    static ExportGraph of(PretrainedNetwork pretrained, ExportOptions options) {
        requireWhole(pretrained);
        Network network = pretrained.network();
        GraphBuilder graph = new GraphBuilder(
                options.precision() == ExportPrecision.FP16_GPU
                        ? TensorProto.DataType.FLOAT16
                        : TensorProto.DataType.FLOAT);
        GraphWeights weights = new GraphWeights(graph, options, name -> elements(pretrained, name));
        GraphOps ops = switch (options.flavour()) {
            case PORTABLE -> new PortableOps(graph, network.config(), weights, options);
            case ORT -> new OrtOps(graph, network.config(), weights, options);
        };
        Outputs<String> outputs = network.forward(ops, pretrained.head(), Extent.HEAD_ONLY);
        weights.requirePatternsUsed();
        name(graph, pretrained, outputs, ops.tokenAxes());
        Map<String, String> metadata =
                OnnxMetadata.graphEntries(options.flavour(), options.precision().label(), ops.positions());
        return graph.build(network.className(pretrained.head()), metadata);
    }

    /** Whether the network has a pooler and the checkpoint its weights. */
    static boolean pooled(PretrainedNetwork pretrained) {
        return pretrained.loaded().report().missing().isEmpty();
    }

    private static void name(
            GraphBuilder graph, PretrainedNetwork pretrained, Outputs<String> outputs, List<String> tokens) {
        int hidden = pretrained.network().config().hiddenSize();
        Head head = pretrained.head();
        if (head instanceof Head.None) {
            graph.output(outputs.hidden(), "last_hidden_state", with(tokens, hidden));
            outputs.pooled()
                    .filter(pooled -> pooled(pretrained))
                    .ifPresent(pooled -> graph.output(pooled, "pooler_output", BATCH, hidden));
            return;
        }
        String logits = outputs.logits().orElseThrow();
        if (head instanceof Head.SequenceClassification classification) {
            graph.output(logits, "logits", BATCH, classification.labels());
        } else if (head instanceof Head.TokenClassification classification) {
            graph.output(logits, "logits", with(tokens, classification.labels()));
        } else if (head instanceof Head.MaskedLm) {
            graph.output(
                    logits, "logits", with(tokens, pretrained.network().config().vocabSize()));
        } else if (head instanceof Head.QuestionAnswering) {
            graph.output(column(graph, logits, 0), "start_logits", tokens.toArray());
            graph.output(column(graph, logits, 1), "end_logits", tokens.toArray());
        } else {
            throw new AssertionError(head);
        }
    }

    private static Object[] with(List<String> axes, int last) {
        return Stream.<Object>concat(axes.stream(), Stream.of(last)).toArray();
    }

    /** One of the two columns of the last axis. */
    private static String column(GraphBuilder graph, String logits, long index) {
        return graph.node("Gather", List.of(logits, graph.scalar(index)), integer("axis", -1));
    }

    /** A mapped tensor of a safetensors file is written from where it lies; only other types are widened on the heap. */
    private static ByteBuffer elements(PretrainedNetwork pretrained, String name) {
        Tensor tensor = pretrained
                .loaded()
                .tensor(name)
                .orElseThrow(() -> new CheckpointException("the checkpoint has no tensor '" + name + "'"));
        return tensor.convertTo(DType.F32).data();
    }

    /** A head drawn at random answers at random: refused. */
    private static void requireWhole(PretrainedNetwork pretrained) {
        boolean bare = pretrained.head() instanceof Head.None;
        List<String> missing = pretrained.loaded().report().missing().stream()
                .filter(name -> !(bare && name.startsWith("pooler.")))
                .toList();
        if (!missing.isEmpty()) {
            throw new CheckpointException(pretrained.loaded().report().source()
                    + ": the head is not whole, missing are " + missing + ". Fine-tune the model first.");
        }
    }

    private NetworkGraph() {}
}
