package ai.graft.finetune.cli;

import ai.graft.datasets.Dataset;
import ai.graft.finetune.engine.Precision;
import ai.graft.finetune.engine.ResidentMemory;
import ai.graft.finetune.train.Adapted;
import ai.graft.finetune.train.BestWeights;
import ai.graft.finetune.train.DomainAdaptation;
import ai.graft.finetune.train.Trained;
import ai.graft.finetune.train.TrainingDivergedException;
import ai.graft.finetune.train.TrainingReport;
import ai.graft.model.checkpoint.AtomicDirectory;
import ai.graft.model.checkpoint.DType;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code graft adapt}: plain texts and a pretrained model give one that knows their language better. */
@Command(
        name = "adapt",
        abbreviateSynopsis = true,
        description = "Train a model on with plain texts, before fine-tuning.",
        footer = {
            "",
            "Example: graft adapt --corpus reports.txt --out minilm-reports",
            "         graft train --model minilm-reports --train labelled.csv --out model"
        })
final class AdaptCommand extends Subcommand {
    @Option(
            names = "--model",
            paramLabel = "M",
            description = "Directory, .onnx file, maven:G:A:V, or name (${DEFAULT-VALUE}).")
    String model = "minilm";

    @Option(
            names = "--corpus",
            paramLabel = "F",
            required = true,
            description = "Plain text, a document a line; .gz too.")
    Path corpus;

    @Option(
            names = "--validation",
            paramLabel = "F",
            description = "Such a file to measure with; else 5 %% of the corpus.")
    Optional<Path> validation = Optional.empty();

    @Option(names = "--out", paramLabel = "D", required = true, description = "Directory of the model to write.")
    Path out;

    @Option(names = "--epochs", paramLabel = "N", description = "Passes over the corpus (${DEFAULT-VALUE}).")
    double epochs = 1;

    @Option(names = "--lr", paramLabel = "X", description = "Peak learning rate; 1e-4 or, of wide models, less.")
    Optional<Double> learningRate = Optional.empty();

    @Option(names = "--batch-size", paramLabel = "N", description = "Windows a batch (${DEFAULT-VALUE}).")
    int batchSize = 16;

    @Option(names = "--max-length", paramLabel = "N", description = "Tokens a window; 256 or the model's most.")
    Optional<Integer> maxLength = Optional.empty();

    @Option(names = "--mask", paramLabel = "X", description = "Share of the words hidden (${DEFAULT-VALUE}).")
    double mask = 0.15;

    @Option(names = "--charset", paramLabel = "C", description = "Encoding of the files (${DEFAULT-VALUE}).")
    Charset charset = StandardCharsets.UTF_8;

    @Option(names = "--seed", paramLabel = "N", description = "Decides all that is random (${DEFAULT-VALUE}).")
    long seed = 42;

    @Option(
            names = "--precision",
            paramLabel = "P",
            description = "fp32 or bf16; by default bf16 if the processor has it.")
    Optional<Precision> precision = Optional.empty();

    @Mixin
    private OutputOptions output;

    @Mixin
    private ComputeOptions compute;

    @Override
    void run(Console console) throws IOException {
        DomainAdaptation adaptation = adaptation();
        try (Interruption interruption = Interruption.begin(() -> console.err().println(TrainingEnd.STOPPING));
                AtomicDirectory directory = Trained.reserve(out);
                TrainingDisplay display = new TrainingDisplay(console, "tokens")) {
            adaptation.listener(display).into(directory, DType.F32).stopWhen(interruption::requested);
            try (Adapted adapted = adapt(console, adaptation, directory)) {
                boolean stopped = interruption.requested();
                display.close();
                adapted.save(directory, DType.F32);
                if (stopped) {
                    throw TrainingEnd.stopped(adapted, out);
                }
                report(console, adapted);
            }
        }
    }

    private DomainAdaptation adaptation() {
        DomainAdaptation adaptation = DomainAdaptation.of(model)
                .mask(mask)
                .epochs(epochs)
                .batchSize(batchSize)
                .seed(seed)
                .device(compute.open());
        learningRate.ifPresent(adaptation::learningRate);
        maxLength.ifPresent(adaptation::maxLength);
        precision.ifPresent(adaptation::precision);
        adaptation.check();
        return adaptation;
    }

    private Adapted adapt(Console console, DomainAdaptation adaptation, AtomicDirectory directory) {
        try {
            Dataset texts = read(console, corpus);
            return validation.isPresent()
                    ? adaptation.adapt(texts, read(console, validation.get()))
                    : adaptation.adapt(texts);
        } catch (TrainingDivergedException diverged) {
            throw TrainingEnd.diverged(diverged, best -> best.save(directory, DType.F32), out);
        }
    }

    private Dataset read(Console console, Path file) {
        Dataset texts = DomainAdaptation.read(file, charset);
        console.err().println(file + ": " + texts.description());
        return texts;
    }

    private void report(Console console, Adapted adapted) throws IOException {
        TrainingReport training = adapted.report().orElseThrow();
        BestWeights best = training.best().orElseThrow();
        ObjectNode json = training.validation().toJson();
        json.put("perplexity_before", adapted.perplexityBefore())
                .put("documents", training.trainTexts())
                .put("steps", training.steps())
                .put("seconds", training.seconds())
                .put("tokens_per_second", training.examplesPerSecond());
        TrainingEnd.putBest(json, training);
        json.put("peak_rss_mb", ResidentMemory.peakBytes().orElse(0) / 1_000_000);
        String text = String.format(
                Locale.ROOT,
                "On the held-back documents, before: perplexity %.2f; now:%n%n%s%n%s: %,d steps in %.0f s, %,.0f tokens/s, best"
                        + " after step %d%n%s",
                adapted.perplexityBefore(),
                training.validation().table(),
                out,
                training.steps(),
                training.seconds(),
                training.examplesPerSecond(),
                best.step(),
                best.step() == 0 ? "The weights are those of " + model + ": none after them were better.\n" : "");
        output.print(console, json, text);
    }
}
