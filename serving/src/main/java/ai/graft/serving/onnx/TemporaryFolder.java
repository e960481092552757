package ai.graft.serving.onnx;

import ai.graft.model.checkpoint.CheckpointException;
import ai.graft.model.checkpoint.DirectoryTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A folder for files that are gone when it is closed. */
record TemporaryFolder(Path path) implements AutoCloseable {
    /** @throws CheckpointException where there is no room or permission */
    static TemporaryFolder create(String purpose) {
        try {
            return new TemporaryFolder(Files.createTempDirectory(
                    "graft-" + purpose + "-" + ProcessHandle.current().pid() + "-"));
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /** For what could not be written here. */
    static CheckpointException failure(IOException e) {
        return new CheckpointException(
                "temporary files of an ONNX network cannot be written: " + e.getMessage()
                        + ". Check the room on the disk of the temporary folder.",
                e);
    }

    @Override
    public void close() {
        try {
            DirectoryTree.delete(path);
        } catch (IOException e) {
            throw new CheckpointException(path + ": cannot be deleted: " + e.getMessage(), e);
        }
    }
}
