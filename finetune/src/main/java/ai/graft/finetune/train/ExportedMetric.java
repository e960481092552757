package ai.graft.finetune.train;

import ai.graft.datasets.Dataset;
import ai.graft.datasets.QuestionSet;
import ai.graft.model.checkpoint.Checkpoint;
import ai.graft.model.checkpoint.CheckpointException;
import ai.graft.model.checkpoint.GraftFile;
import ai.graft.model.network.Head;
import ai.graft.model.task.FoundAnswer;
import ai.graft.model.task.Task;
import ai.graft.serving.onnx.Validation;
import ai.graft.tokenizer.TextInput;
import java.util.List;

/**
 * Judges exports by the metric that a training chooses its best weights by: accuracy, micro F1, Pearson's correlation, or the
 * F1 of answers.
 */
public final class ExportedMetric implements Validation.LogitsJudge {
    private static final String SPAN_METRIC = "f1";
    private static final double PERCENT = 100;

    private final List<TextInput> texts;
    private final LabelledRows labels;
    private final String metric;

    private ExportedMetric(List<TextInput> texts, LabelledRows labels, String metric) {
        this.texts = texts;
        this.labels = labels;
        this.metric = metric;
    }

    /**
     * How a text classifier or regressor is judged on these data.
     *
     * @throws CheckpointException where the checkpoint is none
     * @throws ai.graft.datasets.DatasetException naming the row whose label the model does not know
     */
    public static ExportedMetric of(String nameOrDirectory, Dataset data) {
        Checkpoint checkpoint = Checkpoint.open(nameOrDirectory);
        if (!(checkpoint.head() instanceof Head.SequenceClassification)) {
            throw new CheckpointException(checkpoint.config().origin() + ": architecture "
                    + checkpoint.config().architecture().orElse("unknown")
                    + " gives texts no labels or numbers, so labelled texts do not measure it. Leave the validation data"
                    + " out.");
        }
        Task.OfText task = GraftFile.read(checkpoint.directory())
                .apply(Task.of(checkpoint.config().labels(), checkpoint.config().problemType()));
        return new ExportedMetric(
                TokenizedTexts.inputs(data), LabelledRows.of(task, data), TextLesson.defaultMetric(task));
    }

    /** The texts that are judged. */
    public List<TextInput> texts() {
        return texts;
    }

    /**
     * What exports must not lose.
     *
     * @param maxDrop points of a hundredth
     */
    public Validation validation(double maxDrop) {
        return Validation.ofTexts(texts, this, maxDrop);
    }

    /**
     * What exports of a model that answers questions must not lose on these data.
     *
     * @param maxDrop points of F1
     */
    public static Validation validation(QuestionSet data, double maxDrop) {
        List<TextInput> questions = Answers.inputs(data.questions());
        return new Validation(
                data.size(),
                predictor -> {
                    List<FoundAnswer> answers = Answers.named(
                            data.questions(), () -> Answers.inParts(questions, predictor::answerQuestions));
                    return () -> new Validation.Score(
                            SPAN_METRIC, Answers.evaluation(data, answers).metric(SPAN_METRIC) / PERCENT);
                },
                maxDrop);
    }

    @Override
    public Validation.Score judge(float[][] logits) {
        return new Validation.Score(metric, labels.evaluate(logits).metric(metric));
    }
}
