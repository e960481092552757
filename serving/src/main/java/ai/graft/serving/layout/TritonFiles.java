package ai.graft.serving.layout;

import ai.graft.serving.predict.OnnxPredictor;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A model repository of Triton. The tokenizer lies beside the model, in the version's folder, where the backend reads what it
 * looks for and leaves the rest alone: each version keeps its own.
 *
 * @see <a href="https://github.com/triton-inference-server/common/blob/main/protobuf/model_config.proto">ModelConfig</a>
 */
final class TritonFiles {
    private static final String VERSION = "1";
    private static final String LABELS = "labels.txt";

    /** As many rows as {@link OnnxPredictor} takes at once. Triton joins requests of one shape only. */
    private static final int MAX_BATCH_SIZE = 64;

    /** Writes the folder of a model into a repository. */
    static void write(ExportedFiles files, String name, Path repository) throws IOException {
        Path model = repository.resolve(name);
        Path version = Files.createDirectories(model.resolve(VERSION));
        boolean classifier = files.metadata().task().matches("single-label|multi-label");
        Files.writeString(model.resolve("config.pbtxt"), config(name, GraphSignature.read(files.model()), classifier));
        if (classifier) {
            Files.writeString(model.resolve(LABELS), lines(files.metadata().labels()));
        }
        files.moveNeeded(version);
    }

    private static String config(String name, GraphSignature graph, boolean classifier) {
        return """
                name: "%s"
                platform: "onnxruntime_onnx"
                max_batch_size: %d
                input [
                %s
                ]
                output [
                %s
                ]
                dynamic_batching { }
                """.formatted(
                name, MAX_BATCH_SIZE, tensors(graph.inputs(), ""), tensors(graph.outputs(), labels(classifier)));
    }

    private static String labels(boolean classifier) {
        return classifier ? "\n    label_filename: \"" + LABELS + "\"" : "";
    }

    private static String tensors(List<GraphSignature.Value> values, String more) {
        return values.stream().map(value -> tensor(value, more)).collect(Collectors.joining(",\n"));
    }

    private static String tensor(GraphSignature.Value value, String more) {
        return """
                  {
                    name: "%s"
                    data_type: %s
                    dims: %s%s
                  }""".formatted(value.name(), type(value), rowDims(value), more);
    }

    /** Without the batch, which Triton adds where {@code max_batch_size} is above 0. */
    private static String rowDims(GraphSignature.Value value) {
        return value.dims().stream().skip(1).map(String::valueOf).collect(Collectors.joining(", ", "[ ", " ]"));
    }

    private static String type(GraphSignature.Value value) {
        if (value.elementType() == DataType.INT64_VALUE) {
            return "TYPE_INT64";
        } else if (value.elementType() == DataType.FLOAT_VALUE) {
            return "TYPE_FP32";
        }
        throw new AssertionError(value); // the exporter writes no others
    }

    private static String lines(List<String> labels) {
        for (String label : labels) {
            if (label.isEmpty() || label.matches("(?s).*\\R.*")) {
                throw new IllegalArgumentException("the label '" + label + "' cannot stand in " + LABELS
                        + ", which has a label on each line. Rename it in the checkpoint's config.json.");
            }
        }
        return String.join("\n", labels) + "\n";
    }

    private TritonFiles() {}
}
