package ai.graft.serving.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A graph ready to be written.
 *
 * @param skeleton nodes, inputs and outputs, without initializers
 * @param initializers those that the nodes use
 * @param metadata what a caller must know to feed the inputs
 */
record ExportGraph(GraphProto skeleton, List<Initializer> initializers, Map<String, String> metadata) {
    ExportGraph {
        initializers = List.copyOf(initializers);
        metadata = new LinkedHashMap<>(metadata); // keeps the order of the file, which Map.copyOf does not
    }
}
