package ai.graft.finetune.train;

import ai.graft.finetune.evaluate.Evaluation;
import ai.graft.finetune.evaluate.Interval;
import ai.graft.model.checkpoint.GraftFile;
import ai.graft.model.task.AnswerRules;
import ai.graft.model.task.Task;
import ai.graft.tokenizer.LengthLimit;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Optional;

/** Writes {@link GraftFile}. */
final class GraftJson {
    static final String FILE = GraftFile.NAME;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    static String text(Task task, LengthLimit limit, String tokenizerFingerprint, Optional<TrainingReport> report) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("format", GraftFile.FORMAT).put("task", task.name());
        task(json, task);
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

    private static void task(ObjectNode json, Task task) {
        if (task instanceof Task.OfText text) {
            text.labels().forEach(json.putArray("labels")::add);
        }
        if (task instanceof Task.MultiLabel multi) {
            multi.thresholds().forEach(json.putArray("thresholds")::add);
        } else if (task instanceof Task.MaskedWords masked) {
            json.put("mask", masked.share());
        } else if (task instanceof Task.SingleLabel single && single.temperature() != 1) {
            json.put("temperature", single.temperature());
        } else if (task instanceof Task.QuestionAnswering answering) {
            AnswerRules rules = answering.rules();
            json.put("stride", rules.stride())
                    .put("max_answer_tokens", rules.maxAnswerTokens())
                    .put("candidates", rules.candidates());
            rules.noAnswerThreshold().ifPresent(level -> json.put("no_answer_threshold", level));
        }
    }

    /** No dates and no times: the same weights and settings give the same bytes. */
    private static void provenance(ObjectNode json, TrainingReport report) {
        json.put("base_model", report.baseModel());
        json.put("train", report.data().trainName() + ": " + report.data().trainData());
        json.put("train_fingerprint", report.data().trainFingerprint());
        json.put("validation", report.data().validationData());
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
