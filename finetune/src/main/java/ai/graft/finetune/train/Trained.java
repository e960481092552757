package ai.graft.finetune.train;

import ai.graft.model.checkpoint.AtomicDirectory;
import ai.graft.model.checkpoint.CheckpointException;
import ai.graft.model.checkpoint.DType;
import java.nio.file.Path;
import java.util.Optional;

/** A trained model on PyTorch, whatever its task. Whoever opened or trained it closes it. */
public sealed interface Trained extends AutoCloseable permits FineTuned, FineTunedAnswerer, Adapted {
    /**
     * Reserves the place of a model before the work that makes it: a place that cannot be written is refused at once, and so
     * is a directory that something else writes to. Close it, saved or not.
     *
     * @throws CheckpointException where the place cannot be written, holds files that are no model of Graft's, or another
     *     process or thread has reserved it
     */
    static AtomicDirectory reserve(Path directory) {
        return AtomicDirectory.replaceOutput(directory, GraftJson.FILE);
    }

    /** How the model came to be; empty for one that was opened. */
    Optional<TrainingReport> report();

    /** {@link #save(Path, DType)} in F32. */
    default void save(Path directory) {
        save(directory, DType.F32);
    }

    /**
     * Writes the model in Hugging Face's layout, with proof and provenance beside it: {@code config.json}, {@code
     * model.safetensors}, tokenizer files, {@code graft.json}, {@code golden.json}, {@code README.md}, and after a training
     * {@code history.csv}, {@code report.html} and pictures. The directory appears whole or not at all; a former model in its place is replaced.
     *
     * @param stored {@link DType#F32} or {@link DType#F16}
     * @throws CheckpointException as {@link #reserve}, or where a file cannot be written: the former model is then
     *     still in its place, whole
     */
    default void save(Path directory, DType stored) {
        try (AtomicDirectory output = reserve(directory)) {
            save(output, stored);
        }
    }

    /**
     * {@link #save(Path, DType)} into a directory that was reserved; the caller closes it.
     *
     * @throws CheckpointException where a file cannot be written: the former model is then still in its place, whole
     */
    void save(AtomicDirectory reserved, DType stored);

    @Override
    void close();
}
