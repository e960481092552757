package ai.graft.finetune.replay;

import ai.graft.finetune.train.Schedule;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** The hyper-parameters of one variant of a recorded training. */
record ReplaySettings(
        double learningRate,
        double beta1,
        double beta2,
        double eps,
        double weightDecay,
        Schedule schedule,
        OptionalDouble maxGradNorm,
        int accumulation,
        List<Double> classWeights,
        double labelSmoothing,
        List<String> frozen,
        double layerDecay) {

    static ReplaySettings read(JsonNode json) {
        List<String> frozen = new ArrayList<>();
        json.path("frozen").forEach(prefix -> frozen.add(prefix.asText()));
        JsonNode clip = json.path("max_grad_norm");
        JsonNode weights = json.path(json.hasNonNull("pos_weight") ? "pos_weight" : "class_weights");
        List<Double> classWeights = new ArrayList<>();
        weights.forEach(weight -> classWeights.add(weight.asDouble()));
        return new ReplaySettings(
                json.path("lr").asDouble(),
                json.path("betas").path(0).asDouble(0.9),
                json.path("betas").path(1).asDouble(0.999),
                json.path("eps").asDouble(1e-8),
                json.path("weight_decay").asDouble(0),
                new Schedule(
                        kind(json.path("schedule").asText("linear")),
                        json.path("warmup_steps").asInt(0),
                        json.path("total_steps").asInt()),
                clip.isNumber() ? OptionalDouble.of(clip.asDouble()) : OptionalDouble.empty(),
                json.path("accumulation").asInt(1),
                classWeights,
                json.path("label_smoothing").asDouble(0),
                frozen,
                json.path("layer_lr_decay").asDouble(1));
    }

    private static Schedule.Kind kind(String name) {
        return switch (name) {
            case "linear" -> Schedule.Kind.LINEAR;
            case "cosine" -> Schedule.Kind.COSINE;
            case "constant", "constant_with_warmup" -> Schedule.Kind.CONSTANT;
            default -> throw new IllegalArgumentException("schedule '" + name + "' is unknown");
        };
    }
}
