/**
 * Prediction on ONNX Runtime from a directory that {@code ai.graft.serving.onnx.OnnxExporter} wrote; nothing of PyTorch is
 * needed or loaded.
 *
 * <p>Read {@link ai.graft.serving.predict.OnnxPredictor} first (texts in, predictions or vectors out), then {@link
 * ai.graft.serving.predict.OnnxSession} (ids in, raw outputs out) and {@link ai.graft.serving.predict.OnnxMetadata} (what a
 * file says of itself). {@link ai.graft.serving.predict.PredictorOptions} says how it computes, {@link
 * ai.graft.serving.predict.Cancellation} what may end a call. Inside, {@code TextRuns} leads texts through batches, {@code
 * Workers} run them, {@code TextCall} is one call under way and {@code StopSwitch} ends its runs.
 *
 * <p>Threads: a predictor and a session may be shared by any number of threads; closing waits for running calls. Batches run
 * on the predictor's own daemon threads, as many at the same time as it has workers, whoever asks; callers wait. Calls take
 * turns batch by batch. No lock is held while the runtime computes but the one that keeps a session from being closed.
 *
 * <p>Errors: {@link ai.graft.serving.predict.OnnxException} for files, devices and the runtime, {@link
 * ai.graft.serving.predict.DeadlineException} and {@link java.util.concurrent.CancellationException} for calls that were
 * ended, {@link java.lang.IllegalArgumentException} for arguments. Messages never hold a text.
 */
@org.jspecify.annotations.NullMarked
package ai.graft.serving.predict;
