/**
 * The training loop and what it is made of.
 *
 * <p>Read {@code FineTuning} first (the library's entry), then {@code Course}, a training from checkpoint to model, {@code
 * TrainingLoop}, which is the loop from top to bottom, and {@code TrainingRun}, the whole state of a run. What is learned is a
 * {@code Lesson}: {@code TextLesson} or {@code QuestionLesson}. A run belongs to one thread; a {@code FineTuned} model and a
 * {@code FineTunedAnswerer} may be shared. {@code TextModel} and {@code Answerer} are what they have in common with exported
 * ones: answers and judgement.
 */
@org.jspecify.annotations.NullMarked
package ai.graft.finetune.train;
