package ai.graft.serving.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import java.util.List;

/**
 * A graph ready to be written.
 *
 * @param skeleton nodes, inputs and outputs, without initializers
 * @param initializers those that the nodes use
 */
record ExportGraph(GraphProto skeleton, List<Initializer> initializers) {
    ExportGraph {
        initializers = List.copyOf(initializers);
    }
}
