/**
 * What a model is for: {@link ai.graft.model.task.Task} with its labels, the {@link ai.graft.model.task.Loss} that it is
 * trained by, and the {@link ai.graft.model.task.Prediction} that it gives; {@link
 * ai.graft.model.network.Pooling} makes vectors of texts; {@link ai.graft.model.task.AnswerSearch} finds the answer to a question
 * in the logits of its windows. Immutable values but for the search, which belongs to one thread.
 */
@org.jspecify.annotations.NullMarked
package ai.graft.model.task;
