package ai.graft.model.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A directory that appears whole or not at all, and has one writer at a time.
 *
 * <pre>{@code
 * try (AtomicDirectory output = AtomicDirectory.create(target)) {
 *     output.write("config.json", file -> Files.writeString(file, config));
 *     output.commit();
 * }
 * }</pre>
 *
 * <p>Files are written into a sibling of the target, {@code .NAME.tmp-…}, which {@link #commit} renames; without a
 * commit, {@link #close} deletes it. From beginning to close a lock keeps other writers out, among threads and
 * processes. A process that is killed leaves at most siblings behind, which the next writer deletes, never half a
 * target.
 *
 * <p>No file system call of Java replaces a directory that is not empty: a former directory steps aside to {@code
 * .NAME.former} first. Killed between the two renames, a process leaves no target, but the former directory whole under
 * that name. {@link #restore} puts it back; the next writer and whoever opens a checkpoint call it. A reader may do so
 * while the writer lives: then the writer just begins its renames again. Before it is deleted, a former directory gets
 * a name that is never put back.
 *
 * <p>Not for use by many threads.
 */
public final class AtomicDirectory implements AutoCloseable {
    /** How often a reader may put the former directory back between two renames before that counts as a failure. */
    private static final int ATTEMPTS = 100;

    private final Path target;
    private final Predicate<Path> replaceable;
    private final DirectoryLock lock;
    private final Path temporary;
    private boolean committed;

    /** What {@link #write} fills a file with. */
    @FunctionalInterface
    public interface FileContent {
        /** Makes the file, which does not exist yet. */
        void writeTo(Path file) throws IOException;
    }

    private AtomicDirectory(Path target, Predicate<Path> replaceable, boolean wait) {
        this.target = target.toAbsolutePath().normalize();
        this.replaceable = replaceable;
        if (this.target.getFileName() == null) {
            throw new IllegalArgumentException("a file system's root cannot be written as a whole: " + target);
        }
        this.temporary = sibling(this.target, "tmp-" + UUID.randomUUID());
        this.lock = lock(wait);
        try {
            restore(this.target);
            refuseExisting();
            deleteLeftovers();
            Files.createDirectory(temporary);
        } catch (IOException e) {
            lock.close();
            throw WriteFailure.ofDirectory(this.target, e);
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /**
     * Begins a new directory.
     *
     * @throws CheckpointException if the target exists, unless as an empty directory, if its parent cannot be written, or
     *     if another writer has begun it
     */
    public static AtomicDirectory create(Path target) {
        return new AtomicDirectory(target, existing -> false, false);
    }

    /**
     * Begins a directory that takes the place of whatever directory is there. Waits for another writer to close it.
     *
     * @throws CheckpointException if the target is a file, or its parent cannot be written
     */
    public static AtomicDirectory replace(Path target) {
        return new AtomicDirectory(target, existing -> true, true);
    }

    /**
     * Begins a directory that takes the place of an earlier output only.
     *
     * @param marker name of a file that every such output holds, such as {@code graft.json}
     * @throws CheckpointException if the target exists without the marker or is write-protected, if its parent cannot be
     *     written, or if another writer has begun it
     */
    public static AtomicDirectory replaceOutput(Path target, String marker) {
        return new AtomicDirectory(target, existing -> Files.isRegularFile(existing.resolve(marker)), false);
    }

    /** Where the directory will be: absolute. */
    public Path target() {
        return target;
    }

    /** The directory to write into: a sibling of the target. */
    public Path path() {
        return temporary;
    }

    /**
     * Writes a small file; see {@link #write(String, long, FileContent)}.
     *
     * @throws CheckpointException where that fails
     */
    public void write(String name, FileContent content) {
        write(name, 0, content);
    }

    /**
     * Writes a file into the directory. A failure names the file in its final place, the space that is needed and left,
     * and what to do.
     *
     * @param bytes about what it takes; if the disk has less, nothing is written
     * @throws CheckpointException where it cannot be written; anything else that {@code content} throws is passed on
     */
    public void write(String name, long bytes, FileContent content) {
        WriteFailure.requireSpace(target.resolve(name), temporary, bytes);
        try {
            content.writeTo(temporary.resolve(name));
        } catch (IOException e) {
            throw WriteFailure.ofFile(target.resolve(name), temporary, bytes, e);
        } catch (RuntimeException e) {
            Optional<IOException> cause = ioCause(e);
            throw cause.isEmpty() ? e : WriteFailure.ofFile(target.resolve(name), temporary, bytes, cause.get());
        }
    }

    /**
     * Complains early where the disk has no room.
     *
     * @throws CheckpointException with the bytes needed and left
     */
    public void requireSpace(long bytes) {
        WriteFailure.requireSpace(target, temporary, bytes);
    }

    /**
     * Puts the directory in its place.
     *
     * @throws CheckpointException if something that may not be replaced has come into being there, or the rename fails;
     *     the former directory is then still in its place
     * @throws IllegalStateException if it was committed before
     */
    public void commit() {
        if (committed) {
            throw new IllegalStateException(target + " was committed before");
        }
        refuseExisting();
        try {
            swap();
            committed = true;
            discardFormer();
        } catch (IOException e) {
            throw new CheckpointException(target + ": cannot be put in its place: " + e, e);
        }
    }

    /** Deletes what was not committed, and lets other writers in. */
    @Override
    public void close() {
        try {
            if (!committed) {
                deleteTree(temporary);
            }
        } finally {
            lock.close();
        }
    }

    /**
     * Puts a former directory back that a killed process left between the two renames of {@link #commit}; else does
     * nothing. May be called by anybody at any time.
     *
     * @throws CheckpointException if it cannot be put back
     */
    static void restore(Path target) {
        Path absolute = target.toAbsolutePath().normalize();
        if (absolute.getFileName() == null || Files.exists(absolute)) {
            return;
        }
        Path former = sibling(absolute, "former");
        try {
            if (Files.isDirectory(former)) {
                Files.move(former, absolute, StandardCopyOption.ATOMIC_MOVE);
            }
        } catch (IOException e) {
            if (!Files.exists(absolute)) { // else the writer, or another reader, was faster
                throw new CheckpointException(
                        target + ": a process was killed while it replaced it, and the former one, " + former
                                + ", cannot be put back: " + e + ". Rename it yourself.",
                        e);
            }
        }
    }

    private DirectoryLock lock(boolean wait) {
        try {
            Files.createDirectories(target.resolveSibling(""));
            return wait
                    ? DirectoryLock.acquire(target)
                    : DirectoryLock.tryAcquire(target)
                            .orElseThrow(
                                    () -> new CheckpointException(target + ": another training, or another program,"
                                            + " is writing there now. Wait until it ends, or name another place."));
        } catch (IOException e) {
            throw WriteFailure.ofDirectory(target, e);
        }
    }

    /** Deletes what killed writers left: the lock is ours, so none of them lives. */
    private void deleteLeftovers() throws IOException {
        discardFormer();
        String prefix = sibling(target, "tmp-").getFileName().toString();
        List<Path> leftovers;
        try (Stream<Path> siblings = Files.list(target.resolveSibling(""))) {
            leftovers = siblings.filter(path -> path.getFileName().toString().startsWith(prefix))
                    .toList();
        }
        leftovers.forEach(AtomicDirectory::deleteTree);
    }

    private void refuseExisting() {
        if (Files.exists(target) && !isEmptyDirectory() && !(Files.isDirectory(target) && replaceable.test(target))) {
            throw new CheckpointException(target + ": exists already and is not replaced."
                    + " Name another place, ask for it to be replaced, or remove it.");
        }
        if (Files.isDirectory(target) && !Files.isWritable(target)) {
            throw new CheckpointException(
                    target + ": is write-protected and not replaced. Change its permissions, or name another place.");
        }
    }

    private boolean isEmptyDirectory() {
        if (!Files.isDirectory(target)) {
            return false;
        }
        try (Stream<Path> children = Files.list(target)) {
            return children.findAny().isEmpty();
        } catch (IOException e) {
            throw new CheckpointException(target + ": cannot be listed: " + e, e);
        }
    }

    private void swap() throws IOException {
        for (int attempt = 1; ; attempt++) {
            if (Files.exists(target)) {
                Files.move(target, sibling(target, "former"), StandardCopyOption.ATOMIC_MOVE);
            }
            try {
                Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
                return;
            } catch (IOException e) {
                restore(target);
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /** Deletes a former directory, under a name that {@link #restore} does not look for. */
    private void discardFormer() throws IOException {
        Path former = sibling(target, "former");
        if (Files.exists(former)) {
            Path doomed = sibling(target, "tmp-" + UUID.randomUUID());
            Files.move(former, doomed, StandardCopyOption.ATOMIC_MOVE);
            deleteTree(doomed);
        }
    }

    private static Path sibling(Path target, String kind) {
        return target.resolveSibling("." + target.getFileName() + "." + kind);
    }

    private static Optional<IOException> ioCause(Throwable thrown) {
        for (Throwable cause = thrown.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException io) {
                return Optional.of(io);
            }
        }
        return Optional.empty();
    }

    private static void deleteTree(Path root) {
        try {
            DirectoryTree.delete(root);
        } catch (IOException e) {
            throw new CheckpointException(root + ": cannot be deleted: " + e + ". Delete it yourself.", e);
        }
    }
}
