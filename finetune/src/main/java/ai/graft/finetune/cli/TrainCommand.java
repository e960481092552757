package ai.graft.finetune.cli;

import ai.graft.datasets.Dataset;
import ai.graft.datasets.QuestionSet;
import ai.graft.finetune.engine.Precision;
import ai.graft.finetune.engine.ResidentMemory;
import ai.graft.finetune.evaluate.Evaluation;
import ai.graft.finetune.train.ClassWeights;
import ai.graft.finetune.train.FineTuned;
import ai.graft.finetune.train.FineTunedAnswerer;
import ai.graft.finetune.train.FineTuning;
import ai.graft.finetune.train.Freeze;
import ai.graft.finetune.train.Schedule;
import ai.graft.finetune.train.Trained;
import ai.graft.finetune.train.TrainingDivergedException;
import ai.graft.finetune.train.TrainingOptions;
import ai.graft.finetune.train.TrainingReport;
import ai.graft.model.checkpoint.AtomicDirectory;
import ai.graft.model.checkpoint.DType;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code graft train}: a labelled file and a pretrained model give a fine-tuned model. */
@Command(
        name = "train",
        abbreviateSynopsis = true,
        description = "Fine-tune a pretrained model on labelled texts.",
        footer = {
            "",
            "Example: graft train --train reviews.tsv --out reviews-model",
            "Without --validation a tenth of the training data is held back to choose the best weights by."
        })
final class TrainCommand extends Subcommand {
    @Option(
            names = "--model",
            paramLabel = "M",
            description = "Directory, .onnx file, maven:G:A:V, or name (${DEFAULT-VALUE}).")
    String model = "minilm";

    @Option(
            names = "--train",
            paramLabel = "F",
            required = true,
            description = "Labelled texts; or one file a label: pos=F,neg=F.")
    String train;

    @Option(names = "--validation", paramLabel = "F", description = "Labelled texts to choose the best weights by.")
    Optional<String> validation = Optional.empty();

    @Option(names = "--test", paramLabel = "F", description = "Labelled texts to judge the model by in the end.")
    Optional<String> test = Optional.empty();

    @Option(names = "--out", paramLabel = "D", required = true, description = "Directory of the model to write.")
    Path out;

    @Mixin
    DataOptions data = new DataOptions();

    @Mixin
    SplitOptions parts = new SplitOptions();

    @Option(names = "--task", paramLabel = "T", description = "single-label, multi-label, regression (sniffed); qa.")
    Optional<String> task = Optional.empty();

    @Mixin
    private AnswerOptions answers;

    @Option(names = "--epochs", paramLabel = "N", description = "Passes over the data; by default 8 to 1, as it grows.")
    Optional<Double> epochs = Optional.empty();

    @Option(names = "--batch-size", paramLabel = "N", description = "Rows a batch at most (${DEFAULT-VALUE}).")
    int batchSize = 32;

    @Option(names = "--batch-tokens", paramLabel = "N", description = "Rows × longest row at most (${DEFAULT-VALUE}).")
    int batchTokens = 4096;

    @Option(names = "--accumulate", paramLabel = "N", description = "Batches a step (${DEFAULT-VALUE}).")
    int accumulate = 1;

    @Option(names = "--lr", paramLabel = "X", description = "Peak learning rate; 1e-4 or, of wide models, less.")
    Optional<Double> learningRate = Optional.empty();

    @Option(names = "--head-lr", paramLabel = "X", description = "Peak rate of a new head; by default ten times --lr.")
    Optional<Double> headLearningRate = Optional.empty();

    @Option(names = "--weight-decay", paramLabel = "X", description = "Decoupled decay (${DEFAULT-VALUE}).")
    double weightDecay = 0.01;

    @Option(
            names = "--warmup",
            paramLabel = "X",
            description = "Below 1 a share of the steps, else steps (${DEFAULT-VALUE}).")
    double warmup = 0.06;

    @Option(names = "--schedule", paramLabel = "S", description = "linear (the default), cosine or constant.")
    Schedule.Kind schedule = Schedule.Kind.LINEAR;

    @Option(names = "--clip", paramLabel = "X", description = "Largest gradient norm, 0 for none (${DEFAULT-VALUE}).")
    double clip = 1;

    @Option(
            names = "--max-length",
            paramLabel = "N",
            description = "Tokens a text is cut to; 256, for qa 384 by default.")
    Optional<Integer> maxLength = Optional.empty();

    @Mixin
    private LongTextOption longTexts;

    @Mixin
    private UnknownLabelsOption unknownLabels;

    @Option(
            names = "--precision",
            paramLabel = "P",
            description = "fp32 or bf16; by default bf16 if the processor has it.")
    Optional<Precision> precision = Optional.empty();

    @Option(names = "--seed", paramLabel = "N", description = "Decides all that is random (${DEFAULT-VALUE}).")
    long seed = 42;

    @Mixin
    private TransferOptions transfer;

    @Option(names = "--freeze", paramLabel = "W", description = "Not trained: embeddings, layers:N or encoder.")
    String freeze = "nothing";

    @Option(
            names = "--layer-decay",
            paramLabel = "X",
            description = "Rate factor from a layer to the next below; 1, or 0.9 of gradual.")
    Optional<Double> layerDecay = Optional.empty();

    @Option(names = "--class-weights", paramLabel = "W", description = "balanced, or one number a label: 1,2.5")
    Optional<String> classWeights = Optional.empty();

    @Option(
            names = "--label-smoothing",
            paramLabel = "X",
            description = "Share spread over all labels (${DEFAULT-VALUE}).")
    double labelSmoothing;

    @Option(names = "--focal-loss", paramLabel = "X", description = "Gamma: what is right counts less (2); 0 for none.")
    double focalLoss;

    @Option(names = "--layers", paramLabel = "N", description = "Keep N evenly spaced layers of the encoder.")
    Optional<Integer> layers = Optional.empty();

    @Option(names = "--eval-metric", paramLabel = "M", description = "Metric that chooses the best weights.")
    Optional<String> evalMetric = Optional.empty();

    @Option(
            names = "--eval-steps",
            paramLabel = "N",
            description = "Steps between evaluations; by default six or more a training.")
    Optional<Integer> evalSteps = Optional.empty();

    @Option(names = "--patience", paramLabel = "N", description = "Stop after N evaluations without a better one.")
    int patience;

    @Option(names = "--dropout", paramLabel = "X", description = "Of hidden states and head; by default the model's.")
    Optional<Double> dropout = Optional.empty();

    @Option(
            names = "--attention-dropout",
            paramLabel = "X",
            description = "Of attention weights; by default the model's.")
    Optional<Double> attentionDropout = Optional.empty();

    @Option(
            names = "--classifier-dropout",
            paramLabel = "X",
            description = "Of the head; by default --dropout's or the model's.")
    Optional<Double> classifierDropout = Optional.empty();

    @Option(names = "--beta1", paramLabel = "X", description = "AdamW's first decay (${DEFAULT-VALUE}).")
    double beta1 = 0.9;

    @Option(names = "--beta2", paramLabel = "X", description = "AdamW's second decay (${DEFAULT-VALUE}).")
    double beta2 = 0.999;

    @Option(names = "--eps", paramLabel = "X", description = "AdamW's epsilon (${DEFAULT-VALUE}).")
    double eps = 1e-8;

    @Option(names = "--save-as", paramLabel = "T", description = "fp32 or fp16 weights in the file (${DEFAULT-VALUE}).")
    String saveAs = "fp32";

    @Option(names = "--config", paramLabel = "F", description = "JSON file with names as here, no dashes; flags win.")
    Optional<Path> config = Optional.empty();

    @Option(names = OptionsHelp.ALL, usageHelp = true, description = "Show the options that few need, too.")
    boolean helpAll;

    @Mixin
    private OutputOptions output;

    @Mixin
    private ComputeOptions compute;

    @Override
    void run(Console console) throws IOException {
        options();
        DType stored = stored(saveAs);
        boolean questions = AnswerOptions.isTask(task);
        AnswerOptions.requireFitting(questions, given());
        try (Interruption interruption = Interruption.begin(() -> console.err().println(TrainingEnd.STOPPING));
                AtomicDirectory directory = Trained.reserve(out)) {
            Output target = new Output(directory, stored);
            if (questions) {
                run(console, questions(console), target, interruption);
            } else {
                run(console, texts(console), target, interruption);
            }
        }
    }

    private TrainingData<FineTuned> texts(Console console) {
        Map<String, Dataset> named = parts.of(data.read(train));
        Dataset all = told(console, train, SplitOptions.part(named, "train"));
        Optional<Dataset> given = validation
                .map(data::read)
                .or(() -> Optional.ofNullable(named.get("validation")))
                .map(set -> told(console, set.name(), set));
        Optional<Dataset> test = this.test
                .map(data::read)
                .or(() -> Optional.ofNullable(named.get("test")))
                .map(set -> told(console, set.name(), set));
        return new TrainingData.Texts(all, given, test, unknownLabels.value());
    }

    private static Dataset told(Console console, String name, Dataset set) {
        console.err().println(name + ": " + set.description());
        return set;
    }

    private TrainingData<FineTunedAnswerer> questions(Console console) {
        QuestionSet all = questions(console, train);
        Optional<QuestionSet> given = validation.map(source -> questions(console, source));
        Optional<QuestionSet> test = this.test.map(source -> questions(console, source));
        return new TrainingData.Questions(all, given, test);
    }

    private QuestionSet questions(Console console, String source) {
        QuestionSet set = QuestionFiles.read(source, data.charset());
        console.err().println(source + ": " + set.description());
        return set;
    }

    /** Where the model goes, and as what. */
    private record Output(AtomicDirectory directory, DType stored) {
        void save(Trained trained) {
            trained.save(directory, stored);
        }
    }

    private <T extends Trained> void run(
            Console console, TrainingData<T> data, Output target, Interruption interruption) throws IOException {
        try (TrainingDisplay display = new TrainingDisplay(console);
                T trained = train(data, display, target, interruption)) {
            boolean stopped = interruption.requested();
            display.close();
            target.save(trained);
            if (stopped) {
                throw TrainingEnd.stopped(trained, out);
            }
            report(console, trained, data.test(trained));
        }
    }

    private <T extends Trained> T train(
            TrainingData<T> data, TrainingDisplay display, Output target, Interruption interruption) {
        try {
            return data.train(FineTuning.of(model)
                    .options(options())
                    .listener(display)
                    .into(target.directory(), target.stored())
                    .stopWhen(interruption::requested));
        } catch (TrainingDivergedException diverged) {
            throw TrainingEnd.diverged(diverged, target::save, out);
        }
    }

    private void report(Console console, Trained trained, Optional<Evaluation> test) throws IOException {
        TrainingReport training = trained.report().orElseThrow();
        Evaluation evaluation = test.orElse(training.validation());
        String split = test.isPresent() ? "test" : training.data().split();
        if (!output.json()) {
            console.out().println("On the " + split + " data:\n\n" + evaluation.table());
            console.out()
                    .println(String.format(
                            Locale.ROOT,
                            "%n%s: %,d steps in %.0f s, %.0f examples/s, best after step %d",
                            out,
                            training.steps(),
                            training.seconds(),
                            training.examplesPerSecond(),
                            training.best().orElseThrow().step()));
            return;
        }
        ObjectNode json = evaluation.toJson();
        json.put("split", split);
        json.put("steps", training.steps());
        json.put("seconds", training.seconds());
        json.put("examples_per_second", training.examplesPerSecond());
        TrainingEnd.putBest(json, training);
        json.put("peak_rss_mb", ResidentMemory.peakBytes().orElse(0) / 1_000_000);
        JsonOutput.print(console, json);
    }

    private TrainingOptions options() {
        TrainingOptions.Builder builder = TrainingOptions.builder()
                .batchSize(batchSize)
                .batchTokens(batchTokens)
                .accumulate(accumulate)
                .weightDecay(weightDecay)
                .warmup(warmup)
                .schedule(schedule)
                .maxGradNorm(clip)
                .seed(seed)
                .freeze(Freeze.parse(freeze))
                .labelSmoothing(labelSmoothing)
                .focalLoss(focalLoss)
                .patience(patience)
                .beta1(beta1)
                .beta2(beta2)
                .eps(eps)
                .unknownLabels(unknownLabels.value())
                .answerRules(answers.rules(maxLength))
                .device(compute.open());
        transfer.value().ifPresent(builder::transfer);
        task.filter(name -> !name.equals(AnswerOptions.TASK)).ifPresent(builder::task);
        epochs.ifPresent(builder::epochs);
        layerDecay.ifPresent(builder::layerDecay);
        layers.ifPresent(builder::layers);
        learningRate.ifPresent(builder::learningRate);
        headLearningRate.ifPresent(builder::headLearningRate);
        maxLength.ifPresent(builder::maxLength);
        longTexts.value().ifPresent(builder::longTexts);
        precision.ifPresent(builder::precision);
        classWeights.map(ClassWeights::parse).ifPresent(builder::classWeights);
        evalMetric.ifPresent(builder::evalMetric);
        evalSteps.ifPresent(builder::evalSteps);
        dropout.ifPresent(builder::hiddenDropout);
        attentionDropout.ifPresent(builder::attentionDropout);
        classifierDropout.or(() -> dropout).ifPresent(builder::classifierDropout);
        return builder.build();
    }

    private static DType stored(String name) {
        return switch (name) {
            case "fp32" -> DType.F32;
            case "fp16" -> DType.F16;
            default -> throw new IllegalArgumentException("--save-as is '" + name + "', expected fp32 or fp16");
        };
    }
}
