package ai.graft.finetune.train;

import ai.graft.model.task.Prediction;

/**
 * What a model says of one text, and how it read it.
 *
 * @param prediction the answer
 * @param tokens length of the whole text, special tokens included
 * @param tooLong whether that is more than the model reads at once
 */
public record Answer(Prediction prediction, int tokens, boolean tooLong) {}
