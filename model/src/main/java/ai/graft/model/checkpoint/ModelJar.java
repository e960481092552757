package ai.graft.model.checkpoint;

import ai.graft.model.checkpoint.PretrainedSource.FolderSource;
import ai.graft.model.checkpoint.PretrainedSource.OnnxSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** A pretrained model in a jar: an ONNX file with its tokenizer, or a folder in Hugging Face layout. */
final class ModelJar {
    private static final String CONFIG = "config.json";

    private final Path jar;
    private final ZipFile zip;
    private final List<String> names;

    private ModelJar(Path jar, ZipFile zip) {
        this.jar = jar;
        this.zip = zip;
        this.names = zip.stream()
                .filter(entry -> !entry.isDirectory())
                .map(ZipEntry::getName)
                .toList();
    }

    /**
     * Looks for the model.
     *
     * @throws CheckpointException if the jar is damaged, or has no model or more than one
     */
    static PretrainedSource open(Path jar) {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            return new ModelJar(jar, zip).source();
        } catch (IOException e) {
            throw new CheckpointException(
                    "%s: cannot be read: %s. If it is damaged, delete it; it is then fetched again.".formatted(jar, e),
                    e);
        }
    }

    private PretrainedSource source() throws IOException {
        List<String> folders = names.stream()
                .filter(name -> fileName(name).equals(CONFIG))
                .map(name -> name.substring(0, name.length() - CONFIG.length()))
                .filter(folder -> filesIn(folder).stream().anyMatch(name -> Weights.isNamed(Path.of(name))))
                .toList();
        List<String> onnx =
                names.stream().filter(name -> name.endsWith(".onnx")).toList();
        if (folders.size() + onnx.size() != 1) {
            throw new CheckpointException(("%s: holds %d .onnx files %s and %d folders with %s and weights %s, expected"
                            + " one model. Name the jar of a pretrained model.")
                    .formatted(jar, onnx.size(), onnx, folders.size(), CONFIG, folders));
        }
        return folders.isEmpty() ? onnx(onnx.get(0)) : new FolderSource(jar, folders.get(0), filesIn(folders.get(0)));
    }

    private PretrainedSource onnx(String name) throws IOException {
        String stem = name.substring(0, name.length() - ".onnx".length());
        String folder = name.substring(0, name.length() - fileName(name).length());
        Optional<String> tokenizer = List.of(stem + "-tokenizer.json", folder + "tokenizer.json").stream()
                .filter(names::contains)
                .findFirst();
        byte[] none = new byte[0];
        return new OnnxSource(
                name, content(name), tokenizer.orElse(""), tokenizer.isPresent() ? content(tokenizer.get()) : none);
    }

    private byte[] content(String name) throws IOException {
        return zip.getInputStream(zip.getEntry(name)).readAllBytes();
    }

    /** Files directly in a folder; a name with a separator in it could reach beyond. */
    private List<String> filesIn(String folder) {
        return names.stream()
                .filter(name -> name.startsWith(folder))
                .map(name -> name.substring(folder.length()))
                .filter(name -> !name.contains("/") && !name.contains("\\") && !name.equals(".."))
                .toList();
    }

    private static String fileName(String name) {
        return name.substring(name.lastIndexOf('/') + 1);
    }
}
