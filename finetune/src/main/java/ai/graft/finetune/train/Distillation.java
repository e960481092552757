package ai.graft.finetune.train;

import ai.graft.datasets.Dataset;
import ai.graft.datasets.DatasetException;
import ai.graft.datasets.Example;
import ai.graft.datasets.LabelKind;
import ai.graft.datasets.Split;
import ai.graft.finetune.engine.ComputeDevice;
import ai.graft.finetune.engine.Precision;
import ai.graft.model.checkpoint.AtomicDirectory;
import ai.graft.model.checkpoint.DType;
import ai.graft.model.network.WeightSpec;
import ai.graft.model.task.Loss;
import ai.graft.model.task.Task;
import ai.graft.tokenizer.TextInput;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A fine-tuned classifier teaches a smaller one that serves at less cost: the student learns to answer texts as the teacher does,
 * with all its doubts (Hinton et al., arXiv 1503.02531). Texts need no labels, so that there may be many.
 *
 * <pre>{@code
 * try (FineTuned teacher = FineTuned.open(Path.of("reviews-model"));
 *         FineTuned student = Distillation.of(teacher, "reviews-model").layers(3).distill(texts, labelled)) {
 *     System.out.println(StudentReport.of(teacher, student, test, UnknownLabels.REFUSE).table());
 *     student.save(Path.of("reviews-small"));
 * }
 * }</pre>
 *
 * <p>The teacher answers all texts once, in fp32, before the first step. For one thread.
 */
public final class Distillation {
    /** T, which softens the answers of both. */
    public static final double DEFAULT_TEMPERATURE = 2;

    /** Weight of the teacher against a label. */
    public static final double DEFAULT_ALPHA = 0.5;

    private static final double HELD_BACK = 0.1;

    /** Beyond it more texts make the figure hardly better and the training slower. */
    private static final int MOST_HELD_BACK = 1000;

    /** So many that batches are full, so few that a signal is soon obeyed. */
    private static final int TEXTS_A_TURN = 4096;

    private final FineTuned teacher;
    private final String teacherName;
    private final TrainingOptions.Builder builder;
    private String student;
    private double temperature = DEFAULT_TEMPERATURE;
    private double alpha = DEFAULT_ALPHA;
    private TrainingListener listener = TrainingListener.SILENT;
    private BooleanSupplier stop = () -> false;
    private Consumer<List<WeightSpec>> weightsCheck = weights -> {};
    private final List<Dataset> unseen = new ArrayList<>();

    private Distillation(FineTuned teacher, String teacherName) {
        this.teacher = teacher;
        this.teacherName = teacherName;
        this.student = teacherName;
        this.builder = TrainingOptions.builder().longTexts(teacher.limit().beyond());
    }

    /**
     * Begins with a teacher, which stays the caller's to close.
     *
     * @param directory of the teacher; the student begins from it, too, where no other is named
     */
    public static Distillation of(FineTuned teacher, String directory) {
        return new Distillation(teacher, directory);
    }

    /** What the student begins from: a directory, an {@code .onnx} file or a short name; it may have another tokenizer. */
    public Distillation student(String model) {
        this.student = model;
        return this;
    }

    /** Layers that the student keeps of what it begins from, evenly spaced; all by default. */
    public Distillation layers(int count) {
        builder.layers(count);
        return this;
    }

    /** T, above 0; 2 by default. Above 1 what the teacher thinks of the other labels counts more. */
    public Distillation temperature(double value) {
        this.temperature = value;
        return this;
    }

    /** Weight of the teacher against the label of a text that has one, 0 to 1; 0.5 by default. */
    public Distillation alpha(double value) {
        this.alpha = value;
        return this;
    }

    /** Passes over all texts; by default more of few texts. */
    public Distillation epochs(double epochs) {
        builder.epochs(epochs);
        return this;
    }

    /** Peak learning rate; by default as {@link LearningRates} has it. */
    public Distillation learningRate(double rate) {
        builder.learningRate(rate);
        return this;
    }

    /** Texts a batch at most; 32 by default. */
    public Distillation batchSize(int texts) {
        builder.batchSize(texts);
        return this;
    }

    /** Tokens of a text that the student reads; by default as many as the teacher, or what it has room for. */
    public Distillation maxLength(int tokens) {
        builder.maxLength(tokens);
        return this;
    }

    /** Decides what is held back, the order, dropout and new weights. */
    public Distillation seed(long seed) {
        builder.seed(seed);
        return this;
    }

    /** What the training computes in; by default bf16 where the processor has instructions for it. */
    public Distillation precision(Precision precision) {
        builder.precision(precision);
        return this;
    }

    /** What computes; the processor by default. */
    public Distillation device(ComputeDevice device) {
        builder.device(device);
        return this;
    }

    /** Who hears how it goes. */
    public Distillation listener(TrainingListener hears) {
        this.listener = hears;
        return this;
    }

    /** Texts that the student will be judged by: those among the unlabelled ones are left out. */
    public Distillation judgedBy(Dataset test) {
        unseen.add(test);
        return this;
    }

    /** Asked before each step: once true, the training ends there, with the best weights so far. For one thread. */
    public Distillation stopWhen(BooleanSupplier asked) {
        this.stop = asked;
        return this;
    }

    /** Refuses the training before its first step where the disk of its output has no room for the model. */
    public Distillation into(AtomicDirectory output, DType stored) {
        this.weightsCheck = weights -> output.requireSpace(ModelWriter.bytes(weights, stored));
        return this;
    }

    /**
     * Checks teacher and settings, which distilling does anyway, before texts are read.
     *
     * @throws IllegalArgumentException naming what is out of range, or the teacher's task where it is not single-label
     * @throws ai.graft.model.checkpoint.CheckpointException where there is no such student
     */
    public void check() {
        task();
        loss();
        course().open();
    }

    private Course course() {
        return new Course(student, builder.build(), listener, stop, weightsCheck);
    }

    private Loss loss() {
        return new Loss.Distillation(temperature, alpha);
    }

    /** The student's: it has a temperature of its own in the end. */
    private Task.SingleLabel task() {
        if (teacher.task() instanceof Task.SingleLabel single) {
            return new Task.SingleLabel(single.labels());
        }
        throw new IllegalArgumentException("the teacher " + teacherName + " is for the task "
                + teacher.task().name()
                + ", but only single-label models teach. Train the smaller model on labelled texts.");
    }

    /**
     * Distils with texts alone: {@link #heldBack}, then {@link #distill(Split)}.
     *
     * @throws DatasetException where there are fewer than 2 texts
     * @throws TrainingDivergedException where the loss became NaN; it has the best model before
     * @throws CancellationException where {@link #stopWhen} ended it before the first evaluation
     */
    public FineTuned distill(Dataset unlabelled) {
        return distill(heldBack(unlabelled));
    }

    /**
     * Holds a tenth of the texts back, 1,000 at most: the rest of the split, which has the teacher's answers as labels. What
     * stands there is not among the others.
     *
     * @throws DatasetException where there are fewer than 2 texts
     */
    public Split heldBack(Dataset unlabelled) {
        check();
        requireTexts(unlabelled, 2);
        double share = Math.min(HELD_BACK, MOST_HELD_BACK / (double) unlabelled.size());
        Split parts = unlabelled.stratifiedSplit(share, builder.build().seed());
        return new Split(apart(parts.train(), List.of(parts.rest())), answered(parts.rest()));
    }

    /**
     * Distils with texts alone. The best weights are those that agree most often with the teacher; the student's temperature is fitted
     * to that agreement, too, and says nothing of how often the teacher is right.
     *
     * @param texts as {@link #heldBack} gives them
     * @throws TrainingDivergedException as the other
     * @throws CancellationException as the other
     */
    public FineTuned distill(Split texts) {
        check();
        return learn(
                Optional.empty(),
                texts.train(),
                texts.rest(),
                "the teacher's answers to " + texts.rest().description());
    }

    /**
     * Distils with texts and with labelled ones; a tenth of these is held back to choose the best weights by.
     *
     * @throws DatasetException naming the row whose label the teacher does not know
     * @throws TrainingDivergedException as the other
     * @throws CancellationException as the other
     */
    public FineTuned distill(Dataset unlabelled, Dataset labelled) {
        return distill(
                unlabelled, labelled.stratifiedSplit(HELD_BACK, builder.build().seed()));
    }

    /**
     * The same with the labelled texts divided: the rest chooses the best weights. Unlabelled texts that stand word for word in
     * either part are left out.
     */
    public FineTuned distill(Dataset unlabelled, Split labelled) {
        check();
        Dataset others = apart(unlabelled, List.of(labelled.train(), labelled.rest()));
        return learn(
                Optional.of(labelled.train()),
                others,
                labelled.rest(),
                labelled.rest().description());
    }

    private FineTuned learn(Optional<Dataset> labelled, Dataset unlabelled, Dataset validation, String judgedBy) {
        Task.SingleLabel task = task();
        TrainingOptions settings = builder.build();
        LabelledRows validationLabels = LabelledRows.of(task, validation);
        List<Example> examples = new ArrayList<>();
        labelled.ifPresent(set -> examples.addAll(set.examples()));
        examples.addAll(unlabelled.examples());
        int[] labels = new int[examples.size()];
        Arrays.fill(labels, -1);
        labelled.ifPresent(set -> System.arraycopy(LabelledRows.of(task, set).ids(), 0, labels, 0, set.size()));
        Dataset all = Dataset.of(labelled.orElse(unlabelled).name(), examples);
        requireTexts(all, 1);
        List<TextInput> texts = TokenizedTexts.inputs(all);
        listener.note("judged by " + judgedBy);
        TaughtRows rows = new TaughtRows(answers(texts), labels);
        String trained = labelled.map(set -> set.description() + "; and ").orElse("") + unlabelled.size()
                + " unlabelled texts of " + JudgedData.fileName(unlabelled.name());
        return course().take(new TextLesson(
                settings,
                task,
                loss(),
                TextLesson.defaultMetric(task),
                texts,
                rows::targets,
                validation,
                true,
                validationLabels,
                new DataFacts(JudgedData.fileName(all.name()), trained, judgedBy, all.fingerprint()),
                teacher.maxLength(),
                recorded()));
    }

    private Map<String, String> recorded() {
        Map<String, String> recorded = new LinkedHashMap<>();
        recorded.put("teacher", JudgedData.fileName(teacherName));
        recorded.put("distillation_temperature", Double.toString(temperature));
        recorded.put("alpha", Double.toString(alpha));
        return recorded;
    }

    private static void requireTexts(Dataset texts, int least) {
        if (texts.size() < least) {
            throw new DatasetException(texts.name() + ": " + texts.size() + " texts are left to learn from, but "
                    + least + " or more are needed. Give more unlabelled texts.");
        }
    }

    /** The unlabelled texts that stand in none of the others: none counts twice, and what is judged by is not learned. */
    private Dataset apart(Dataset unlabelled, List<Dataset> others) {
        Set<TextInput> known = new HashSet<>();
        Stream.concat(others.stream(), unseen.stream())
                .forEach(set -> set.examples().forEach(example -> known.add(plain(example))));
        List<Example> kept = unlabelled.examples().stream()
                .filter(example -> !known.contains(plain(example)))
                .toList();
        int left = unlabelled.size() - kept.size();
        if (left > 0) {
            listener.note(String.format(
                    Locale.ROOT,
                    "%,d of %,d unlabelled texts stand among the labelled or the held-back ones, too, and are left out",
                    left,
                    unlabelled.size()));
        }
        return left == 0 ? unlabelled : Dataset.of(unlabelled.name(), kept);
    }

    private static TextInput plain(Example example) {
        return new TextInput(example.text().strip(), example.textPair().map(String::strip));
    }

    /** The texts, each with the label that the teacher gives it. */
    private Dataset answered(Dataset texts) {
        List<String> labels = teacher.task().labels();
        float[][] logits = answers(TokenizedTexts.inputs(texts));
        List<Example> examples = new ArrayList<>();
        for (int i = 0; i < logits.length; i++) {
            Example example = texts.examples().get(i);
            String label = labels.get(LabelledRows.best(logits[i]));
            examples.add(new Example(example.text(), example.textPair(), List.of(label), example.row()));
        }
        return Dataset.of(texts.name(), examples, LabelKind.SINGLE);
    }

    private float[][] answers(List<TextInput> texts) {
        long start = System.nanoTime();
        float[][] logits = new float[texts.size()][];
        for (int from = 0; from < logits.length; from += TEXTS_A_TURN) {
            if (stop.getAsBoolean()) {
                throw new CancellationException("stopped while the teacher answered: nothing is kept");
            }
            float[][] part = teacher.logits(texts.subList(from, Math.min(logits.length, from + TEXTS_A_TURN)));
            System.arraycopy(part, 0, logits, from, part.length);
            listener.note(String.format(
                    Locale.ROOT,
                    "the teacher answered %,d of %,d texts, %.0f s",
                    from + part.length,
                    logits.length,
                    (System.nanoTime() - start) / 1e9));
        }
        return logits;
    }
}
