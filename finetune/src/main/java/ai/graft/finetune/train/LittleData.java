package ai.graft.finetune.train;

import ai.graft.datasets.Dataset;
import ai.graft.datasets.LabelKind;
import ai.graft.datasets.Split;

/** What is done otherwise where rows are few. */
final class LittleData {
    private static final double HELD_BACK = 0.1;

    /** A tenth of fewer says next to nothing of weights, and is missed in the training. */
    private static final int FEW_ROWS = 200;

    /** With fewer of each label a tenth is less than two of it. */
    private static final int FEW_A_LABEL = 16;

    /** Whether a data set has too few rows to hold some back. */
    static boolean isFew(Dataset data) {
        int labels = data.labelKind() == LabelKind.SINGLE ? data.labels().size() : 1;
        return data.size() < Math.max(FEW_ROWS, FEW_A_LABEL * labels);
    }

    /**
     * The rows to learn from and those to judge by: as many as the settings hold back, else a tenth, else, where rows are few, the same
     * rows twice.
     */
    static Split split(Dataset data, TrainingOptions settings) {
        if (settings.validationShare().isEmpty() && isFew(data)) {
            return new Split(data, data);
        }
        return data.stratifiedSplit(settings.validationShare().orElse(HELD_BACK), settings.seed());
    }

    private LittleData() {}
}
