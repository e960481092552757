package ai.graft.serving.onnx;

import ai.graft.serving.predict.OnnxMetadata;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What an export wrote.
 *
 * @param directory where it lies
 * @param bytes size of the model, its weights included
 * @param externalData whether the weights lie in a file of their own
 * @param options what was asked for
 * @param metadata what the file says of itself, the proof included
 * @param validation what the metric of the options' validation was; empty where none was asked for
 */
public record ExportReport(
        Path directory,
        long bytes,
        boolean externalData,
        ExportOptions options,
        OnnxMetadata metadata,
        Optional<Validation.Result> validation) {

    /** The same of files that lie elsewhere now. */
    public ExportReport movedTo(Path place) {
        return new ExportReport(place, bytes, externalData, options, metadata, validation);
    }

    /** All of it as an object. */
    public ObjectNode toJson() {
        ObjectNode json = facts();
        json.put("directory", directory.toString());
        return json;
    }

    /** The same without the place, as it is kept beside the model. */
    ObjectNode facts() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("format", 1)
                .put("model_class", metadata.modelClass())
                .put("task", metadata.task())
                .put("flavour", metadata.flavour())
                .put("precision", metadata.precision());
        if (options.precision() == ExportPrecision.INT8) {
            json.put("int8_scale", options.int8Scale().label());
        }
        if (!options.keepFp32().isEmpty()) {
            options.keepFp32().forEach(json.putArray("keep_fp32")::add);
        }
        metadata.labels().forEach(json.putArray("labels")::add);
        json.put("max_length", metadata.maxLength())
                .put("bytes", bytes)
                .put("external_data", externalData)
                .put("tokenizer_fingerprint", metadata.tokenizerFingerprint())
                .put("source_fingerprint", metadata.sourceFingerprint())
                .put("graft_version", metadata.graftVersion());
        json.set("proof", proof());
        validation.ifPresent(result -> json.putObject("validation")
                .put("metric", result.metric())
                .put("fp32", result.reference())
                .put("exported", result.exported())
                .put("max_drop", result.maxDrop()));
        return json;
    }

    private ObjectNode proof() {
        OnnxMetadata.Proof proof = metadata.proof();
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("against", proof.against())
                .put("comparisons", proof.comparisons())
                .put("max_difference", proof.maxDifference());
        if (options.precision() == ExportPrecision.FP32) {
            json.put("tolerance", Closeness.TOLERANCE);
        }
        return json.put("mean_cosine", proof.meanCosine())
                .put("equal_decisions", proof.equalDecisions())
                .put("runtime", proof.runtime());
    }
}
