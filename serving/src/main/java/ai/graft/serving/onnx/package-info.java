/**
 * Checkpoints to ONNX, with proof.
 *
 * <p>Read {@link ai.graft.serving.onnx.OnnxExporter} first (the door) and {@link ai.graft.serving.onnx.ExportOptions} (what
 * there is to choose), then {@code PortableOps} and {@code OrtOps} (what each operation of a network becomes), {@code Products}
 * (how linear layers multiply in each precision), and {@code ExportCheck} with {@code Closeness} (what a file must pass before it
 * is kept). {@link ai.graft.serving.onnx.Validation}, {@link ai.graft.serving.onnx.PrecisionChoice} and {@link
 * ai.graft.serving.onnx.Sensitivity} measure on a caller's texts. {@code ExportSource} is the open checkpoint. {@code GraphBuilder} collects nodes, {@code GraphWeights} the weights, {@code OnnxFile} writes both without holding
 * the weights in memory.
 *
 * <p>The flavour {@code portable} has operators of opset 17 alone, in the patterns that ONNX Runtime's optimizer turns into its
 * fused kernels: Add with LayerNormalization, exact GELU with its bias, scaled products. The flavour {@code ort} has norms and
 * attention as such kernels, and computes no padding. A new architecture needs nothing here.
 *
 * <p>Threads: an export belongs to one thread. Sources: the ONNX operator documents (opset 17, IR version 8)
 * and ONNX Runtime's of its contrib operators.
 */
@org.jspecify.annotations.NullMarked
package ai.graft.serving.onnx;
