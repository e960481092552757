package ai.graft.finetune.cli;

import ai.graft.finetune.engine.Precision;
import ai.graft.finetune.train.Answerer;
import ai.graft.finetune.train.FineTuned;
import ai.graft.finetune.train.FineTunedAnswerer;
import ai.graft.finetune.train.OnnxAnswerer;
import ai.graft.finetune.train.OnnxTextModel;
import ai.graft.finetune.train.RunningModel;
import ai.graft.finetune.train.TextModel;
import ai.graft.model.checkpoint.Checkpoint;
import ai.graft.model.checkpoint.Weights;
import ai.graft.model.config.ConfigFile;
import ai.graft.serving.predict.OnnxPredictor;
import ai.graft.tokenizer.LongTexts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
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

    /** An opened model, and the export that was written for it, if one was. */
    record Opened<M extends RunningModel>(M model, Optional<TemporaryExport> export) implements AutoCloseable {
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
    Opened<TextModel> open(
            String model, Precision precision, ComputeOptions compute, Optional<LongTexts> longTexts, Console console)
            throws IOException {
        return open(
                model,
                precision,
                console,
                () -> FineTuned.open(model, precision, compute.open(), longTexts),
                directory -> OnnxTextModel.open(directory, compute.predictor(longTexts)));
    }

    /** Opens a model that answers questions on the runtime that is to compute. */
    Opened<Answerer> openAnswerer(String model, Precision precision, ComputeOptions compute, Console console)
            throws IOException {
        return open(
                model,
                precision,
                console,
                () -> FineTunedAnswerer.open(model, precision, compute.open()),
                directory -> OnnxAnswerer.open(directory, compute.predictor(Optional.empty())));
    }

    private <M extends RunningModel> Opened<M> open(
            String model, Precision precision, Console console, Supplier<M> torch, Function<Path, M> onnx)
            throws IOException {
        if (!isOnnx(model)) {
            return new Opened<>(torch.get(), Optional.empty());
        }
        if (precision != Precision.FP32) {
            throw new IllegalArgumentException("--precision is " + precision + ", but " + model
                    + " is an exported model, or runs as one, whose precision is its own. Leave the option out.");
        }
        if (isExported(model)) {
            return new Opened<>(onnx.apply(Path.of(model)), Optional.empty());
        }
        TemporaryExport export = TemporaryExport.of(model, console);
        try {
            return new Opened<>(onnx.apply(export.directory()), Optional.of(export));
        } catch (RuntimeException | Error e) {
            export.close();
            throw e;
        }
    }

    /** Whether a model, exported or not, answers questions. */
    static boolean answersQuestions(String model) throws IOException {
        Optional<String> architecture = isExported(model)
                ? ConfigFile.read(Path.of(model).resolve("config.json")).architecture()
                : Checkpoint.open(model).config().architecture();
        return architecture
                .filter(name -> name.endsWith("ForQuestionAnswering"))
                .isPresent();
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
