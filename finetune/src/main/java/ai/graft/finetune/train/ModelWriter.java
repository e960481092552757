package ai.graft.finetune.train;

import ai.graft.finetune.engine.ComputeDevice;
import ai.graft.finetune.engine.Precision;
import ai.graft.finetune.engine.TorchNetwork;
import ai.graft.finetune.evaluate.Evaluation;
import ai.graft.finetune.evaluate.SingleLabelEvaluation;
import ai.graft.finetune.report.CardFacts;
import ai.graft.finetune.report.ConfusionMatrixPicture;
import ai.graft.finetune.report.HtmlReport;
import ai.graft.finetune.report.LearningCurve;
import ai.graft.finetune.report.MetricFact;
import ai.graft.finetune.report.ModelCard;
import ai.graft.model.checkpoint.AtomicDirectory;
import ai.graft.model.checkpoint.Checkpoint;
import ai.graft.model.checkpoint.CheckpointException;
import ai.graft.model.checkpoint.DType;
import ai.graft.model.checkpoint.PretrainedNetwork;
import ai.graft.model.checkpoint.SafetensorsFile;
import ai.graft.model.checkpoint.Tensor;
import ai.graft.model.config.ConfigFile;
import ai.graft.model.network.WeightSpec;
import ai.graft.model.task.Task;
import ai.graft.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes the directory of a fine-tuned model. */
final class ModelWriter {
    private static final String CURVE = "curve.png";
    private static final String CONFUSION = "confusion.png";
    private static final String REPORT = "report.html";

    private final ConfigFile config;
    private final Task task;
    private final Tokenizer tokenizer;
    private final LengthLimit limit;
    private final TorchNetwork network;
    private final Optional<TrainingReport> report;

    ModelWriter(
            ConfigFile config,
            Task task,
            Tokenizer tokenizer,
            LengthLimit limit,
            TorchNetwork network,
            Optional<TrainingReport> report) {
        this.config = config;
        this.task = task;
        this.tokenizer = tokenizer;
        this.limit = limit;
        this.network = network;
        this.report = report;
    }

    void write(Path target, DType stored) {
        try (AtomicDirectory output = AtomicDirectory.replaceOutput(target, GraftJson.FILE)) {
            Path directory = output.path();
            Files.writeString(directory.resolve("config.json"), config.toJson());
            SafetensorsFile.write(directory.resolve("model.safetensors"), weights(), stored);
            tokenizer.save(directory);
            String json = GraftJson.text(task, limit, tokenizer.fingerprint(), report);
            Files.writeString(directory.resolve(GraftJson.FILE), json);
            Files.writeString(directory.resolve(GoldenCases.FILE), golden(directory));
            if (report.isPresent()) {
                writeReport(directory, target.getFileName().toString(), report.get());
            }
            output.commit();
        } catch (IOException e) {
            throw new CheckpointException(target + ": cannot be written: " + e.getMessage(), e);
        }
    }

    private Map<String, Tensor> weights() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (WeightSpec weight : network.weights()) {
            tensors.put(weight.name(), Tensor.ofFloats(weight.shape(), network.weight(weight)));
        }
        return tensors;
    }

    /** From the file just written, so that it is read back once and rounding to its type is in the numbers. */
    private String golden(Path directory) {
        Checkpoint saved = Checkpoint.open(directory);
        PretrainedNetwork pretrained = saved.load(task.head(), false, 0);
        try (TorchNetwork reread = TorchNetwork.forPrediction(
                pretrained.network(), task.head(), pretrained::values, Precision.FP32, ComputeDevice.CPU)) {
            return GoldenCases.text(reread, tokenizer, config.model(), limit.maxLength());
        }
    }

    private void writeReport(Path directory, String name, TrainingReport training) throws IOException {
        training.history().writeCsv(directory.resolve("history.csv"));
        List<String> pictures = new ArrayList<>(List.of(CURVE));
        LearningCurve.write(directory.resolve(CURVE), training.history(), name);
        if (training.validation() instanceof SingleLabelEvaluation evaluation) {
            ConfusionMatrixPicture.write(directory.resolve(CONFUSION), evaluation.confusion(), name + ", validation");
            pictures.add(CONFUSION);
        }
        HtmlReport.write(directory.resolve(REPORT), EvaluationReport.of(name, task, training));
        ModelCard.write(directory.resolve("README.md"), facts(name, training, pictures));
    }

    private CardFacts facts(String name, TrainingReport training, List<String> pictures) {
        Evaluation evaluation = training.validation();
        List<MetricFact> metrics = evaluation.metricNames().stream()
                .filter(metric -> !metric.equals("loss"))
                .map(metric -> MetricFact.of(evaluation, metric))
                .toList();
        CardFacts.Kind kind = CardFacts.Kind.SINGLE_LABEL;
        if (task instanceof Task.MultiLabel) {
            kind = CardFacts.Kind.MULTI_LABEL;
        } else if (task instanceof Task.Regression) {
            kind = CardFacts.Kind.REGRESSION;
        }
        return new CardFacts(
                name,
                kind,
                training.baseModel(),
                "",
                task instanceof Task.Regression ? List.of() : task.labels(),
                training.trainName(),
                "validation",
                evaluation.examples(),
                TrainingSettings.of(training),
                metrics,
                pictures);
    }
}
