package ai.graft.finetune.train;

import ai.graft.datasets.Dataset;
import ai.graft.datasets.DatasetException;
import ai.graft.datasets.ReadOptions;
import ai.graft.datasets.ReadOptions.Format;
import ai.graft.datasets.Split;
import ai.graft.finetune.engine.ComputeDevice;
import ai.graft.finetune.engine.Precision;
import ai.graft.model.checkpoint.AtomicDirectory;
import ai.graft.model.checkpoint.DType;
import ai.graft.model.network.WeightSpec;
import ai.graft.model.task.Task;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Trains a pretrained encoder on with plain texts of a domain, by guessing hidden words, before it is fine-tuned (Gururangan et
 * al., arXiv 2004.10964).
 *
 * <pre>{@code
 * Dataset corpus = DomainAdaptation.read(Path.of("reports.txt"), StandardCharsets.UTF_8);
 * try (Adapted model = DomainAdaptation.of("minilm").adapt(corpus)) {
 *     System.out.println(model.perplexityBefore() + " before, " + model.perplexity() + " now");
 *     model.save(Path.of("minilm-reports")); // FineTuning.of("minilm-reports") begins from it
 * }
 * }</pre>
 *
 * <p>For one thread. Trainings in one process share PyTorch's threads: run one after the other.
 */
public final class DomainAdaptation {
    private static final double DEFAULT_MASK = 0.15;
    private static final int DEFAULT_BATCH_SIZE = 16;
    private static final double HELD_BACK = 0.05;

    /** Beyond it more documents make the figure hardly better and the training slower. */
    private static final int MOST_HELD_BACK = 1000;

    private final String model;
    private final TrainingOptions.Builder builder =
            TrainingOptions.builder().epochs(1).batchSize(DEFAULT_BATCH_SIZE);
    private int batchSize = DEFAULT_BATCH_SIZE;
    private int maxLength = MaskedLesson.DEFAULT_MAX_LENGTH;
    private Task.MaskedWords task = new Task.MaskedWords(DEFAULT_MASK);
    private TrainingListener listener = TrainingListener.SILENT;
    private BooleanSupplier stop = () -> false;
    private Consumer<List<WeightSpec>> weightsCheck = weights -> {};

    private DomainAdaptation(String model) {
        this.model = model;
    }

    /** Begins from a directory in Hugging Face layout, an {@code .onnx} file or a short name such as {@code minilm}. */
    public static DomainAdaptation of(String model) {
        return new DomainAdaptation(model);
    }

    /**
     * Reads a plain text file, gzipped or not: a document a line, empty lines left out.
     *
     * @throws DatasetException where it is missing, empty, or no text
     */
    public static Dataset read(Path file, Charset charset) {
        return Dataset.read(
                file,
                ReadOptions.defaults()
                        .withFormat(Format.TEXT)
                        .withLabelled(false)
                        .withCharset(charset));
    }

    /** Passes over the documents, parts allowed; 1 by default. */
    public DomainAdaptation epochs(double epochs) {
        builder.epochs(epochs);
        return this;
    }

    /** Peak learning rate; by default as {@link LearningRates} has it, 1e-4 or, of wide models, less. */
    public DomainAdaptation learningRate(double rate) {
        builder.learningRate(rate);
        return this;
    }

    /** Windows a batch; 16 by default. */
    public DomainAdaptation batchSize(int windows) {
        batchSize = windows;
        builder.batchSize(windows);
        return this;
    }

    /** Tokens of a window, special tokens included; by default 256 or what the model has room for. */
    public DomainAdaptation maxLength(int tokens) {
        maxLength = tokens;
        builder.maxLength(tokens);
        return this;
    }

    /**
     * Share of the words that are hidden; 0.15 by default.
     *
     * @throws IllegalArgumentException where it is not above 0 and at most 0.9
     */
    public DomainAdaptation mask(double share) {
        task = new Task.MaskedWords(share);
        return this;
    }

    /** Decides what is hidden, the order, dropout, new weights and what is held back. */
    public DomainAdaptation seed(long seed) {
        builder.seed(seed);
        return this;
    }

    /** What the training computes in; by default bf16 where the processor has instructions for it. */
    public DomainAdaptation precision(Precision precision) {
        builder.precision(precision);
        return this;
    }

    /** What computes; the processor by default. */
    public DomainAdaptation device(ComputeDevice device) {
        builder.device(device);
        return this;
    }

    /** Who hears how it goes; its steps count tokens. */
    public DomainAdaptation listener(TrainingListener hears) {
        this.listener = hears;
        return this;
    }

    /** Asked before each step: once true, the training ends there, with the best weights so far. For one thread. */
    public DomainAdaptation stopWhen(BooleanSupplier asked) {
        this.stop = asked;
        return this;
    }

    /** Refuses the training before its first step where the disk of its output has no room for the model. */
    public DomainAdaptation into(AtomicDirectory output, DType stored) {
        this.weightsCheck = weights -> output.requireSpace(ModelWriter.bytes(weights, stored));
        return this;
    }

    /**
     * Checks the settings, which training does anyway, before texts are read.
     *
     * @throws IllegalArgumentException naming the setting that is out of range
     */
    public void check() {
        settings();
    }

    private TrainingOptions settings() {
        builder.build(); // says what is out of range before it is multiplied
        return builder.batchTokens(Math.multiplyExact(batchSize, maxLength)).build();
    }

    /**
     * Trains; a twentieth of the documents is held back to measure the perplexity with, one at least and 1,000 at most.
     *
     * @throws DatasetException where there is a single document
     * @throws TrainingDivergedException where the loss became NaN; it has the best model before
     * @throws CancellationException where {@link #stopWhen} ended it before the first step
     */
    public Adapted adapt(Dataset corpus) {
        int documents = corpus.size();
        if (documents < 2) {
            throw new DatasetException(corpus.name() + ": holds one document, but one must be held back to measure the"
                    + " perplexity with. Put each document on a line of its own, or give other texts to measure with"
                    + " (--validation).");
        }
        long held = Math.max(1, Math.min(MOST_HELD_BACK, Math.round(HELD_BACK * documents)));
        Split split =
                corpus.stratifiedSplit(held / (double) documents, settings().seed());
        return adapt(split.train(), split.rest());
    }

    /**
     * Trains on {@code train} and gives the weights with the lowest perplexity on {@code validation}; those that it began with
     * where none were better.
     *
     * @throws DatasetException where no document has a word that the vocabulary knows
     * @throws ai.graft.model.checkpoint.CheckpointException where the model cannot be used, or has no room where {@link
     *     #into} says
     * @throws ai.graft.tokenizer.TokenizerException where the tokenizer has no token that hides a word
     * @throws TrainingDivergedException as the other
     * @throws CancellationException as the other
     */
    public Adapted adapt(Dataset train, Dataset validation) {
        TrainingOptions settings = settings();
        return new Course(model, settings, listener, stop, weightsCheck)
                .take(new MaskedLesson(settings, task, train, validation));
    }
}
