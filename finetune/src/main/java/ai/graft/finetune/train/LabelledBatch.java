package ai.graft.finetune.train;

import ai.graft.finetune.engine.Targets;
import ai.graft.model.network.Inputs;

/**
 * One batch of a training.
 *
 * @param targets what the network should give for the inputs
 * @param amount what the training's speed counts of it: its rows, or its tokens
 */
record LabelledBatch(Inputs inputs, Targets targets, int amount) {}
