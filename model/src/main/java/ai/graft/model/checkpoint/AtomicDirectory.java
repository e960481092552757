package ai.graft.model.checkpoint;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A directory that appears whole or not at all.
 *
 * <pre>{@code
 * try (AtomicDirectory output = AtomicDirectory.create(target)) {
 *     Files.writeString(output.path().resolve("config.json"), config);
 *     output.commit();
 * }
 * }</pre>
 *
 * <p>Files are written into a sibling of the target, which {@link #commit} renames; without a commit, {@link #close}
 * deletes it. A process that is killed leaves at most the sibling behind, never half a target. Not for use by many
 * threads.
 */
public final class AtomicDirectory implements AutoCloseable {
    private final Path target;
    private final Path temporary;
    private final Predicate<Path> replaceable;
    private boolean committed;

    private AtomicDirectory(Path target, Predicate<Path> replaceable) {
        this.target = target.toAbsolutePath().normalize();
        this.replaceable = replaceable;
        if (this.target.getFileName() == null) {
            throw new IllegalArgumentException("a file system's root cannot be written as a whole: " + target);
        }
        refuseExisting();
        this.temporary = sibling(this.target, "tmp");
        try {
            Files.createDirectories(this.target.resolveSibling(""));
            Files.createDirectory(temporary);
        } catch (IOException e) {
            throw new CheckpointException(target + ": cannot be written: " + e, e);
        }
    }

    /**
     * Begins a new directory.
     *
     * @throws CheckpointException if the target exists, unless as an empty directory, or its parent cannot be written
     */
    public static AtomicDirectory create(Path target) {
        return new AtomicDirectory(target, existing -> false);
    }

    /**
     * Begins a directory that takes the place of whatever directory is there.
     *
     * @throws CheckpointException if the target is a file, or its parent cannot be written
     */
    public static AtomicDirectory replace(Path target) {
        return new AtomicDirectory(target, existing -> true);
    }

    /**
     * Begins a directory that takes the place of an earlier output only.
     *
     * @param marker name of a file that every such output holds, such as {@code graft.json}
     * @throws CheckpointException if the target exists without the marker, or its parent cannot be written
     */
    public static AtomicDirectory replaceOutput(Path target, String marker) {
        return new AtomicDirectory(target, existing -> Files.isRegularFile(existing.resolve(marker)));
    }

    /** The directory to write into: a sibling of the target. */
    public Path path() {
        return temporary;
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
        } catch (IOException e) {
            throw new CheckpointException(target + ": cannot be put in its place: " + e, e);
        }
    }

    /** Deletes what was not committed. */
    @Override
    public void close() {
        if (!committed) {
            deleteTree(temporary);
        }
    }

    /** Deletes siblings that killed processes left behind; the caller holds a lock for the target. */
    static void deleteLeftovers(Path target) {
        Path absolute = target.toAbsolutePath().normalize();
        List<Path> leftovers;
        try (Stream<Path> siblings = Files.list(absolute.resolveSibling(""))) {
            leftovers = siblings.filter(
                            path -> path.getFileName().toString().startsWith("." + absolute.getFileName() + ".tmp-"))
                    .toList();
        } catch (IOException e) {
            throw new CheckpointException(target + ": its folder cannot be listed: " + e, e);
        }
        leftovers.forEach(AtomicDirectory::deleteTree);
    }

    private void refuseExisting() {
        if (!Files.exists(target) || isEmptyDirectory() || (Files.isDirectory(target) && replaceable.test(target))) {
            return;
        }
        throw new CheckpointException(target + ": exists already and is not replaced."
                + " Name another place, ask for it to be replaced, or remove it.");
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
        if (!Files.exists(target)) {
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
            return;
        }
        // No file system call replaces a directory that is not empty: the old one steps aside first.
        Path former = sibling(target, "tmp");
        Files.move(target, former, StandardCopyOption.ATOMIC_MOVE);
        try {
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            Files.move(former, target, StandardCopyOption.ATOMIC_MOVE);
            throw e;
        }
        deleteTree(former);
    }

    private static Path sibling(Path target, String kind) {
        return target.resolveSibling("." + target.getFileName() + "." + kind + "-" + UUID.randomUUID());
    }

    private static void deleteTree(Path root) {
        if (!Files.exists(root)) {
            return;
        }
        try {
            Files.walkFileTree(root, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure)
                        throws IOException {
                    Files.delete(folder);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new CheckpointException(root + ": cannot be deleted: " + e, e);
        }
    }
}
