package ai.graft.finetune.train;

import ai.graft.finetune.evaluate.Evaluation;

/** Hears how a training goes, on the training's thread. */
public interface TrainingListener {
    /** Hears nothing. */
    TrainingListener SILENT = new TrainingListener() {};

    /** Something a person wants to know once, such as what was read. */
    default void note(String text) {}

    /** A step is done. */
    default void step(int step, int total, double loss, long examplesDone) {}

    /** The validation data were judged after a step. */
    default void evaluated(int step, Evaluation evaluation, String metric, boolean best) {}
}
