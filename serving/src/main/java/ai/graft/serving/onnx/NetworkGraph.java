package ai.graft.serving.onnx;

import static ai.graft.serving.onnx.GraphBuilder.BATCH;
import static ai.graft.serving.onnx.GraphBuilder.SEQUENCE;
import static ai.graft.serving.onnx.GraphBuilder.integer;

import ai.graft.model.checkpoint.CheckpointException;
import ai.graft.model.checkpoint.DType;
import ai.graft.model.checkpoint.PretrainedNetwork;
import ai.graft.model.checkpoint.Tensor;
import ai.graft.model.network.Extent;
import ai.graft.model.network.Head;
import ai.graft.model.network.Network;
import ai.graft.model.network.Outputs;
import java.nio.ByteBuffer;
import java.util.List;

/** The graph of a network with its weights, inputs and outputs named as transformers names them. */
final class NetworkGraph {

    /**
     * Describes a checkpoint whose weights are all there, a bare encoder's pooler apart.
     *
     * @throws CheckpointException naming the weights of the head that are missing
     */
    static ExportGraph of(PretrainedNetwork pretrained) {
        requireWhole(pretrained);
        Network network = pretrained.network();
        GraphBuilder graph = new GraphBuilder();
        OnnxOps ops = new OnnxOps(graph, network.config(), name -> elements(pretrained, name));
        Outputs<String> outputs = network.forward(ops, pretrained.head(), Extent.HEAD_ONLY);
        name(graph, pretrained, outputs);
        return graph.build(network.className(pretrained.head()));
    }

    /** Whether the network has a pooler and the checkpoint its weights. */
    static boolean pooled(PretrainedNetwork pretrained) {
        return pretrained.loaded().report().missing().isEmpty();
    }

    private static void name(GraphBuilder graph, PretrainedNetwork pretrained, Outputs<String> outputs) {
        int hidden = pretrained.network().config().hiddenSize();
        Head head = pretrained.head();
        if (head instanceof Head.None) {
            graph.output(outputs.hidden(), "last_hidden_state", BATCH, SEQUENCE, hidden);
            outputs.pooled()
                    .filter(pooled -> pooled(pretrained))
                    .ifPresent(pooled -> graph.output(pooled, "pooler_output", BATCH, hidden));
            return;
        }
        String logits = outputs.logits().orElseThrow();
        if (head instanceof Head.SequenceClassification classification) {
            graph.output(logits, "logits", BATCH, classification.labels());
        } else if (head instanceof Head.TokenClassification tokens) {
            graph.output(logits, "logits", BATCH, SEQUENCE, tokens.labels());
        } else if (head instanceof Head.MaskedLm) {
            graph.output(
                    logits,
                    "logits",
                    BATCH,
                    SEQUENCE,
                    pretrained.network().config().vocabSize());
        } else if (head instanceof Head.QuestionAnswering) {
            graph.output(column(graph, logits, 0), "start_logits", BATCH, SEQUENCE);
            graph.output(column(graph, logits, 1), "end_logits", BATCH, SEQUENCE);
        } else {
            throw new AssertionError(head);
        }
    }

    /** (B, S, 2) to (B, S) */
    private static String column(GraphBuilder graph, String logits, long index) {
        return graph.node("Gather", List.of(logits, graph.scalar(index)), integer("axis", 2));
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
