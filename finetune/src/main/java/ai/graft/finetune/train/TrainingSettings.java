package ai.graft.finetune.train;

import ai.graft.finetune.evaluate.MultiLabelEvaluation;
import ai.graft.finetune.evaluate.SingleLabelEvaluation;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The settings of a training as texts, for model cards and provenance. */
final class TrainingSettings {

    static Map<String, String> of(TrainingReport report) {
        TrainingOptions options = report.options();
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("epochs", Double.toString(report.epochs()));
        settings.put("steps", Integer.toString(report.steps()));
        settings.put("batch_size", Integer.toString(options.batchSize()));
        settings.put("batch_tokens", Integer.toString(options.batchTokens()));
        settings.put("accumulate", Integer.toString(options.accumulate()));
        settings.put("learning_rate", Double.toString(report.rates().encoder()));
        settings.put("head_learning_rate", Double.toString(report.rates().head()));
        settings.put("schedule", options.schedule().name().toLowerCase(Locale.ROOT));
        settings.put("warmup", Double.toString(options.warmup()));
        settings.put("weight_decay", Double.toString(options.weightDecay()));
        options.maxGradNorm().ifPresent(norm -> settings.put("max_grad_norm", Double.toString(norm)));
        settings.put("max_length", Integer.toString(report.limit().maxLength()));
        settings.put("long_texts", report.limit().beyond().toString());
        settings.put("precision", report.precision().name().toLowerCase(Locale.ROOT));
        settings.put("seed", Long.toString(options.seed()));
        options.layers().ifPresent(layers -> settings.put("layers", Integer.toString(layers)));
        settings.put("transfer", options.way().toString());
        settings.put("freeze", options.freeze().toString());
        settings.put("layer_decay", Double.toString(options.decayALayer()));
        settings.put("class_weights", options.classWeights().toString());
        settings.put("label_smoothing", Double.toString(options.labelSmoothing()));
        if (options.focalLoss() > 0) {
            settings.put("focal_loss", Double.toString(options.focalLoss()));
        }
        settings.putAll(report.lessonSettings());
        report.perplexityBefore()
                .ifPresent(before -> settings.put("perplexity_before", String.format(Locale.ROOT, "%.6g", before)));
        if (report.validation() instanceof MultiLabelEvaluation labels) {
            settings.put("thresholds", thresholds(labels));
        } else if (report.validation() instanceof SingleLabelEvaluation label && label.temperature() != 1) {
            settings.put("temperature", String.format(Locale.ROOT, "%.4f", label.temperature()));
        }
        return settings;
    }

    private static String thresholds(MultiLabelEvaluation evaluation) {
        return IntStream.range(0, evaluation.labels().size())
                .mapToObj(label -> String.format(
                        Locale.ROOT,
                        "%s %.3f",
                        evaluation.labels().get(label),
                        evaluation.thresholds().get(label)))
                .collect(Collectors.joining(", "));
    }

    private TrainingSettings() {}
}
