package ai.graft.serving.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.graft.fixtures.TinyCheckpoint;
import ai.graft.model.network.Head;
import ai.graft.model.network.Pooling;
import ai.graft.serving.onnx.ExportOptions;
import ai.graft.serving.onnx.OnnxExporter;
import ai.graft.serving.predict.OnnxException;
import ai.graft.serving.predict.OnnxPredictor;
import ai.graft.tokenizer.TextInput;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JarLayoutTest {
    private static final Head CLASSIFIER = new Head.SequenceClassification(3);

    @TempDir
    Path folder;

    private TinyCheckpoint tiny() {
        return TinyCheckpoint.write(folder.resolve("model"), TinyCheckpoint.BERT, CLASSIFIER);
    }

    private Path jar(String name, String version) {
        Path target = folder.resolve(name + version);
        Layout layout = new Layout.Jar(name, "com.acme", version);
        LayoutExporter.export(tiny().directory().toString(), target, ExportOptions.DEFAULT, layout);
        return target.resolve(name + "-" + version + ".jar");
    }

    /** Runs with these jars, and no other models, on the class path. */
    private void withJars(List<Path> jars, Runnable work) throws IOException {
        List<URL> urls = new ArrayList<>();
        for (Path jar : jars) {
            urls.add(jar.toUri().toURL());
        }
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (URLClassLoader loader = new URLClassLoader(urls.toArray(new URL[0]), before)) {
            thread.setContextClassLoader(loader);
            work.run();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static List<String> unpackedLeft() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("graft-left-over-check-"))
                    .toList();
        }
    }

    @Test
    void jar_classifier_holdsTheModelAndAPomInOrderAndWithoutTimes() throws IOException {
        Path jar = jar("reviews", "1.0");

        assertThat(jar).hasSameBinaryContentAs(jar("reviews", "1.0"));
        try (JarFile read = new JarFile(jar.toFile())) {
            List<String> names = read.stream().map(ZipEntry::getName).toList();
            assertThat(names)
                    .containsExactly(
                            "META-INF/MANIFEST.MF",
                            "META-INF/graft/models",
                            "META-INF/maven/com.acme/reviews/pom.properties",
                            "META-INF/maven/com.acme/reviews/pom.xml",
                            "ai/graft/models/reviews/SHA256SUMS",
                            "ai/graft/models/reviews/config.json",
                            "ai/graft/models/reviews/graft.json",
                            "ai/graft/models/reviews/model.onnx",
                            "ai/graft/models/reviews/tokenizer.json",
                            "ai/graft/models/reviews/tokenizer_config.json");
            assertThat(read.stream().map(ZipEntry::getTimeLocal)).containsOnly(LocalDateTime.of(1980, 2, 1, 0, 0));
            assertThat(read.getManifest().getMainAttributes().getValue("Manifest-Version"))
                    .isEqualTo("1.0");
            String inside = new String(
                    read.getInputStream(read.getEntry("META-INF/maven/com.acme/reviews/pom.xml"))
                            .readAllBytes(),
                    StandardCharsets.UTF_8);
            assertThat(jar.resolveSibling("reviews-1.0.pom")).hasContent(inside);
            assertThat(inside)
                    .contains(
                            "<groupId>com.acme</groupId>",
                            "<artifactId>reviews</artifactId>",
                            "<version>1.0</version>");
        }
        try (Stream<Path> files = Files.list(jar.resolveSibling(""))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("export.json", "reviews-1.0.jar", "reviews-1.0.pom");
        }
    }

    @Test
    void jar_externalData_isRefused() {
        Layout layout = new Layout.Jar("reviews", "com.acme", "1.0");
        assertThatThrownBy(() -> LayoutExporter.export(
                        tiny().directory().toString(),
                        folder.resolve("jar"),
                        ExportOptions.DEFAULT.withExternalData(true),
                        layout))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Leave out --external-data");
    }

    @Test
    void fromClasspath_name_predictsAsTheReferenceAndLeavesNothing() throws IOException {
        TinyCheckpoint tiny = tiny();
        double[] logits = tiny.reference(WorkedText.ids()).getOrDefault("logits", new double[0]);
        withJars(List.of(jar("left-over-check", "1.0"), jar("others", "1.0")), () -> {
            try (OnnxPredictor predictor = OnnxPredictor.fromClasspath("left-over-check")) {
                assertThat(unpackedLeft()).isEmpty();
                assertThat(predictor.predict(WorkedText.TEXT).label()).isEqualTo(WorkedText.label(logits));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        assertThat(unpackedLeft()).isEmpty();
    }

    /** What says how texts become vectors lies in a folder of the export's. */
    @Test
    void fromClasspath_encoder_embedsAsTheDirectoryItCameFrom() throws IOException {
        Path checkpoint = TinyCheckpoint.write(folder.resolve("encoder"), TinyCheckpoint.BERT, new Head.None())
                .directory();
        Path pooling = Files.createDirectories(checkpoint.resolve("1_Pooling"));
        Files.writeString(pooling.resolve("config.json"), "{\"pooling_mode_cls_token\": true}");
        OnnxExporter.export(checkpoint, folder.resolve("plain"));
        Path target = folder.resolve("packed");
        LayoutExporter.export(
                checkpoint.toString(), target, ExportOptions.DEFAULT, new Layout.Jar("encoder", "com.acme", "1.0"));

        List<TextInput> texts = List.of(TextInput.of(WorkedText.TEXT));
        withJars(List.of(target.resolve("encoder-1.0.jar")), () -> {
            try (OnnxPredictor given = OnnxPredictor.open(folder.resolve("plain"));
                    OnnxPredictor packed = OnnxPredictor.fromClasspath("encoder")) {
                assertThat(packed.embed(texts)).isDeepEqualTo(given.embed(texts));
                assertThat(packed.embed(texts)[0])
                        .containsExactly(given.embed(texts, Pooling.CLS, false)[0])
                        .isNotEqualTo(given.embed(texts, Pooling.MEAN, false)[0]);
            }
        });
        assertThat(unpackedLeft()).isEmpty();
    }

    @Test
    void fromClasspath_unknownName_listsThoseThatThereAre() throws IOException {
        withJars(
                List.of(jar("reviews", "1.0"), jar("mails", "2.0")),
                () -> assertThatThrownBy(() -> OnnxPredictor.fromClasspath("review"))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("no jar on the class path has a model 'review'")
                        .hasMessageContaining("[mails, reviews]")
                        .hasMessageContaining("--layout jar"));
    }

    @Test
    void fromClasspath_nameThatLeadsOut_isRefused() {
        assertThatThrownBy(() -> OnnxPredictor.fromClasspath("../reviews"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cannot be a model's name");
    }

    @Test
    void fromClasspath_nameInTwoJars_listsBoth() throws IOException {
        Path first = jar("reviews", "1.0");
        Path second = jar("reviews", "1.1");
        withJars(
                List.of(first, second),
                () -> assertThatThrownBy(() -> OnnxPredictor.fromClasspath("reviews"))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("2 models named 'reviews'")
                        .hasMessageContaining("reviews-1.0.jar")
                        .hasMessageContaining("reviews-1.1.jar"));
    }

    @Test
    void fromClasspath_sameJarTwice_isOne() throws IOException {
        Path jar = jar("reviews", "1.0");
        withJars(List.of(jar, jar), () -> {
            try (OnnxPredictor predictor = OnnxPredictor.fromClasspath("reviews")) {
                assertThat(predictor.metadata().labels()).hasSize(3);
            }
        });
    }

    @Test
    void fromClasspath_changedFile_isRefusedWithBothDigests() throws IOException {
        Path jar = jar("reviews", "1.0");
        rewrite(jar, "ai/graft/models/reviews/graft.json", "{}");

        withJars(
                List.of(jar),
                () -> assertThatThrownBy(() -> OnnxPredictor.fromClasspath("reviews"))
                        .isInstanceOf(OnnxException.class)
                        .hasMessageContaining("graft.json: its SHA-256 is "
                                + "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a")
                        .hasMessageContaining("The jar is damaged"));
    }

    @Test
    void fromClasspath_listedNameThatLeadsOut_isRefused() throws IOException {
        Path jar = jar("reviews", "1.0");
        rewrite(jar, "ai/graft/models/reviews/SHA256SUMS", "0".repeat(64) + "  ../evil\n");

        withJars(
                List.of(jar),
                () -> assertThatThrownBy(() -> OnnxPredictor.fromClasspath("reviews"))
                        .isInstanceOf(OnnxException.class)
                        .hasMessageContaining("a line is no SHA-256 and a file's name"));
    }

    private void rewrite(Path jar, String entry, String content) throws IOException {
        Path changed = folder.resolve("changed.jar");
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(jar));
                OutputStream stream = Files.newOutputStream(changed);
                ZipOutputStream out = new ZipOutputStream(stream)) {
            for (ZipEntry read = in.getNextEntry(); read != null; read = in.getNextEntry()) {
                out.putNextEntry(new ZipEntry(read.getName()));
                out.write(read.getName().equals(entry) ? content.getBytes(StandardCharsets.UTF_8) : in.readAllBytes());
            }
        }
        Files.delete(jar);
        Files.move(changed, jar);
    }
}
