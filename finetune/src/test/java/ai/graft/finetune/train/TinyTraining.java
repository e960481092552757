package ai.graft.finetune.train;

import ai.graft.datasets.Dataset;
import ai.graft.finetune.engine.Precision;
import ai.graft.finetune.engine.TorchNetwork;
import ai.graft.finetune.report.HistoryPoint;
import java.nio.file.Path;
import java.util.List;

/** Trainings of {@link TinyCheckpoint}, each in a fraction of a second. */
final class TinyTraining {
    static {
        TorchNetwork.threads(1); // so small a network is slower with more
    }

    static TrainingOptions.Builder options() {
        return TrainingOptions.builder()
                .transfer(new Transfer.Full()) // the data are few
                .precision(Precision.FP32)
                .batchSize(8)
                .epochs(8)
                .learningRate(1e-2)
                .headLearningRate(1e-2); // ten times that is too much
    }

    /** A model of reviews whose embeddings stayed as they were. */
    static FineTuned reviews(Path base, Dataset validation) {
        TrainingOptions options =
                options().freeze(Freeze.parse("embeddings")).epochs(10).build();
        return FineTuning.of(base.toString()).options(options).train(TinyData.reviews("train.tsv", 64, 1), validation);
    }

    static TrainingReport report(FineTuned model) {
        return model.report().orElseThrow();
    }

    static List<HistoryPoint> points(FineTuned model) {
        return report(model).history().points();
    }

    private TinyTraining() {}
}
