/**
 * Tensors in and out of files.
 *
 * <p>Read {@link ai.graft.model.checkpoint.Tensor}, {@link ai.graft.model.checkpoint.SafetensorsFile}
 * and {@link ai.graft.model.checkpoint.TorchFile} first (what a file holds), then
 * {@link ai.graft.model.checkpoint.Weights} (a checkpoint of one or many files) and
 * {@link ai.graft.model.checkpoint.WeightLoader} with {@link ai.graft.model.checkpoint.LoadReport} (which tensor goes
 * where in a network). {@link ai.graft.model.checkpoint.OnnxImporter} turns an ONNX file of a BERT encoder into a
 * checkpoint, {@link ai.graft.model.checkpoint.PretrainedCache} does so once for the encoders that have short names or
 * Maven coordinates (jars come through {@link ai.graft.model.checkpoint.ArtifactSource}), and
 * {@link ai.graft.model.checkpoint.AtomicDirectory} sees to it that no reader meets half a directory, and that a directory has one writer at a time.
 * {@link ai.graft.model.checkpoint.GraftFile} is what Graft keeps beside Hugging Face's files.
 *
 * <p>Threads: tensors, reports and opened checkpoints are immutable and may be shared; the static methods may be called
 * from many threads. Two processes may ask the cache for the same model: the second waits for the first.
 *
 * <p>Errors: whatever is wrong with a file is a {@link ai.graft.model.checkpoint.CheckpointException}, a failed read or
 * write included; what is wrong with an argument is an {@link java.lang.IllegalArgumentException}.
 *
 * <p>Sources: the safetensors format and its reference library (Rust, 0.8); torch.save (torch 2.13); the loading rules of
 * Hugging Face transformers' {@code from_pretrained} (4.57).
 */
@org.jspecify.annotations.NullMarked
package ai.graft.model.checkpoint;
