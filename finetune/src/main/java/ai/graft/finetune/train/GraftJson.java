package ai.graft.finetune.train;

import ai.graft.finetune.evaluate.Evaluation;
import ai.graft.finetune.evaluate.Interval;
import ai.graft.model.checkpoint.CheckpointException;
import ai.graft.model.task.Task;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** {@code graft.json}: what Graft knows of a model beyond Hugging Face's files. */
final class GraftJson {
    static final String FILE = "graft.json";
    private static final int FORMAT = 1;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** What a directory says of how its model reads and answers; all empty where there is no {@code graft.json}. */
    record Reading(OptionalInt maxLength, LongTexts longTexts, List<Double> thresholds) {
        private static final Reading UNKNOWN = new Reading(OptionalInt.empty(), LongTexts.HEAD, List.of());

        /** A multi-label task with the thresholds, where there are some; any other task as it is. */
        Task apply(Task task, Path directory) {
            if (thresholds.isEmpty() || !(task instanceof Task.MultiLabel)) {
                return task;
            }
            try {
                return new Task.MultiLabel(task.labels(), thresholds);
            } catch (IllegalArgumentException e) {
                throw new CheckpointException(directory.resolve(FILE) + ": " + e.getMessage(), e);
            }
        }
    }

    /** Reads how a model was trained to read and answer. */
    static Reading read(Path directory) {
        Path file = directory.resolve(FILE);
        if (!Files.exists(file)) {
            return Reading.UNKNOWN;
        }
        try {
            JsonNode json = MAPPER.readTree(file.toFile());
            int format = json.path("format").asInt();
            if (format != FORMAT) {
                throw new CheckpointException(file + ": format " + format + " is not read by this version, which knows "
                        + FORMAT + ". Use the version of Graft that wrote it, or a newer one.");
            }
            List<Double> thresholds = new ArrayList<>();
            json.path("thresholds").forEach(level -> thresholds.add(level.asDouble(Double.NaN)));
            return new Reading(
                    OptionalInt.of(json.path("max_length").asInt()),
                    LongTexts.parse(json.path("long_texts").asText(LongTexts.HEAD.toString())),
                    thresholds);
        } catch (IOException | IllegalArgumentException e) {
            throw new CheckpointException(file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    static String text(Task task, LengthLimit limit, String tokenizerFingerprint, Optional<TrainingReport> report) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("format", FORMAT).put("task", task.name());
        task.labels().forEach(json.putArray("labels")::add);
        if (task instanceof Task.MultiLabel multi) {
            multi.thresholds().forEach(json.putArray("thresholds")::add);
        }
        json.put("max_length", limit.maxLength())
                .put("long_texts", limit.beyond().toString());
        json.put("tokenizer_fingerprint", tokenizerFingerprint);
        report.ifPresent(given -> provenance(json.putObject("provenance"), given));
        try {
            return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n";
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** No dates and no times: the same weights and settings give the same bytes. */
    private static void provenance(ObjectNode json, TrainingReport report) {
        json.put("base_model", report.baseModel());
        json.put("train", report.trainName() + ": " + report.trainData());
        json.put("train_fingerprint", report.trainFingerprint());
        json.put("validation", report.validationData());
        ObjectNode settings = json.putObject("settings");
        TrainingSettings.of(report).forEach(settings::put);
        report.best()
                .ifPresent(best -> json.putObject("best")
                        .put("step", best.step())
                        .put("metric", best.metric())
                        .put("value", best.value()));
        ObjectNode metrics = json.putObject("validation_metrics");
        Evaluation evaluation = report.validation();
        for (String name : evaluation.metricNames()) {
            Interval interval = evaluation.interval(name);
            metrics.putObject(name)
                    .put("value", evaluation.metric(name))
                    .putArray("interval_95")
                    .add(interval.low())
                    .add(interval.high());
        }
        ObjectNode versions = json.putObject("versions");
        versions.put("java", System.getProperty("java.version"));
        versions.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        Package graft = GraftJson.class.getPackage();
        versions.put(
                "graft", Optional.ofNullable(graft.getImplementationVersion()).orElse("unpackaged"));
    }

    private GraftJson() {}
}
