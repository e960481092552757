/**
 * Prediction on ONNX Runtime from a directory that {@code ai.graft.serving.onnx.OnnxExporter} wrote; nothing of PyTorch is
 * needed or loaded.
 *
 * <p>Read {@link ai.graft.serving.predict.OnnxPredictor} first (texts in, predictions or vectors out), then {@link
 * ai.graft.serving.predict.OnnxSession} (ids in, raw outputs out) and {@link ai.graft.serving.predict.OnnxMetadata} (what a
 * file says of itself).
 *
 * <p>Threads: a predictor and a session may be shared by any number of threads; closing waits for running calls.
 *
 * <p>Errors: {@link ai.graft.serving.predict.OnnxException} for files, devices and the runtime, {@link
 * java.lang.IllegalArgumentException} for arguments. Messages never hold a text.
 */
@org.jspecify.annotations.NullMarked
package ai.graft.serving.predict;
