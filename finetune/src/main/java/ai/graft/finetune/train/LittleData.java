package ai.graft.finetune.train;

import ai.graft.datasets.Dataset;
import ai.graft.datasets.LabelKind;
import ai.graft.model.task.Task;
import ai.graft.tokenizer.LongTexts;

/** What is done otherwise where rows are few. */
final class LittleData {
    /** A tenth of fewer says next to nothing of weights, and is missed in the training. */
    private static final int FEW_ROWS = 200;

    /** With fewer of each label a tenth is less than two of it. */
    private static final int FEW_A_LABEL = 16;

    private static final double FEWEST_STEPS = 64;

    /** Whether a data set has too few rows to hold some back. */
    static boolean isFew(Dataset data) {
        int labels = data.labelKind() == LabelKind.SINGLE ? data.labels().size() : 1;
        return data.size() < Math.max(FEW_ROWS, FEW_A_LABEL * labels);
    }

    /** Passes that are enough steps: what learns in steps needs a number of them, however few the rows are. */
    static double epochs(int rows, int batchSize) {
        return Math.ceil(FEWEST_STEPS / Math.max(1, Math.ceil(rows / (double) batchSize)));
    }

    /** Whether all rows are learned from: there are too few to hold some back, and nobody asked for it. */
    static boolean holdsNothingBack(Dataset data, TrainingOptions settings) {
        return settings.validationShare().isEmpty() && isFew(data);
    }

    /**
     * The transfer that was asked for; where none was, pairs first for few texts with one label each, unless a setting was given that pairs
     * know nothing of, and all weights otherwise.
     */
    static Transfer transfer(Dataset train, TrainingOptions settings) {
        return settings.transfer()
                .orElseGet(() -> suitsPairs(train, settings) ? new Transfer.Contrastive() : new Transfer.Full());
    }

    private static boolean suitsPairs(Dataset train, TrainingOptions settings) {
        return isFew(train)
                && TaskFinder.find(train, settings.task()) instanceof Task.SingleLabel
                && !concernsSteps(settings)
                && settings.longTexts() != LongTexts.WINDOWS;
    }

    /**
     * Refuses settings that would be silently left out by a way that fits its head.
     *
     * @throws IllegalArgumentException naming them
     */
    static void requireFitting(Transfer transfer, TrainingOptions settings) {
        if (concernsSteps(settings)) {
            throw new IllegalArgumentException("transfer " + transfer
                    + " fits its head to all rows alike: class weights, label smoothing, focal loss and freeze are for the other ways."
                    + " Leave them out, or choose another --transfer.");
        }
    }

    private static boolean concernsSteps(TrainingOptions settings) {
        return !(settings.classWeights() instanceof ClassWeights.Equal)
                || settings.labelSmoothing() != 0
                || settings.focalLoss() != 0
                || !(settings.freeze() instanceof Freeze.Nothing);
    }

    private LittleData() {}
}
