package ai.graft.model.task;

/**
 * What a model says of one text, and how it read it.
 *
 * @param prediction the answer
 * @param tokens length of the whole text, special tokens included
 * @param tooLong whether that is more than the model reads at once
 */
public record Answer(Prediction prediction, int tokens, boolean tooLong) {}
