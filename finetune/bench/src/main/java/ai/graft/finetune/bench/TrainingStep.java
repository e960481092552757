package ai.graft.finetune.bench;

import ai.graft.model.network.Inputs;

/** Something that takes training steps and whose steps are timed. Belongs to one thread; holds native memory. */
interface TrainingStep extends AutoCloseable {

    /**
     * Forward, backward, clipping, AdamW.
     *
     * @param labels (B), 0 or 1
     * @param step number of the step, from 0
     * @return the batch's loss and where the time went
     */
    Timing take(Inputs inputs, int[] labels, int step);

    /** Without checked exceptions. */
    @Override
    void close();

    /**
     * A step's outcome.
     *
     * @param seconds of the whole step
     * @param updateSeconds of clipping and AdamW alone; NaN where they cannot be told from the rest
     */
    record Timing(double loss, double seconds, double updateSeconds) {}
}
