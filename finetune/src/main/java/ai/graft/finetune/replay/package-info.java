/**
 * Runs models on recorded batches, so that anyone can check Graft's numbers against other software: {@link
 * ai.graft.finetune.replay.ForwardPass} for one pass ({@link ai.graft.finetune.replay.OnnxForwardPass} on ONNX Runtime), {@link ai.graft.finetune.replay.Replay} for a whole training.
 */
@org.jspecify.annotations.NullMarked
package ai.graft.finetune.replay;
