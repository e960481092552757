package ai.graft.finetune.train;

import ai.graft.finetune.engine.CpuFeatures;
import ai.graft.finetune.evaluate.JudgedTexts;
import ai.graft.finetune.report.FactTable;
import ai.graft.finetune.report.HtmlReport;
import ai.graft.finetune.report.ReportFacts;
import ai.graft.model.task.Task;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What the HTML reports of trainings and evaluations say. */
public final class EvaluationReport {
    private EvaluationReport() {}

    /**
     * What a report says of the data that a model was judged on.
     *
     * @param name the file
     * @param description how it was read
     * @param fingerprint SHA-256 of what was read
     */
    public record Data(String name, String description, String fingerprint) {}

    /**
     * Writes the report of an evaluation.
     *
     * @param name of the model
     * @throws IOException if the file cannot be written
     */
    public static void write(Path file, String name, RunningModel model, Data data, JudgedTexts judged)
            throws IOException {
        Map<String, String> notes = new LinkedHashMap<>();
        notes.put("data", data.description());
        notes.put("lengths", model.limit().note(judged.tooLong(), judged.texts().size()));
        notes.put("fingerprint", data.fingerprint());
        List<FactTable> tables =
                List.of(new FactTable("Data", notes), new FactTable("Environment", environment(model.runtime())));
        String split = JudgedData.fileName(data.name());
        HtmlReport.write(
                file,
                new ReportFacts(
                        JudgedData.fileName(name), summary(model.task()), split, judged, Optional.empty(), tables));
    }

    /** The facts of a training, judged on its validation data. */
    static ReportFacts of(String name, Task task, TrainingReport report) {
        Map<String, String> notes = new LinkedHashMap<>();
        notes.put("trained on", report.data().trainName() + ": " + report.data().trainData());
        notes.put("judged on", report.data().validationData());
        notes.put("training lengths", report.limit().note(report.trainTooLong(), report.trainTexts()));
        notes.put(
                "validation lengths",
                report.limit()
                        .note(report.judged().tooLong(), report.judged().texts().size()));
        notes.put("fingerprint", report.data().trainFingerprint());
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("base_model", report.baseModel());
        settings.putAll(TrainingSettings.of(report));
        report.best()
                .ifPresent(best -> settings.put(
                        "best weights",
                        String.format(Locale.ROOT, "of step %,d, %s %.4f", best.step(), best.metric(), best.value())));
        Map<String, String> environment = environment(TorchModel.runtime(report.precision()));
        environment.put(
                "training",
                String.format(
                        Locale.ROOT,
                        "%.0f s, %.0f %s/s",
                        report.seconds(),
                        report.examplesPerSecond(),
                        task instanceof Task.MaskedWords ? "tokens" : "examples"));
        return new ReportFacts(
                name,
                summary(task)
                        + (task instanceof Task.MaskedWords ? ", begun from " : ", fine-tuned from ")
                        + JudgedData.fileName(report.baseModel()),
                "validation data",
                report.judged(),
                Optional.of(report.history()),
                List.of(
                        new FactTable("Data", notes),
                        new FactTable("Configuration", settings),
                        new FactTable("Environment", environment)));
    }

    private static String summary(Task task) {
        return task instanceof Task.OfText text && !(task instanceof Task.Regression)
                ? String.format(
                        Locale.ROOT,
                        "%s, %,d labels",
                        task.name(),
                        text.labels().size())
                : task.name().replace('-', ' ');
    }

    private static Map<String, String> environment(Map<String, String> runtime) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put(
                "Graft",
                Optional.ofNullable(EvaluationReport.class.getPackage().getImplementationVersion())
                        .orElse("unpackaged"));
        facts.putAll(runtime);
        facts.put("Java", System.getProperty("java.version"));
        facts.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        facts.put("processor", CpuFeatures.description());
        return facts;
    }
}
