package ai.graft.finetune.replay;

import ai.graft.model.checkpoint.Checkpoint;
import ai.graft.model.checkpoint.PretrainedNetwork;
import ai.graft.model.config.ConfigFile;
import ai.graft.model.network.Head;
import ai.graft.model.network.Inputs;
import ai.graft.model.reference.ShapeOps;
import ai.graft.serving.onnx.TemporaryNetwork;
import ai.graft.serving.predict.OnnxMetadata;
import ai.graft.serving.predict.OnnxPredictor;
import ai.graft.serving.predict.PredictorOptions;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What {@link ForwardPass} gives, computed by ONNX Runtime; only {@code hidden_states}, which no export has, is not there. */
public final class OnnxForwardPass {

    /**
     * Writes a checkpoint's graphs, those of its head and of the bare encoder, runs them once and deletes them.
     *
     * @throws ai.graft.model.checkpoint.CheckpointException where weights of the head are missing: none are drawn
     * @see ForwardPass#run
     */
    public static ObjectNode run(Checkpoint checkpoint, Head head, JsonNode input, PredictorOptions options) {
        JsonBatch batch = JsonBatch.read(input);
        batch.inputs().check(checkpoint.config().model());
        Map<String, float[]> encoder = outputs(checkpoint, new Head.None(), batch.inputs(), options);
        Optional<float[]> logits = Optional.empty();
        if (!(head instanceof Head.None)) {
            logits = logits(outputs(checkpoint, head, batch.inputs(), options));
        }
        boolean pools = ShapeOps.weights(checkpoint.network(), head).stream()
                .anyMatch(weight -> weight.name().contains("pooler."));
        Optional<float[]> pooler = pools ? output(encoder, "pooler_output") : Optional.empty();
        return new Computed(output(encoder, "last_hidden_state"), pooler, logits, List.of())
                .json(checkpoint.config(), head, batch);
    }

    private static Map<String, float[]> outputs(
            Checkpoint checkpoint, Head head, Inputs inputs, PredictorOptions options) {
        PretrainedNetwork pretrained = checkpoint.load(head, false, 0);
        try (TemporaryNetwork network = TemporaryNetwork.open(pretrained, options)) {
            return network.run(inputs);
        }
    }

    /**
     * Runs an exported directory, whose file gives the outputs of its head alone.
     *
     * @throws ai.graft.serving.predict.OnnxException as {@link OnnxPredictor#open(Path, PredictorOptions)}
     */
    public static ObjectNode runExported(Path directory, JsonNode input, PredictorOptions options) {
        JsonBatch batch = JsonBatch.read(input);
        ConfigFile config = ConfigFile.read(directory.resolve("config.json"));
        try (OnnxPredictor predictor = OnnxPredictor.open(directory, options)) {
            Map<String, float[]> outputs = predictor.run(batch.inputs());
            return new Computed(
                            output(outputs, "last_hidden_state"),
                            output(outputs, "pooler_output"),
                            logits(outputs),
                            List.of())
                    .json(config, head(predictor.metadata()), batch);
        }
    }

    private static Head head(OnnxMetadata metadata) {
        int labels = metadata.labels().size();
        return switch (metadata.task()) {
            case "token-classification" -> new Head.TokenClassification(labels);
            case "question-answering" -> new Head.QuestionAnswering();
            case "masked-lm" -> new Head.MaskedLm();
            case "encoder" -> new Head.None();
            default -> new Head.SequenceClassification(labels);
        };
    }

    private static Optional<float[]> output(Map<String, float[]> outputs, String name) {
        return Optional.ofNullable(outputs.get(name));
    }

    /** Of a head that answers questions (B, S, 2), out of the two outputs that an export has. */
    private static Optional<float[]> logits(Map<String, float[]> outputs) {
        Optional<float[]> starts = output(outputs, "start_logits");
        Optional<float[]> ends = output(outputs, "end_logits");
        if (starts.isEmpty() || ends.isEmpty()) {
            return output(outputs, "logits");
        }
        float[] pairs = new float[2 * starts.get().length];
        for (int i = 0; i < starts.get().length; i++) {
            pairs[2 * i] = starts.get()[i];
            pairs[2 * i + 1] = ends.get()[i];
        }
        return Optional.of(pairs);
    }

    private OnnxForwardPass() {}
}
