package ai.graft.finetune.train;

import ai.graft.datasets.Dataset;
import ai.graft.model.checkpoint.Checkpoint;
import ai.graft.model.checkpoint.CheckpointException;
import ai.graft.model.checkpoint.GraftFile;
import ai.graft.model.network.Head;
import ai.graft.model.task.Task;
import ai.graft.serving.onnx.Validation;

/**
 * Judges answers to labelled texts by the metric that a training chooses its best weights by: accuracy, micro F1 or
 * Pearson's correlation.
 */
public final class ExportedMetric implements Validation.Judge {
    private final LabelledRows labels;
    private final String metric;

    private ExportedMetric(LabelledRows labels, String metric) {
        this.labels = labels;
        this.metric = metric;
    }

    /**
     * What exports of a checkpoint must not lose on these data.
     *
     * @param maxDrop points of a hundredth
     * @throws CheckpointException where the checkpoint is no text classifier or regressor
     * @throws ai.graft.datasets.DatasetException naming the row whose label the model does not know
     */
    public static Validation validation(String nameOrDirectory, Dataset data, double maxDrop) {
        Checkpoint checkpoint = Checkpoint.open(nameOrDirectory);
        if (!(checkpoint.head() instanceof Head.SequenceClassification)) {
            throw new CheckpointException(checkpoint.config().origin() + ": architecture "
                    + checkpoint.config().architecture().orElse("unknown")
                    + " cannot be validated with labelled texts, only text classifiers and regressors can. Export it"
                    + " without.");
        }
        Task task = GraftFile.read(checkpoint.directory())
                .apply(Task.of(checkpoint.config().labels(), checkpoint.config().problemType()));
        ExportedMetric metric = new ExportedMetric(LabelledRows.of(task, data), FineTuning.defaultMetric(task));
        return new Validation(TokenizedTexts.inputs(data), metric, maxDrop);
    }

    @Override
    public Validation.Score judge(float[][] logits) {
        return new Validation.Score(metric, labels.evaluate(logits).metric(metric));
    }
}
