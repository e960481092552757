package ai.graft.finetune.train;

import ai.graft.datasets.Dataset;
import ai.graft.model.checkpoint.Checkpoint;
import ai.graft.model.checkpoint.CheckpointException;
import ai.graft.model.checkpoint.GraftFile;
import ai.graft.model.network.Head;
import ai.graft.model.task.Task;
import ai.graft.serving.onnx.Validation;
import ai.graft.serving.predict.OnnxPredictor;
import ai.graft.tokenizer.TextInput;
import java.util.List;

/**
 * Judges an exported model on labelled texts by the metric that a training chooses its best weights by: accuracy, micro F1 or
 * Pearson's correlation.
 */
public final class ExportedMetric implements Validation.Judge {
    private final List<TextInput> texts;
    private final LabelledRows labels;
    private final String metric;

    private ExportedMetric(List<TextInput> texts, LabelledRows labels, String metric) {
        this.texts = texts;
        this.labels = labels;
        this.metric = metric;
    }

    /**
     * For exports of a checkpoint.
     *
     * @throws CheckpointException where the checkpoint is no text classifier or regressor
     * @throws ai.graft.datasets.DatasetException naming the row whose label the model does not know
     */
    public static ExportedMetric of(String nameOrDirectory, Dataset data) {
        Checkpoint checkpoint = Checkpoint.open(nameOrDirectory);
        if (!(checkpoint.head() instanceof Head.SequenceClassification)) {
            throw new CheckpointException(checkpoint.config().origin() + ": architecture "
                    + checkpoint.config().architecture().orElse("unknown")
                    + " cannot be validated with labelled texts, only text classifiers and regressors can. Export it"
                    + " without.");
        }
        Task task = GraftFile.read(checkpoint.directory())
                .apply(Task.of(checkpoint.config().labels(), checkpoint.config().problemType()));
        return new ExportedMetric(
                TokenizedTexts.inputs(data), LabelledRows.of(task, data), FineTuning.defaultMetric(task));
    }

    @Override
    public Validation.Score judge(OnnxPredictor predictor) {
        return new Validation.Score(
                metric, labels.evaluate(predictor.logits(texts)).metric(metric));
    }
}
