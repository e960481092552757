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
import ai.graft.model.checkpoint.DType;
import ai.graft.model.checkpoint.LoraAdapter;
import ai.graft.model.checkpoint.PretrainedNetwork;
import ai.graft.model.checkpoint.SafetensorsFile;
import ai.graft.model.checkpoint.Tensor;
import ai.graft.model.network.WeightSpec;
import ai.graft.model.task.Task;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes the directory of a fine-tuned model. */
final class ModelWriter {
    private static final String CURVE = "curve.png";
    private static final String CONFUSION = "confusion.png";
    private static final String REPORT = "report.html";
    private static final String ADAPTER = "adapter";

    private final TorchModel model;
    private final Task task;

    ModelWriter(TorchModel model, Task task) {
        this.model = model;
        this.task = task;
    }

    /** Writes all files and puts the directory in its place; the caller closes it. */
    void write(AtomicDirectory output, DType stored) {
        output.write(
                "config.json", file -> Files.writeString(file, model.config().toJson()));
        output.write(
                "model.safetensors",
                bytes(model.network().weights(), stored),
                file -> SafetensorsFile.write(file, weights(), stored));
        model.adapter().ifPresent(adapter -> writeAdapter(output, adapter));
        output.write("tokenizer.json", file -> model.tokenizer().save(output.path()));
        String json = GraftJson.text(task, model.limit(), model.tokenizer().fingerprint(), model.report());
        output.write(GraftJson.FILE, file -> Files.writeString(file, json));
        if (!(task instanceof Task.MaskedWords)) { // logits as wide as a vocabulary would fill some hundred megabytes
            output.write(GoldenCases.FILE, file -> Files.writeString(file, golden(output.path())));
        }
        model.report().ifPresent(training -> writeReport(output, training));
        output.commit();
    }

    /** What weights take on a disk, but for a header of some kilobytes. */
    static long bytes(List<WeightSpec> weights, DType stored) {
        return weights.stream().mapToLong(WeightSpec::size).sum() * stored.bits() / Byte.SIZE;
    }

    private Map<String, Tensor> weights() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (WeightSpec weight : model.network().weights()) {
            tensors.put(
                    weight.name(),
                    Tensor.ofFloats(weight.shape(), model.network().weight(weight)));
        }
        return tensors;
    }

    /** Apart, in PEFT's layout; the model's own weights have it merged. */
    private void writeAdapter(AtomicDirectory output, LoraAdapter adapter) {
        output.write(ADAPTER, folder -> {
            Files.createDirectory(folder);
            TrainingReport training = model.report().orElseThrow();
            double dropout = training.options().way().adapterDropout();
            String type = task instanceof Task.QuestionAnswering ? "QUESTION_ANS" : "SEQ_CLS";
            adapter.write(folder, training.baseModel(), type, dropout);
        });
    }

    /** From the file just written, so that it is read back once and rounding to its type is in the numbers. */
    private String golden(Path directory) {
        Checkpoint saved = Checkpoint.open(directory);
        PretrainedNetwork pretrained = saved.load(saved.head(), false, 0);
        try (TorchNetwork reread = TorchNetwork.forPrediction(
                pretrained.network(), pretrained.head(), pretrained::values, Precision.FP32, ComputeDevice.CPU)) {
            return GoldenCases.text(reread, model, pretrained.head());
        }
    }

    private void writeReport(AtomicDirectory output, TrainingReport training) {
        String name = output.target().getFileName().toString();
        List<String> pictures = new ArrayList<>();
        if (!training.history().points().isEmpty()) { // a head that was fitted has no course
            output.write("history.csv", file -> training.history().writeCsv(file));
            output.write(CURVE, file -> LearningCurve.write(file, training.history(), name));
            pictures.add(CURVE);
        }
        if (training.validation() instanceof SingleLabelEvaluation evaluation) {
            output.write(
                    CONFUSION,
                    file -> ConfusionMatrixPicture.write(
                            file,
                            evaluation.confusion(),
                            name + ", " + training.data().split()));
            pictures.add(CONFUSION);
        }
        output.write(REPORT, file -> HtmlReport.write(file, EvaluationReport.of(name, task, training)));
        output.write("README.md", file -> ModelCard.write(file, facts(name, training, pictures)));
    }

    private CardFacts facts(String name, TrainingReport training, List<String> pictures) {
        Evaluation evaluation = training.validation();
        List<MetricFact> metrics = evaluation.metricNames().stream()
                .filter(metric -> !metric.equals("loss"))
                .map(metric -> MetricFact.of(evaluation, metric))
                .toList();
        return new CardFacts(
                name,
                kind(),
                training.baseModel(),
                "",
                task instanceof Task.OfText text && !(task instanceof Task.Regression) ? text.labels() : List.of(),
                training.data().trainName(),
                training.data().split(),
                evaluation.examples(),
                settings(training),
                metrics,
                pictures);
    }

    private Map<String, String> settings(TrainingReport training) {
        Map<String, String> settings = new LinkedHashMap<>(TrainingSettings.of(training));
        model.config().classifierPooling().ifPresent(pooling -> settings.put(ModelCard.POOLING, pooling));
        if (task instanceof Task.MaskedWords masked) {
            settings.put("mask", Double.toString(masked.share()));
        }
        return settings;
    }

    private CardFacts.Kind kind() {
        if (task instanceof Task.MultiLabel) {
            return CardFacts.Kind.MULTI_LABEL;
        } else if (task instanceof Task.MaskedWords) {
            return CardFacts.Kind.MASKED_WORDS;
        } else if (task instanceof Task.Regression) {
            return CardFacts.Kind.REGRESSION;
        }
        return task instanceof Task.QuestionAnswering ? CardFacts.Kind.QUESTION_ANSWERING : CardFacts.Kind.SINGLE_LABEL;
    }
}
