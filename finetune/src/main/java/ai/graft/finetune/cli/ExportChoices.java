package ai.graft.finetune.cli;

import ai.graft.datasets.Dataset;
import ai.graft.finetune.train.ExportedMetric;
import ai.graft.serving.onnx.ExportOptions;
import ai.graft.serving.onnx.ExportPrecision;
import ai.graft.serving.onnx.Int8Scale;
import ai.graft.serving.onnx.Validation;
import ai.graft.serving.predict.Flavour;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that say how an exported file computes, and what it must not lose by it. */
final class ExportChoices {
    /** Points of a metric, where validation data were given and no bound. */
    private static final double MAX_DROP = 0.5;

    @Option(names = "--flavor", paramLabel = "F", description = "portable (default), or ort for ONNX Runtime on CPUs.")
    private Flavour flavour = Flavour.PORTABLE;

    @Option(names = "--precision", paramLabel = "P", description = "fp32 (the default), fp16 (half the file) or int8.")
    private ExportPrecision precision = ExportPrecision.FP32;

    @Option(
            names = "--int8-scale",
            paramLabel = "S",
            description = "In ort: a scale each token (the default) or tensor.")
    private Optional<Int8Scale> scale = Optional.empty();

    @Option(
            names = "--keep-fp32",
            paramLabel = "N[,N]",
            split = ",",
            hideParamSyntax = true,
            description = "Parts of names of weights to keep in fp32, with *.")
    private List<String> keepFp32 = List.of();

    @Option(names = "--validation", paramLabel = "F", description = "Labelled texts to compare it with fp32 on.")
    private Optional<String> validation = Optional.empty();

    @Option(names = "--max-drop", paramLabel = "X", description = "Points that the metric may lose there (0.5).")
    private Optional<Double> maxDrop = Optional.empty();

    @Mixin
    private DataOptions data = new DataOptions();

    /**
     * The options of an export of this model.
     *
     * @throws IllegalArgumentException where options exclude each other
     */
    ExportOptions options(String model, boolean externalData, Console console) {
        if (maxDrop.isPresent() && validation.isEmpty()) {
            throw new IllegalArgumentException("--max-drop is " + maxDrop.get()
                    + ", but there is nothing to measure it on. Add --validation FILE.");
        }
        ExportOptions options = new ExportOptions(externalData, flavour, precision, scale, keepFp32, Optional.empty());
        return validation
                .map(file -> options.withValidation(validation(model, file, console)))
                .orElse(options);
    }

    private Validation validation(String model, String file, Console console) {
        Dataset texts = data.read(file);
        console.err().println(file + ": " + texts.description());
        return new Validation(ExportedMetric.of(model, texts), maxDrop.orElse(MAX_DROP));
    }
}
