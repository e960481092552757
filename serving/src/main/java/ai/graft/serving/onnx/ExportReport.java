package ai.graft.serving.onnx;

import ai.graft.serving.predict.OnnxMetadata;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;

/**
 * What an export wrote.
 *
 * @param directory where it lies
 * @param bytes size of the model, its weights included
 * @param externalData whether the weights lie in a file of their own
 * @param metadata what the file says of itself, the proof included
 */
public record ExportReport(Path directory, long bytes, boolean externalData, OnnxMetadata metadata) {

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
        metadata.labels().forEach(json.putArray("labels")::add);
        json.put("max_length", metadata.maxLength())
                .put("bytes", bytes)
                .put("external_data", externalData)
                .put("tokenizer_fingerprint", metadata.tokenizerFingerprint())
                .put("source_fingerprint", metadata.sourceFingerprint())
                .put("graft_version", metadata.graftVersion());
        OnnxMetadata.Proof proof = metadata.proof();
        json.putObject("proof")
                .put("against", proof.against())
                .put("comparisons", proof.comparisons())
                .put("max_difference", proof.maxDifference())
                .put("tolerance", ExportCheck.TOLERANCE)
                .put("runtime", proof.runtime());
        return json;
    }
}
