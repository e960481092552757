package ai.graft.serving.layout;

import static org.assertj.core.api.Assertions.assertThat;

import ai.graft.fixtures.TinyCheckpoint;
import ai.graft.model.network.Head;
import ai.graft.serving.RuntimeClassPath;
import ai.graft.serving.onnx.ExportOptions;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import javax.tools.ToolProvider;
import org.apache.maven.repository.internal.MavenRepositorySystemUtils;
import org.eclipse.aether.DefaultRepositorySystemSession;
import org.eclipse.aether.RepositoryException;
import org.eclipse.aether.RepositorySystem;
import org.eclipse.aether.artifact.Artifact;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.collection.CollectRequest;
import org.eclipse.aether.graph.Dependency;
import org.eclipse.aether.installation.InstallRequest;
import org.eclipse.aether.repository.LocalRepository;
import org.eclipse.aether.resolution.ArtifactResult;
import org.eclipse.aether.resolution.DependencyRequest;
import org.eclipse.aether.supplier.RepositorySystemSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model's way into another project: installed in an empty Maven repository, resolved from there, called from a new Java. */
@Tag("slow")
class InstalledJarTest {
    private static final String PROGRAM = """
            import ai.graft.serving.predict.OnnxPredictor;

            public final class Reviews {
                public static void main(String[] texts) {
                    try (OnnxPredictor predictor = OnnxPredictor.fromClasspath("reviews")) {
                        System.out.println(predictor.predict(texts[0]).label());
                    }
                }
            }
            """;

    @TempDir
    Path folder;

    @Test
    void otherProject_servingAndTheInstalledJarAlone_predictsTheReferencesLabel() throws Exception {
        TinyCheckpoint tiny =
                TinyCheckpoint.write(folder.resolve("model"), TinyCheckpoint.BERT, new Head.SequenceClassification(3));
        Path exported = folder.resolve("exported");
        Layout layout = new Layout.Jar("reviews", "com.acme", "1.0");
        LayoutExporter.export(tiny.directory().toString(), exported, ExportOptions.DEFAULT, layout);

        List<Path> classPath = new ArrayList<>(RuntimeClassPath.entries());
        classPath.addAll(installed(exported));
        Path classes = compile(classPath);
        classPath.add(classes);

        assertThat(run(classPath))
                .isEqualTo(WorkedText.label(tiny.reference(WorkedText.ids()).getOrDefault("logits", new double[0]))
                        + System.lineSeparator());
    }

    /** By Maven's own resolver, as install:install-file and a dependency do it; offline, with no repository but the empty one. */
    private List<Path> installed(Path exported) throws RepositoryException {
        RepositorySystem maven = new RepositorySystemSupplier().get();
        try {
            DefaultRepositorySystemSession session = MavenRepositorySystemUtils.newSession();
            LocalRepository local =
                    new LocalRepository(folder.resolve("repository").toFile());
            session.setLocalRepositoryManager(maven.newLocalRepositoryManager(session, local));
            session.setOffline(true);
            Artifact jar = new DefaultArtifact("com.acme", "reviews", "jar", "1.0");
            Artifact pom = new DefaultArtifact("com.acme", "reviews", "pom", "1.0");
            maven.install(
                    session,
                    new InstallRequest()
                            .addArtifact(jar.setFile(
                                    exported.resolve("reviews-1.0.jar").toFile()))
                            .addArtifact(pom.setFile(
                                    exported.resolve("reviews-1.0.pom").toFile())));
            CollectRequest wanted = new CollectRequest(new Dependency(jar, "runtime"), List.of());
            return maven.resolveDependencies(session, new DependencyRequest(wanted, null)).getArtifactResults().stream()
                    .map(ArtifactResult::getArtifact)
                    .map(artifact -> artifact.getFile().toPath())
                    .peek(file -> assertThat(file).startsWith(folder.resolve("repository")))
                    .toList();
        } finally {
            maven.shutdown();
        }
    }

    private Path compile(List<Path> classPath) throws IOException {
        Path source = Files.writeString(folder.resolve("Reviews.java"), PROGRAM);
        Path classes = Files.createDirectories(folder.resolve("classes"));
        int result = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-cp", joined(classPath), "-d", classes.toString(), source.toString());
        assertThat(result).isZero();
        return classes;
    }

    private String run(List<Path> classPath) throws IOException, InterruptedException {
        Path errors = folder.resolve("errors");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        joined(classPath),
                        "Reviews",
                        WorkedText.TEXT)
                .redirectError(errors.toFile())
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(Files.readString(errors)).isZero();
        return out;
    }

    private static String joined(List<Path> classPath) {
        return classPath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }
}
