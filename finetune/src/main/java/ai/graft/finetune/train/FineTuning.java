package ai.graft.finetune.train;

import ai.graft.datasets.Dataset;
import ai.graft.datasets.Split;
import ai.graft.finetune.engine.CpuFeatures;
import ai.graft.finetune.engine.Precision;
import ai.graft.finetune.engine.TorchNetwork;
import ai.graft.finetune.engine.TrainingSetup;
import ai.graft.finetune.evaluate.Evaluation;
import ai.graft.finetune.evaluate.MultiLabelEvaluation;
import ai.graft.model.checkpoint.AtomicDirectory;
import ai.graft.model.checkpoint.Checkpoint;
import ai.graft.model.checkpoint.CheckpointException;
import ai.graft.model.checkpoint.DType;
import ai.graft.model.checkpoint.PretrainedNetwork;
import ai.graft.model.config.ConfigFile;
import ai.graft.model.network.WeightSpec;
import ai.graft.model.reference.ShapeOps;
import ai.graft.model.task.Task;
import ai.graft.tokenizer.LengthLimit;
import ai.graft.tokenizer.TokenBudget;
import ai.graft.tokenizer.Tokenizer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Fine-tunes a pretrained encoder on labelled texts.
 *
 * <pre>{@code
 * Dataset reviews = Dataset.read(Path.of("reviews.tsv"));
 * Split split = reviews.stratifiedSplit(0.1, 42);
 * try (FineTuned model = FineTuning.of("minilm").epochs(3).train(split.train(), split.rest())) {
 *     System.out.println(model.evaluate(split.rest()).table());
 *     model.save(Path.of("reviews-model"));
 * }
 * }</pre>
 *
 * <p>For one thread. Trainings in one process share PyTorch's threads: run one after the other.
 */
public final class FineTuning {
    private static final int DEFAULT_MAX_LENGTH = 256;

    private final String model;
    private final TrainingOptions.Builder builder = TrainingOptions.builder();
    private Optional<TrainingOptions> options = Optional.empty();
    private TrainingListener listener = TrainingListener.SILENT;
    private BooleanSupplier stop = () -> false;
    private Consumer<List<WeightSpec>> weightsCheck = weights -> {};

    private FineTuning(String model) {
        this.model = model;
    }

    /** Begins from a directory in Hugging Face layout, an {@code .onnx} file or a short name such as {@code minilm}. */
    public static FineTuning of(String model) {
        return new FineTuning(model);
    }

    /** Passes over the training data. */
    public FineTuning epochs(double epochs) {
        builder.epochs(epochs);
        return this;
    }

    /** Peak learning rate. */
    public FineTuning learningRate(double rate) {
        builder.learningRate(rate);
        return this;
    }

    /** Decides new weights, order and dropout. */
    public FineTuning seed(long seed) {
        builder.seed(seed);
        return this;
    }

    /** All settings at once, in place of the single ones. */
    public FineTuning options(TrainingOptions all) {
        this.options = Optional.of(all);
        return this;
    }

    /** Who hears how it goes. */
    public FineTuning listener(TrainingListener hears) {
        this.listener = hears;
        return this;
    }

    /** Asked before each step: once true, the training ends there, with the best weights so far. For one thread. */
    public FineTuning stopWhen(BooleanSupplier asked) {
        this.stop = asked;
        return this;
    }

    /** Refuses the training before its first step where the disk of its output has no room for the model. */
    public FineTuning into(AtomicDirectory output, DType stored) {
        this.weightsCheck = weights -> output.requireSpace(ModelWriter.bytes(weights, stored));
        return this;
    }

    /**
     * Trains; a share of the data is held back to choose the best weights by.
     *
     * @throws TrainingDivergedException where the loss became NaN; it has the best model before
     * @throws CancellationException where {@link #stopWhen} ended it before the first evaluation
     */
    public FineTuned train(Dataset data) {
        TrainingOptions settings = options.orElseGet(builder::build);
        Split split = data.stratifiedSplit(settings.validationShare(), settings.seed());
        return train(split.train(), split.rest());
    }

    /**
     * Trains on {@code train} and gives the weights that were best on {@code validation}.
     *
     * @throws ai.graft.datasets.DatasetException where there is a single label, or a label of the validation data is unknown
     * @throws CheckpointException where the model cannot be used, or has no room where {@link #into} says
     * @throws TrainingDivergedException where the loss became NaN; it has the best model before
     * @throws CancellationException where {@link #stopWhen} ended it before the first evaluation
     */
    public FineTuned train(Dataset train, Dataset validation) {
        TrainingOptions settings = options.orElseGet(builder::build);
        Task task = TaskFinder.find(train, settings.task());
        LabelledRows labels = LabelledRows.of(task, train);
        LabelledRows validationLabels = LabelledRows.of(task, validation, settings.unknownLabels());
        String metric = settings.evalMetric().orElseGet(() -> defaultMetric(task));
        requireMetric(metric, validationLabels);
        Checkpoint checkpoint = Checkpoint.open(model);
        weightsCheck.accept(ShapeOps.weights(checkpoint.network(), task.head()));
        LengthLimit limit = new LengthLimit(maxLength(settings, checkpoint), settings.longTexts());
        Tokenizer tokenizer = tokenizer(checkpoint);
        try {
            // Tokenising runs ahead in other threads while the weights are read and the program is compiled.
            CompletableFuture<TokenizedTexts> texts = ahead(() ->
                    TokenizedTexts.of(train, tokenizer, checkpoint.config().model(), limit));
            CompletableFuture<TokenizedTexts> validationTexts = ahead(() ->
                    TokenizedTexts.of(validation, tokenizer, checkpoint.config().model(), limit));
            Precision precision = settings.precision().orElseGet(() -> CpuFeatures.precision(settings.device()));
            LearningRates rates = LearningRates.of(settings, checkpoint.config().model());
            TorchNetwork network = open(checkpoint, task, labels, settings, rates, precision);
            try {
                Inputs inputs =
                        new Inputs(train, validation, labels, validationLabels, join(texts), join(validationTexts));
                listener.note(
                        limit.note(inputs.texts().tooLong(), inputs.texts().texts())
                                + (inputs.texts().tooLong() == 0
                                        ? ""
                                        : "; --max-length sets the limit, --long what becomes of them"));
                return run(settings, rates, task, metric, checkpoint, tokenizer, limit, precision, network, inputs);
            } catch (RuntimeException | Error e) {
                if (!holdsModel(e)) {
                    network.close();
                }
                throw e;
            }
        } catch (RuntimeException | Error e) {
            if (!holdsModel(e)) {
                tokenizer.close();
            }
            throw e;
        }
    }

    /** Whether network and tokenizer live on in the model that the exception brings. */
    private static boolean holdsModel(Throwable failure) {
        return failure instanceof TrainingDivergedException diverged
                && diverged.best().isPresent();
    }

    private record Inputs(
            Dataset train,
            Dataset validation,
            LabelledRows labels,
            LabelledRows validationLabels,
            TokenizedTexts texts,
            TokenizedTexts validationTexts) {}

    private FineTuned run(
            TrainingOptions settings,
            LearningRates rates,
            Task task,
            String metric,
            Checkpoint checkpoint,
            Tokenizer tokenizer,
            LengthLimit limit,
            Precision precision,
            TorchNetwork network,
            Inputs inputs) {
        double epochs = settings.epochs()
                .orElseGet(() -> BatchPlan.defaultEpochs(inputs.texts().rows(), settings.batchSize()));
        BatchPlan plan = BatchPlan.of(
                inputs.texts().lengths(),
                new TokenBudget(settings.batchTokens(), settings.batchSize()),
                settings.accumulate(),
                epochs,
                settings.seed());
        int every = settings.evalSteps().orElseGet(plan::stepsBetweenEvaluations);
        TrainingLoop loop = new TrainingLoop(
                settings,
                rates,
                plan,
                inputs.texts(),
                inputs.labels(),
                new TrainingLoop.Validation(inputs.validationTexts(), inputs.validationLabels(), metric, every),
                listener,
                stop);
        listener.note(String.format(
                Locale.ROOT,
                "%s: %,d examples%s, epochs: %s of %,d steps, %s, learning rate %s",
                task.name(),
                inputs.texts().texts(),
                inputs.texts().rows() == inputs.texts().texts()
                        ? ""
                        : String.format(
                                Locale.ROOT, " in %,d windows", inputs.texts().rows()),
                epochs == Math.rint(epochs) ? Long.toString((long) epochs) : Double.toString(epochs),
                plan.stepsPerEpoch(),
                precision == Precision.BF16 ? "bf16 (this processor has instructions for it)" : "fp32",
                rates.encoder()));
        TrainingRun run = new TrainingRun(network);
        long start = System.nanoTime();
        loop.run(run);
        double seconds = (System.nanoTime() - start) / 1e9;
        boolean usable = run.best.isPresent();
        if (run.divergedLoss.isPresent() && !usable) {
            throw new TrainingDivergedException(run.step, run.divergedLoss.getAsDouble(), Optional.empty());
        }
        if (run.stopped && !usable) {
            throw new CancellationException("the training was stopped after step " + run.step + " of "
                    + plan.steps().size() + ". No evaluation had taken place, so nothing is kept.");
        }
        network.release();
        Evaluation evaluation =
                atBest(inputs.validationLabels().evaluate(Inference.logits(network, inputs.validationTexts())));
        Task answered = withThresholds(task, evaluation);
        TrainingReport report = new TrainingReport(
                model,
                settings,
                rates,
                epochs,
                precision,
                run.step,
                seconds,
                run.examples / seconds,
                run.history,
                run.best,
                limit,
                inputs.texts().texts(),
                inputs.texts().tooLong(),
                JudgedData.of(
                        evaluation,
                        inputs.validation(),
                        inputs.validationTexts().wholeLengths(),
                        limit),
                JudgedData.fileName(inputs.train().name()),
                inputs.train().description(),
                inputs.validation().description(),
                inputs.train().fingerprint());
        ConfigFile config = checkpoint
                .config()
                .withHead(checkpoint.network().className(task.head()), task.labels(), Optional.of(task.problemType()));
        FineTuned tuned =
                new FineTuned(config, answered, tokenizer, limit, network, Precision.FP32, Optional.of(report));
        if (run.divergedLoss.isPresent()) {
            throw new TrainingDivergedException(run.step, run.divergedLoss.getAsDouble(), Optional.of(tuned));
        }
        return tuned;
    }

    /** The weights were chosen with thresholds of one half; the thresholds are chosen for the weights. */
    private static Evaluation atBest(Evaluation evaluation) {
        return evaluation instanceof MultiLabelEvaluation labels ? labels.withBestThresholds() : evaluation;
    }

    private static Task withThresholds(Task task, Evaluation evaluation) {
        return evaluation instanceof MultiLabelEvaluation labels
                ? new Task.MultiLabel(
                        task.labels(),
                        labels.thresholds().subList(0, task.labels().size()))
                : task;
    }

    /** Judges answers of 0 once, so that data or a metric that cannot be used are refused before the training. */
    private static void requireMetric(String metric, LabelledRows validation) {
        float[][] zeros = new float[validation.size()][validation.columns()];
        validation.evaluate(zeros).metric(metric);
    }

    private static TorchNetwork open(
            Checkpoint checkpoint,
            Task task,
            LabelledRows labels,
            TrainingOptions settings,
            LearningRates rates,
            Precision precision) {
        PretrainedNetwork pretrained = checkpoint.load(task.head(), true, settings.seed());
        TrainingSetup setup = TrainingSetups.of(settings, task, labels, pretrained, rates, precision);
        return TorchNetwork.forTraining(
                pretrained.network(), task.head(), pretrained::values, setup, settings.device());
    }

    private static Tokenizer tokenizer(Checkpoint checkpoint) {
        Tokenizer tokenizer = Tokenizer.load(checkpoint.directory());
        int rows = checkpoint.config().model().vocabSize();
        if (tokenizer.vocabSize() > rows) {
            tokenizer.close();
            throw new CheckpointException(checkpoint.directory() + ": the tokenizer has " + tokenizer.vocabSize()
                    + " tokens, the model's vocab_size is " + rows
                    + ". They are of different models; take the tokenizer files that belong to these weights.");
        }
        return tokenizer;
    }

    private static int maxLength(TrainingOptions settings, Checkpoint checkpoint) {
        int room = checkpoint.config().model().maxTokens();
        if (settings.maxLength().isEmpty()) {
            return Math.min(DEFAULT_MAX_LENGTH, room);
        }
        int asked = settings.maxLength().getAsInt();
        if (asked > room) {
            throw new IllegalArgumentException(
                    "max-length is " + asked + ", the model has room for " + room + " tokens");
        }
        return asked;
    }

    /** The metric that best weights are chosen by, where none is asked for. */
    static String defaultMetric(Task task) {
        if (task instanceof Task.SingleLabel) {
            return "accuracy";
        }
        return task instanceof Task.MultiLabel ? "micro_f1" : "pearson";
    }

    private static CompletableFuture<TokenizedTexts> ahead(Supplier<TokenizedTexts> work) {
        return CompletableFuture.supplyAsync(work);
    }

    private static TokenizedTexts join(CompletableFuture<TokenizedTexts> texts) {
        try {
            return texts.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }
}
