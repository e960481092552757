package ai.graft.finetune.cli;

import ai.graft.finetune.engine.Precision;
import ai.graft.finetune.train.FineTuned;
import ai.graft.finetune.train.OnnxTextModel;
import ai.graft.finetune.train.TextModel;
import ai.graft.model.checkpoint.Weights;
import ai.graft.serving.predict.OnnxPredictor;
import ai.graft.tokenizer.LongTexts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** The option that says which runtime computes, and what it decides. */
final class RuntimeOption {
    /** The runtimes. */
    enum Choice {
        PYTORCH,
        ONNX;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Option(names = "--runtime", paramLabel = "R", description = "pytorch or onnx; what the model is for if left out.")
    private Optional<Choice> runtime = Optional.empty();

    /** An opened text model, and the export that was written for it, if one was. */
    record Opened(TextModel model, Optional<TemporaryExport> export) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            model.close();
            if (export.isPresent()) {
                export.get().close();
            }
        }
    }

    /**
     * Whether ONNX Runtime is to compute.
     *
     * @throws IllegalArgumentException where PyTorch was asked for and the model is an export
     */
    boolean isOnnx(String model) throws IOException {
        boolean exported = isExported(model);
        if (exported && runtime.filter(Choice.PYTORCH::equals).isPresent()) {
            throw new IllegalArgumentException(
                    "--runtime is pytorch, but " + model
                            + " is an exported model, which has no weights for it. Name the directory that it was exported from.");
        }
        return exported || runtime.filter(Choice.ONNX::equals).isPresent();
    }

    /** Opens a text classifier or regressor on the runtime that is to compute. */
    Opened open(
            String model, Precision precision, ComputeOptions compute, Optional<LongTexts> longTexts, Console console)
            throws IOException {
        if (!isOnnx(model)) {
            return new Opened(FineTuned.open(model, precision, compute.open(), longTexts), Optional.empty());
        }
        if (precision != Precision.FP32) {
            throw new IllegalArgumentException("--precision is " + precision + ", but " + model
                    + " is an exported model, or runs as one, whose precision is its own. Leave the option out.");
        }
        if (isExported(model)) {
            return new Opened(OnnxTextModel.open(Path.of(model), compute.predictor(longTexts)), Optional.empty());
        }
        TemporaryExport export = TemporaryExport.of(model, console);
        try {
            return new Opened(
                    OnnxTextModel.open(export.directory(), compute.predictor(longTexts)), Optional.of(export));
        } catch (RuntimeException | Error e) {
            export.close();
            throw e;
        }
    }

    /** A checkpoint may bring an ONNX file of somebody else's beside its weights; then the weights are meant. */
    static boolean isExported(String model) throws IOException {
        Path directory;
        try {
            directory = Path.of(model);
        } catch (InvalidPathException e) {
            return false;
        }
        if (!Files.isRegularFile(directory.resolve(OnnxPredictor.MODEL))) {
            return false;
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.noneMatch(Weights::isNamed);
        }
    }
}
