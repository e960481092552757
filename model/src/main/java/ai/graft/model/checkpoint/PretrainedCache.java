package ai.graft.model.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where pretrained models are found by name, each imported once.
 *
 * <p>An entry is a checkpoint in Hugging Face layout plus {@code graft-source.json} with the SHA-256 of its source. It
 * is written to a temporary sibling and renamed, under a lock that other threads and processes wait for; an entry that
 * lacks a file, or has one of another length, is made anew.
 *
 * <p>May be shared between threads.
 */
public final class PretrainedCache {
    /** The system property that says where the cache lies. */
    public static final String DIRECTORY_PROPERTY = "graft.cache";

    private static final Logger LOG = LoggerFactory.getLogger(PretrainedCache.class);

    private final Path root;
    private final ClassLoader classPath;

    /**
     * A cache at a place of its own.
     *
     * @param root its directory, made when needed
     * @param classPath where the pretrained models' jars are looked for
     */
    public PretrainedCache(Path root, ClassLoader classPath) {
        this.root = root;
        this.classPath = classPath;
    }

    /**
     * The user's cache: the directory that the system property {@value #DIRECTORY_PROPERTY} names, else {@code
     * $XDG_CACHE_HOME/graft}, else {@code ~/.cache/graft}.
     */
    public static PretrainedCache ofUser() {
        return new PretrainedCache(userDirectory(), PretrainedCache.class.getClassLoader());
    }

    /** The directory that the cache lies in; it need not exist yet. */
    public Path root() {
        return root;
    }

    /**
     * Where the checkpoint of a name lies; see {@link #find}, asked of the user's cache.
     *
     * @throws CheckpointException as {@link #find}
     */
    public static Path resolve(String nameOrPath) {
        return ofUser().find(nameOrPath);
    }

    /**
     * Where the checkpoint of a name lies.
     *
     * @param nameOrPath an existing directory or file of weights ({@link Weights#isNamed}), which is returned as it is; an existing
     *     {@code .onnx} file, which is imported, together with a {@code tokenizer.json} or {@code NAME-tokenizer.json}
     *     beside it; or a short name, see {@link PretrainedModel}
     * @return a directory in Hugging Face layout, or the file of weights
     * @throws CheckpointException if it is nothing of the kind, a jar is not on the class path, or the import fails
     */
    public Path find(String nameOrPath) {
        Optional<Path> existing = existing(nameOrPath);
        if (existing.isPresent()) {
            return ofPath(existing.get());
        }
        return PretrainedModel.of(nameOrPath)
                .map(this::ofModel)
                .orElseThrow(() -> new CheckpointException(
                        "'%s' is neither a directory, nor a .safetensors, .bin or .onnx file, nor one of the names %s."
                                        .formatted(nameOrPath, PretrainedModel.names())
                                + " Correct the path, or take one of the names."));
    }

    private static Optional<Path> existing(String nameOrPath) {
        try {
            return Optional.of(Path.of(nameOrPath)).filter(path -> !nameOrPath.isEmpty() && Files.exists(path));
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    private Path ofPath(Path path) {
        if (Files.isDirectory(path) || Weights.isNamed(path)) {
            return path;
        }
        if (path.toString().endsWith(".onnx")) {
            return ofOnnxFile(path);
        }
        throw new CheckpointException(path + ": is neither a directory, nor a .safetensors, .bin or .onnx file");
    }

    private Path ofModel(PretrainedModel model) {
        Path entry = root.resolve("pretrained").resolve(model.shortName());
        return entry(entry, model.coordinates(), () -> {
            byte[] onnx = resource(model, model.onnxResource());
            byte[] tokenizer = resource(model, model.tokenizerResource());
            return new Source(model.coordinates(), model.onnxResource(), onnx, model.tokenizerResource(), tokenizer);
        });
    }

    private Path ofOnnxFile(Path file) {
        byte[] onnx = OnnxImporter.readFile(file);
        Optional<Path> tokenizerFile = tokenizerBeside(file);
        byte[] tokenizer = tokenizerFile.map(OnnxImporter::readFile).orElseGet(() -> new byte[0]);
        String key = sha256(onnx, tokenizer);
        String name = file.getFileName().toString();
        return entry(
                root.resolve("onnx").resolve(key),
                name,
                () -> new Source(
                        name,
                        file.toString(),
                        onnx,
                        tokenizerFile.map(Path::toString).orElse(""),
                        tokenizer));
    }

    private static Optional<Path> tokenizerBeside(Path onnxFile) {
        String name = onnxFile.getFileName().toString();
        String stem = name.substring(0, name.length() - ".onnx".length());
        return Optional.of(onnxFile.resolveSibling(stem + "-tokenizer.json"))
                .filter(Files::isRegularFile)
                .or(() -> Optional.of(onnxFile.resolveSibling("tokenizer.json")).filter(Files::isRegularFile));
    }

    /** What an entry is made of; the tokenizer is empty if there is none. */
    @SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
    private record Source(String name, String onnxName, byte[] onnx, String tokenizerName, byte[] tokenizer) {}

    /** Reads what an entry is made of; only called when the entry has to be made. */
    private interface SourceReader {
        Source read();
    }

    private static Path entry(Path entry, String sourceName, SourceReader reader) {
        if (CacheRecord.isWhole(entry, sourceName)) {
            return entry;
        }
        try (CacheLock lock = CacheLock.acquire(entry.resolveSibling(entry.getFileName() + ".lock"))) {
            if (!CacheRecord.isWhole(entry, sourceName)) { // another process may have made it meanwhile
                AtomicDirectory.deleteLeftovers(entry);
                make(entry, reader.read());
            }
            return entry;
        }
    }

    private static void make(Path entry, Source source) {
        LOG.info("Importing {} into {}", source.name(), entry);
        try (AtomicDirectory output = AtomicDirectory.replace(entry)) {
            ImportedEncoder encoder = OnnxImporter.parse(source.onnxName(), source.onnx());
            encoder.write(output.path());
            if (source.tokenizer().length > 0) {
                TokenizerFiles.write(source.tokenizerName(), source.tokenizer(), encoder.maxPositions(), output.path());
            }
            CacheRecord.write(output.path(), source.name(), sha256(source.onnx()));
            output.commit();
        } catch (IOException e) {
            throw new CheckpointException("%s: cannot be imported into %s: %s".formatted(source.name(), entry, e), e);
        }
    }

    private byte[] resource(PretrainedModel model, String name) {
        try (InputStream stream = classPath.getResourceAsStream(name)) {
            if (stream == null) {
                throw new CheckpointException(
                        "the model '%s' needs %s, which is not on the class path. Add the artifact %s"
                                        .formatted(model.shortName(), name, model.coordinates())
                                + " (without its dependencies).");
            }
            return OnnxImporter.readStream(name, stream);
        } catch (IOException e) {
            throw new CheckpointException(name + ": cannot be read: " + e, e);
        }
    }

    private static String sha256(byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (byte[] part : parts) {
                digest.update(part);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    private static Path userDirectory() {
        String configured = System.getProperty(DIRECTORY_PROPERTY, "");
        if (!configured.isBlank()) {
            return Path.of(configured);
        }
        String xdg = Optional.ofNullable(System.getenv("XDG_CACHE_HOME")).orElse("");
        return xdg.isBlank() ? Path.of(System.getProperty("user.home"), ".cache", "graft") : Path.of(xdg, "graft");
    }
}
