package ai.graft.finetune.train;

import ai.graft.finetune.engine.Targets;
import ai.graft.model.network.Inputs;

/** What a training goes over: rows of ids, each with what the network should give for it. Immutable. */
interface TrainingRows {
    /** Length of every row in tokens. */
    int[] lengths();

    /** The rows of these numbers, padded to the longest. */
    Inputs batch(int[] rows);

    /** What the network should give for the rows of these numbers. */
    Targets targets(int[] rows);
}
