package ai.graft.finetune.train;

import ai.graft.datasets.Dataset;
import ai.graft.datasets.QuestionSet;
import ai.graft.datasets.QuestionSplit;
import ai.graft.datasets.Split;
import ai.graft.finetune.features.FeatureCache;
import ai.graft.model.checkpoint.AtomicDirectory;
import ai.graft.model.checkpoint.Checkpoint;
import ai.graft.model.checkpoint.DType;
import ai.graft.model.network.Pooling;
import ai.graft.model.network.WeightSpec;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

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
    private static final String PAIRS =
            "few rows: pairs of texts teach the encoder first (transfer contrastive); --transfer full trains as with many";

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
     * Trains; a share of the data is held back to choose the best weights by. Where rows are few, below 200 or below 16 of each label,
     * none are: the weights of the last step are kept, and what is reported of the training rows says little. There, with one label a row,
     * {@link Transfer.Contrastive} is the transfer where none is set.
     *
     * @throws TrainingDivergedException where the loss became NaN; it has the best model before
     * @throws CancellationException where {@link #stopWhen} ended it before the first evaluation
     */
    public FineTuned train(Dataset data) {
        TrainingOptions settings = settings();
        if (LittleData.holdsNothingBack(data, settings)) {
            return train(data, data, false);
        }
        double share = settings.validationShare().orElse(TrainingOptions.DEFAULT_VALIDATION_SHARE);
        Split split = data.stratifiedSplit(share, settings.seed());
        return train(split.train(), split.rest(), true);
    }

    /**
     * Trains on {@code train} and gives the weights that were best on {@code validation}.
     *
     * @throws ai.graft.datasets.DatasetException where there is a single label, or a label of the validation data is unknown
     * @throws ai.graft.model.checkpoint.CheckpointException where the model cannot be used, or has no room where {@link
     *     #into} says
     * @throws TrainingDivergedException where the loss became NaN; it has the best model before
     * @throws CancellationException where {@link #stopWhen} ended it before the first evaluation
     */
    public FineTuned train(Dataset train, Dataset validation) {
        return train(train, validation, true);
    }

    private FineTuned train(Dataset train, Dataset validation, boolean heldBack) {
        Transfer transfer = LittleData.transfer(train, settings());
        TrainingOptions settings = settings().with(transfer);
        TextLesson lesson = TextLesson.of(settings, train, validation, heldBack);
        if (settings().transfer().isEmpty() && transfer instanceof Transfer.Contrastive) {
            listener.note(PAIRS);
        }
        Course course = new Course(model, settings, listener, stop, weightsCheck);
        if (transfer instanceof Transfer.Frozen) {
            LittleData.requireFitting(transfer, settings);
            return new FrozenCourse(model, settings, listener, weightsCheck, FeatureCache.ofUser()).take(lesson, train);
        } else if (transfer instanceof Transfer.Contrastive) {
            LittleData.requireFitting(transfer, settings);
            LabelledRows labelled = LabelledRows.of(lesson.task(), train);
            Pooling pooling = Course.pooling(model, Checkpoint.open(model));
            return course.take(new ContrastiveLesson(lesson, labelled, pooling));
        }
        return course.take(lesson);
    }

    /**
     * Trains to answer questions; a share of the contexts is held back with their questions.
     *
     * @throws TrainingDivergedException as the other
     * @throws CancellationException as the other
     */
    public FineTunedAnswerer train(QuestionSet data) {
        TrainingOptions settings = settings();
        QuestionSplit parts = data.splitByContext(
                settings.validationShare().orElse(TrainingOptions.DEFAULT_VALIDATION_SHARE), settings.seed());
        return train(parts.train(), parts.rest());
    }

    /**
     * Trains to answer the questions of {@code train} and gives the weights that were best on {@code validation}. Answers
     * that do not stand where the file says are not trained on. Where some questions of {@code train} have no answer, the
     * model may say so, from a threshold on that is chosen on {@code validation}.
     *
     * @throws ai.graft.datasets.DatasetException where no answer can be trained on, or a question leaves no room for its context
     * @throws ai.graft.model.checkpoint.CheckpointException as the other
     * @throws TrainingDivergedException as the other
     * @throws CancellationException as the other
     */
    public FineTunedAnswerer train(QuestionSet train, QuestionSet validation) {
        Transfer transfer = settings().way();
        if (transfer instanceof Transfer.Frozen || transfer instanceof Transfer.Contrastive) {
            throw new IllegalArgumentException(
                    "transfer " + transfer
                            + " makes a head for vectors of whole texts, and an answer is a place in one. Choose another --transfer.");
        }
        return new Course(model, settings(), listener, stop, weightsCheck)
                .take(new QuestionLesson(settings(), train, validation));
    }

    private TrainingOptions settings() {
        return options.orElseGet(builder::build);
    }
}
