package ai.graft.finetune.cli;

import ai.graft.datasets.Dataset;
import ai.graft.datasets.QuestionSet;
import ai.graft.finetune.train.ExportedMetric;
import ai.graft.serving.onnx.ExportOptions;
import ai.graft.serving.onnx.ExportPrecision;
import ai.graft.serving.onnx.Validation;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that say how an exported file computes, and what it must not lose by it. */
final class ExportChoices {
    /** Points of a metric, where validation data were given and no bound. */
    private static final double MAX_DROP = 0.5;

    private static final String AUTO = "auto";

    @Mixin
    private FlavourOptions flavour = new FlavourOptions();

    @Option(
            names = "--precision",
            paramLabel = "P",
            description =
                    "fp32 (default), fp16 (half the file), fp16-gpu (computes in it), int8; auto by --validation.")
    private String precision = ExportPrecision.FP32.label();

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

    /** Whether the precision is to be chosen by measuring. */
    boolean auto() {
        return precision.equalsIgnoreCase(AUTO);
    }

    private ExportPrecision precision() {
        if (auto()) {
            return ExportPrecision.INT8;
        }
        return Arrays.stream(ExportPrecision.values())
                .filter(value -> value.label().equalsIgnoreCase(precision))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "--precision is '" + precision + "'; give fp32, fp16, fp16-gpu, int8 or auto"));
    }

    /**
     * The options of an export of this model; where the precision is to be chosen, those of its candidate in int8.
     *
     * @throws IllegalArgumentException where options exclude each other
     */
    ExportOptions options(String model, boolean externalData, Console console) throws IOException {
        if (maxDrop.isPresent() && validation.isEmpty()) {
            throw new IllegalArgumentException("--max-drop is " + maxDrop.get()
                    + ", but there is nothing to measure it on. Add --validation FILE.");
        }
        if (auto() && validation.isEmpty()) {
            throw new IllegalArgumentException(
                    "--precision auto measures the precisions on data of yours. Add --validation FILE.");
        }
        ExportOptions options = new ExportOptions(
                externalData, flavour.flavour(), precision(), flavour.scale(), keepFp32, Optional.empty());
        return validation.isEmpty() ? options : options.withValidation(validation(model, validation.get(), console));
    }

    private Validation validation(String model, String file, Console console) throws IOException {
        if (RuntimeOption.answersQuestions(model)) {
            QuestionSet questions = QuestionFiles.read(file, data.charset());
            console.err().println(file + ": " + questions.description());
            return ExportedMetric.validation(questions, maxDrop.orElse(MAX_DROP));
        }
        Dataset texts = data.read(file);
        console.err().println(file + ": " + texts.description());
        return ExportedMetric.of(model, texts).validation(maxDrop.orElse(MAX_DROP));
    }
}
