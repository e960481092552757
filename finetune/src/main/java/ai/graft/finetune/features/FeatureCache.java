package ai.graft.finetune.features;

import ai.graft.model.checkpoint.AtomicDirectory;
import ai.graft.model.checkpoint.CheckpointException;
import ai.graft.model.checkpoint.DirectoryTree;
import ai.graft.model.checkpoint.PretrainedCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Vectors on disk, an entry for each set of texts and encoder. An entry appears whole or not at all, is made by one process while others wait for it, and is
 * made anew where its checksum does not fit. Above the limit the entries that have not been used for longest are deleted. May be shared between threads.
 */
public final class FeatureCache {
    private static final long LIMIT_BYTES = 2L << 30;
    private static final String VECTORS = "vectors.bin";

    private final Path root;
    private final long limitBytes;

    /**
     * A cache at a place of its own.
     *
     * @param root its directory, made when needed
     * @param limitBytes how large it may grow; a single entry may be larger
     */
    public FeatureCache(Path root, long limitBytes) {
        this.root = root;
        this.limitBytes = limitBytes;
    }

    /** The part {@code features} of the user's cache ({@link PretrainedCache#ofUser}), of 2 GiB at most. */
    public static FeatureCache ofUser() {
        return new FeatureCache(PretrainedCache.ofUser().root().resolve("features"), LIMIT_BYTES);
    }

    /** Where it lies; it need not exist yet. */
    public Path root() {
        return root;
    }

    /** How large it may grow. */
    public long limitBytes() {
        return limitBytes;
    }

    /** The vectors of a key; empty where there are none or they are damaged. */
    public Optional<float[][]> find(String key) {
        Path file = root.resolve(key).resolve(VECTORS);
        Optional<float[][]> vectors = FeatureFile.read(file);
        if (vectors.isPresent()) {
            touch(file);
        }
        return vectors;
    }

    /** A cache that cannot be written to is as good to read from. */
    private static void touch(Path file) {
        try {
            Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
        } catch (IOException e) {
            // The entry only counts as older than it is.
        }
    }

    /** The vectors of a key, made and kept where there are none. */
    public float[][] get(String key, Supplier<float[][]> maker) {
        float[][] vectors;
        try (AtomicDirectory output = AtomicDirectory.replace(root.resolve(key))) { // waits for another process
            Optional<float[][]> meanwhile = find(key);
            if (meanwhile.isPresent()) {
                return meanwhile.get();
            }
            vectors = maker.get();
            output.write(VECTORS, FeatureFile.bytes(vectors), file -> FeatureFile.write(file, vectors));
            output.commit();
        }
        try {
            trim(key);
        } catch (IOException e) {
            throw new CheckpointException(
                    root + ": old entries cannot be deleted: " + e + ". Delete the directory; it is made anew.", e);
        }
        return vectors;
    }

    /** Bytes that all entries take. */
    public long sizeBytes() throws IOException {
        long sum = 0;
        for (Path entry : entries()) {
            sum += Files.size(entry.resolve(VECTORS));
        }
        return sum;
    }

    private void trim(String kept) throws IOException {
        List<Path> entries = new ArrayList<>(entries());
        entries.sort(Comparator.comparing(FeatureCache::lastUsed));
        long size = sizeBytes();
        for (Path entry : entries) {
            if (size > limitBytes && !entry.endsWith(kept)) {
                size -= Files.size(entry.resolve(VECTORS));
                DirectoryTree.delete(entry);
            }
        }
    }

    private static FileTime lastUsed(Path entry) {
        try {
            return Files.getLastModifiedTime(entry.resolve(VECTORS));
        } catch (IOException gone) { // another process deleted it
            return FileTime.fromMillis(0);
        }
    }

    /** The directories of whole entries; those under way have names that begin with a dot. */
    private List<Path> entries() throws IOException {
        if (!Files.isDirectory(root)) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(root)) {
            return folders.filter(folder -> !folder.getFileName().toString().startsWith("."))
                    .filter(folder -> Files.isRegularFile(folder.resolve(VECTORS)))
                    .sorted()
                    .toList();
        }
    }
}
