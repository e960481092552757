/**
 * The training loop and what it is made of.
 *
 * <p>Read {@code FineTuning} first (the library's entry), then {@code TrainingLoop}, which is the
 * loop from top to bottom, and {@code TrainingRun}, the whole state of a run. A run belongs to one thread; a {@code
 * FineTuned} model may be shared. {@code TextModel} is what it has in common with an exported one: answers and judgement.
 */
@org.jspecify.annotations.NullMarked
package ai.graft.finetune.train;
