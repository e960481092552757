package ai.graft.model.checkpoint;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** An exclusive lock among all threads and processes of a machine; the system frees it when its process dies. */
final class CacheLock implements AutoCloseable {
    private static final int RETRY_MILLIS = 20;

    private final FileChannel channel;

    private CacheLock(FileChannel channel) {
        this.channel = channel;
    }

    /** Waits until nobody else holds the lock of this file, which is made if need be and never deleted. */
    static CacheLock acquire(Path file) {
        try {
            Files.createDirectories(file.toAbsolutePath().resolveSibling(""));
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            try {
                await(channel);
                return new CacheLock(channel);
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            throw new CheckpointException(file + ": cannot be locked: " + e, e);
        }
    }

    private static void await(FileChannel channel) throws IOException {
        while (true) {
            try {
                FileLock lock = channel.lock(); // waits for other processes
                if (lock.isValid()) {
                    return;
                }
            } catch (OverlappingFileLockException heldByAnotherThread) {
                pause();
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(RETRY_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CheckpointException("interrupted while another thread imports the model", e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new CheckpointException("a lock file cannot be closed: " + e, e);
        }
    }
}
