/**
 * Exported models as other programs want to find them: a model repository of Triton, a model folder of DJL Serving, a service
 * of KServe, a Maven artifact.
 *
 * <p>Read {@link ai.graft.serving.layout.LayoutExporter} first (the door), then {@link ai.graft.serving.layout.Layout} (the
 * choices). {@code TritonFiles}, {@code DjlServingFiles}, {@code KServeFiles} and {@code JarFiles} arrange what {@code
 * ai.graft.serving.onnx.OnnxExporter} wrote; {@code GraphSignature} reads a file's inputs and outputs without its weights.
 *
 * <p>A server computes logits or vectors from ids. It knows nothing of the rest of {@code graft.json}: thresholds of labels
 * and windows over long texts are {@code OnnxPredictor}'s.
 *
 * <p>Threads: an export belongs to one thread.
 *
 * <p>Sources: Triton's {@code model_config.proto} and its page on model repositories; DJL Serving's page on model
 * configuration and the translator factories of DJL 0.38; KServe's API v1beta1 and its runtime {@code kserve-tritonserver};
 * Maven's POM 4.0.0.
 */
@org.jspecify.annotations.NullMarked
package ai.graft.serving.layout;
