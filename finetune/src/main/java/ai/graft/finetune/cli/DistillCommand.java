package ai.graft.finetune.cli;

import ai.graft.datasets.Dataset;
import ai.graft.datasets.Split;
import ai.graft.finetune.engine.ComputeDevice;
import ai.graft.finetune.engine.Precision;
import ai.graft.finetune.engine.ResidentMemory;
import ai.graft.finetune.train.Distillation;
import ai.graft.finetune.train.FineTuned;
import ai.graft.finetune.train.LabelledRows;
import ai.graft.finetune.train.StudentReport;
import ai.graft.finetune.train.Trained;
import ai.graft.finetune.train.TrainingDivergedException;
import ai.graft.finetune.train.TrainingOptions;
import ai.graft.finetune.train.TrainingReport;
import ai.graft.finetune.train.UnknownLabels;
import ai.graft.model.checkpoint.AtomicDirectory;
import ai.graft.model.checkpoint.DType;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code graft distill}: a fine-tuned classifier teaches a smaller one. */
@Command(
        name = "distill",
        abbreviateSynopsis = true,
        description = "Let a fine-tuned model teach a smaller one.",
        footer = {
            "",
            "Example: graft distill --teacher reviews-model --layers 3 --out small",
            "                       --unlabelled texts.txt --train reviews.tsv"
        })
final class DistillCommand extends Subcommand {
    @Option(names = "--teacher", paramLabel = "D", required = true, description = "Directory of a fine-tuned model.")
    String teacher = "";

    @Option(names = "--student", paramLabel = "M", description = "Model to begin from; by default the teacher.")
    Optional<String> student = Optional.empty();

    @Option(names = "--layers", paramLabel = "N", description = "Keep N of its layers, evenly spaced.")
    Optional<Integer> layers = Optional.empty();

    @Option(names = "--unlabelled", paramLabel = "F", required = true, description = "Texts that the teacher answers.")
    String unlabelled = "";

    @Option(names = "--train", paramLabel = "F", description = "Labelled texts, to be learned too.")
    Optional<String> train = Optional.empty();

    @Option(names = "--validation", paramLabel = "F", description = "To choose by; else a tenth of --train.")
    Optional<String> validation = Optional.empty();

    @Option(names = "--test", paramLabel = "F", description = "Labelled texts to judge both models by.")
    Optional<String> test = Optional.empty();

    @Option(names = "--out", paramLabel = "D", required = true, description = "Directory of the model to write.")
    Path out;

    @Option(names = "--temperature", paramLabel = "X", description = "Softens the answers (${DEFAULT-VALUE}).")
    double temperature = Distillation.DEFAULT_TEMPERATURE;

    @Option(names = "--alpha", paramLabel = "X", description = "Teacher's weight against a label, 0 to 1 (0.5).")
    Optional<Double> alpha = Optional.empty();

    @Option(names = "--epochs", paramLabel = "N", description = "Passes over all texts; by default fewer of many.")
    Optional<Double> epochs = Optional.empty();

    @Option(names = "--lr", paramLabel = "X", description = "Peak learning rate; as of graft train.")
    Optional<Double> learningRate = Optional.empty();

    @Option(names = "--batch-size", paramLabel = "N", description = "Texts a batch at most (${DEFAULT-VALUE}).")
    int batchSize = 32;

    @Option(names = "--max-length", paramLabel = "N", description = "Tokens a text is cut to; as the teacher.")
    Optional<Integer> maxLength = Optional.empty();

    @Option(names = "--seed", paramLabel = "N", description = "Decides all that is random (${DEFAULT-VALUE}).")
    long seed = 42;

    @Option(
            names = "--precision",
            paramLabel = "P",
            description = "fp32 or bf16; by default bf16 if the processor has it.")
    Optional<Precision> precision = Optional.empty();

    @Mixin
    private DataOptions data;

    @Mixin
    private UnknownLabelsOption unknownLabels;

    @Mixin
    private OutputOptions output;

    @Mixin
    private ComputeOptions compute;

    /**
     * What there is to learn from.
     *
     * @param texts without labels; without labelled ones, those that are not held back
     * @param validation texts that choose the best weights
     */
    private record Material(Dataset texts, Optional<Dataset> labelled, Dataset validation) {
        FineTuned learn(Distillation distillation) {
            return labelled.map(set -> distillation.distill(texts, new Split(set, validation)))
                    .orElseGet(() -> distillation.distill(new Split(texts, validation)));
        }
    }

    @Override
    void run(Console console) throws IOException {
        requireSense();
        ComputeDevice device = compute.open();
        try (FineTuned opened = FineTuned.open(teacher, Precision.FP32, device);
                Interruption interruption =
                        Interruption.begin(() -> console.err().println(TrainingEnd.STOPPING));
                AtomicDirectory directory = Trained.reserve(out);
                TrainingDisplay display = new TrainingDisplay(console)) {
            Distillation distillation = distillation(opened, device)
                    .listener(display)
                    .into(directory, DType.F32)
                    .stopWhen(interruption::requested);
            distillation.check();
            Optional<Dataset> judge = test.map(source -> read(console, source));
            judge.ifPresent(set -> requireKnown(opened, set));
            judge.ifPresent(distillation::judgedBy);
            Material material = material(console, distillation);
            try (FineTuned taught = learn(material, distillation, directory)) {
                boolean stopped = interruption.requested();
                display.close();
                taught.save(directory, DType.F32);
                if (stopped) {
                    throw TrainingEnd.stopped(taught, out);
                }
                report(console, opened, taught, judge, material.validation());
            }
        }
    }

    private void requireSense() {
        if (student.isEmpty() && layers.isEmpty()) {
            throw new IllegalArgumentException("which student? Give --student M, or --layers N for some layers of the"
                    + " teacher, or both for some layers of M.");
        }
        if (train.isEmpty() && (alpha.isPresent() || validation.isPresent())) {
            throw new IllegalArgumentException(
                    (alpha.isPresent() ? "--alpha weighs the teacher against labels" : "--validation goes with labels")
                            + ", but there are none. Give --train too, or leave it out.");
        }
    }

    /** Before the training, which takes long. */
    private void requireKnown(FineTuned opened, Dataset set) {
        if (unknownLabels.value() == UnknownLabels.REFUSE) {
            LabelledRows.of(opened.task(), set);
        }
    }

    private Distillation distillation(FineTuned opened, ComputeDevice device) {
        Distillation distillation = Distillation.of(opened, teacher)
                .temperature(temperature)
                .batchSize(batchSize)
                .seed(seed)
                .device(device);
        student.ifPresent(distillation::student);
        layers.ifPresent(distillation::layers);
        alpha.ifPresent(distillation::alpha);
        epochs.ifPresent(distillation::epochs);
        learningRate.ifPresent(distillation::learningRate);
        maxLength.ifPresent(distillation::maxLength);
        precision.ifPresent(distillation::precision);
        return distillation;
    }

    private Material material(Console console, Distillation distillation) {
        Dataset texts = data.readTexts(unlabelled);
        console.err().println(unlabelled + ": " + texts.description());
        if (train.isEmpty()) {
            Split parts = distillation.heldBack(texts);
            return new Material(parts.train(), Optional.empty(), parts.rest());
        }
        Dataset labelled = read(console, train.get());
        Split parts = validation
                .map(source -> new Split(labelled, read(console, source)))
                .orElseGet(() -> labelled.stratifiedSplit(TrainingOptions.DEFAULT_VALIDATION_SHARE, seed));
        return new Material(texts, Optional.of(parts.train()), parts.rest());
    }

    private Dataset read(Console console, String source) {
        Dataset set = data.read(source);
        console.err().println(source + ": " + set.description());
        return set;
    }

    private FineTuned learn(Material material, Distillation distillation, AtomicDirectory directory) {
        try {
            return material.learn(distillation);
        } catch (TrainingDivergedException diverged) {
            throw TrainingEnd.diverged(diverged, best -> best.save(directory, DType.F32), out);
        }
    }

    private void report(Console console, FineTuned opened, FineTuned taught, Optional<Dataset> judge, Dataset chosenBy)
            throws IOException {
        TrainingReport training = taught.report().orElseThrow();
        StudentReport beside = StudentReport.of(opened, taught, judge.orElse(chosenBy), unknownLabels.value());
        String split = judge.isPresent() ? "test" : "validation";
        String labelledBy = judge.isPresent() || train.isPresent() ? "people" : "teacher";
        ObjectNode json = beside.toJson();
        json.put("split", split).put("labelled_by", labelledBy);
        json.put("texts", training.trainTexts())
                .put("steps", training.steps())
                .put("seconds", training.seconds())
                .put("examples_per_second", training.examplesPerSecond());
        TrainingEnd.putBest(json, training);
        json.put("peak_rss_mb", ResidentMemory.peakBytes().orElse(0) / 1_000_000);
        String text = String.format(
                Locale.ROOT,
                "On the %s data%s:%n%n%s%n%s: %,d steps in %.0f s, %.0f examples/s, best after step %d%n",
                split,
                labelledBy.equals("teacher") ? ", labelled by the teacher itself" : "",
                beside.table(),
                out,
                training.steps(),
                training.seconds(),
                training.examplesPerSecond(),
                training.best().orElseThrow().step());
        output.print(console, json, text);
    }
}
