/**
 * What a model is for: {@link ai.graft.model.task.Task} with its labels, the {@link ai.graft.model.task.Loss} that it is
 * trained by, and the {@link ai.graft.model.task.Prediction} that it gives; {@link
 * ai.graft.model.task.Pooling} makes vectors of texts. Immutable values.
 */
@org.jspecify.annotations.NullMarked
package ai.graft.model.task;
