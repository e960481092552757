/**
 * Checkpoints to ONNX, with proof.
 *
 * <p>Read {@link ai.graft.serving.onnx.OnnxExporter} first (the door), then {@code OnnxOps} (what each operation of a network
 * becomes) and {@code ExportCheck} (what a file must pass before it is kept). {@code GraphBuilder} collects nodes and weights,
 * {@code OnnxFile} writes them without holding the weights in memory.
 *
 * <p>The flavour {@code portable} has operators of opset 17 alone, in the patterns that ONNX Runtime's optimizer turns into its
 * fused kernels: Add with LayerNormalization, exact GELU with its bias, scaled products. A new architecture needs nothing here.
 *
 * <p>Threads: an export belongs to one thread. Sources: the ONNX operator documents (opset 17, IR version 8).
 */
@org.jspecify.annotations.NullMarked
package ai.graft.serving.onnx;
