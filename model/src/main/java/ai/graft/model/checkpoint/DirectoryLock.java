package ai.graft.model.checkpoint;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The right to write a directory, exclusive among all threads and processes of a machine. It is the lock of a sibling,
 * {@code .NAME.lock}, so that the directory itself can be renamed; the system frees it when its process dies, and a
 * lock file that such a process leaves hinders nobody.
 *
 * <p>The holder deletes the file before it lets go. Whoever opened it before may then lock a file that has no name any
 * more, while a third makes a new one; so a lock counts only if the name still leads to the locked file.
 */
final class DirectoryLock implements AutoCloseable {
    private static final int RETRY_MILLIS = 20;

    /**
     * Lock files of this process. Asked before a file is opened: on POSIX systems closing any channel of a file gives up
     * all locks that the process has on it, so a refused second try would break the first one's lock.
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final FileChannel locked;
    /** Open as long as the lock is held, for the reason above. */
    private final FileChannel named;

    private DirectoryLock(Path file, FileChannel locked, FileChannel named) {
        this.file = file;
        this.locked = locked;
        this.named = named;
    }

    /** Waits until nobody else holds the lock. The directory's parent must exist; the directory need not. */
    static DirectoryLock acquire(Path directory) throws IOException {
        Path file = file(directory);
        while (true) {
            Optional<DirectoryLock> lock = take(file, true);
            if (lock.isPresent()) {
                return lock.get();
            }
            pause();
        }
    }

    /** Empty where somebody else holds the lock. The directory's parent must exist; the directory need not. */
    static Optional<DirectoryLock> tryAcquire(Path directory) throws IOException {
        return take(file(directory), false);
    }

    /** By its parent's real path, so that two names of a directory have one lock. */
    private static Path file(Path directory) throws IOException {
        Path absolute = directory.toAbsolutePath().normalize();
        return absolute.resolveSibling("").toRealPath().resolve("." + absolute.getFileName() + ".lock");
    }

    private static Optional<DirectoryLock> take(Path file, boolean wait) throws IOException {
        if (!HELD.add(file)) {
            return Optional.empty();
        }
        Optional<DirectoryLock> lock = Optional.empty();
        try {
            lock = open(file, wait);
            return lock;
        } finally {
            if (lock.isEmpty()) {
                HELD.remove(file);
            }
        }
    }

    private static Optional<DirectoryLock> open(Path file, boolean wait) throws IOException {
        while (true) {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            Optional<FileChannel> named = Optional.empty();
            try {
                if ((wait ? channel.lock() : channel.tryLock()) == null) {
                    return Optional.empty();
                }
                named = reopen(file);
                if (named.isPresent()) {
                    return Optional.of(new DirectoryLock(file, channel, named.get()));
                }
            } finally {
                if (named.isEmpty()) {
                    channel.close();
                }
            }
        }
    }

    /** A second channel of the file, if it is the one just locked: only that one's lock overlaps with our own. */
    private static Optional<FileChannel> reopen(Path file) throws IOException {
        FileChannel channel;
        try {
            channel = FileChannel.open(file, StandardOpenOption.WRITE);
        } catch (NoSuchFileException deleted) {
            return Optional.empty();
        }
        try {
            channel.tryLock();
        } catch (OverlappingFileLockException same) {
            return Optional.of(channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        channel.close();
        return Optional.empty();
    }

    private static void pause() {
        try {
            Thread.sleep(RETRY_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CheckpointException("interrupted while another thread writes the directory", e);
        }
    }

    @Override
    public void close() {
        if (!locked.isOpen()) {
            return;
        }
        try {
            deleteFile();
            locked.close();
            named.close();
        } catch (IOException e) {
            throw new CheckpointException(file + ": cannot be closed: " + e, e);
        } finally {
            HELD.remove(file);
        }
    }

    private void deleteFile() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // It hinders nobody, and the next holder deletes it.
        }
    }
}
