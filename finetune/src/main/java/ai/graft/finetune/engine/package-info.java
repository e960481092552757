/**
 * Training and prediction on PyTorch, through one TorchScript program that Java writes from the network's page and DJL's
 * engine runs: a forward and backward pass is one call, so no intermediate ever has a Java handle.
 *
 * <p>Read {@link ai.graft.finetune.engine.TorchNetwork} first, then {@link ai.graft.finetune.engine.TorchScriptOps} (the
 * interpreter that writes a network's program) and {@link ai.graft.finetune.engine.NetworkScript} (the program around it).
 * Only {@code TorchModule} touches DJL's native interface; no other package of Graft names {@code ai.djl}'s engine. A {@link
 * ai.graft.finetune.engine.TorchNetwork} predicts from any thread and trains on one.
 */
@org.jspecify.annotations.NullMarked
package ai.graft.finetune.engine;
