package ai.graft.serving.layout;

import ai.graft.model.checkpoint.Sha256;
import ai.graft.serving.bundle.BundlePaths;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.zip.Deflater;

/**
 * A model as a Maven artifact: data alone, which {@code BundledModel} finds, and a POM without dependencies, so that an
 * application decides which version of Graft reads it. The same files make the same jar, byte by byte, with the same Java.
 */
final class JarFiles {
    /** A zip file's entries have a time, and the one of writing would make each jar another. */
    private static final LocalDateTime TIME = LocalDateTime.of(1980, 2, 1, 0, 0);

    /** Something that is written into an entry. */
    private interface Content {
        InputStream open() throws IOException;
    }

    static void write(ExportedFiles files, Layout.Jar layout, Path directory) throws IOException {
        if (files.report().externalData()) {
            throw new IllegalArgumentException(
                    "a jar holds models whose weights are in model.onnx, and these lie in a file"
                            + " of their own. Leave out --external-data; above 2 GB take another layout.");
        }
        String stem = layout.name() + "-" + layout.version();
        String pom = pom(files, layout);
        writeJar(directory.resolve(stem + ".jar"), entries(files, layout, pom));
        Files.writeString(directory.resolve(stem + ".pom"), pom);
    }

    private static Map<String, Content> entries(ExportedFiles files, Layout.Jar layout, String pom) throws IOException {
        Map<String, Content> entries = new TreeMap<>();
        String folder = BundlePaths.folder(layout.name());
        StringBuilder sums = new StringBuilder();
        for (Path file : files.needed()) {
            Path place = files.directory().resolve(file);
            String name = file.toString().replace(File.separatorChar, '/');
            entries.put(folder + name, () -> Files.newInputStream(place));
            sums.append(Sha256.of(place)).append("  ").append(name).append('\n');
        }
        entries.put(folder + BundlePaths.SUMS, text(sums.toString()));
        entries.put(BundlePaths.INDEX, text(layout.name() + "\n"));
        String maven = "META-INF/maven/" + layout.groupId() + "/" + layout.name() + "/";
        entries.put(maven + "pom.xml", text(pom));
        entries.put(maven + "pom.properties", text("""
                artifactId=%s
                groupId=%s
                version=%s
                """.formatted(layout.name(), layout.groupId(), layout.version())));
        return entries;
    }

    private static Content text(String text) {
        return () -> new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void writeJar(Path file, Map<String, Content> entries) throws IOException {
        Map<String, Content> ordered = new LinkedHashMap<>();
        ordered.put("META-INF/MANIFEST.MF", text("Manifest-Version: 1.0\r\n\r\n")); // readers expect it first
        ordered.putAll(entries);
        try (OutputStream stream = Files.newOutputStream(file);
                JarOutputStream jar = new JarOutputStream(stream)) {
            jar.setLevel(Deflater.BEST_SPEED); // weights hardly get smaller
            for (Map.Entry<String, Content> entry : ordered.entrySet()) {
                JarEntry header = new JarEntry(entry.getKey());
                header.setTimeLocal(TIME);
                jar.putNextEntry(header);
                try (InputStream content = entry.getValue().open()) {
                    content.transferTo(jar);
                }
                jar.closeEntry();
            }
        }
    }

    private static String pom(ExportedFiles files, Layout.Jar layout) {
        return """
                <?xml version="1.0" encoding="UTF-8"?>
                <project xmlns="http://maven.apache.org/POM/4.0.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://maven.apache.org/POM/4.0.0 http://maven.apache.org/xsd/maven-4.0.0.xsd">
                  <modelVersion>4.0.0</modelVersion>
                  <groupId>%s</groupId>
                  <artifactId>%s</artifactId>
                  <version>%s</version>
                  <description>%s (%s) in ONNX; OnnxPredictor.fromClasspath("%s") opens it.</description>
                </project>
                """.formatted(
                        layout.groupId(),
                        layout.name(),
                        layout.version(),
                        files.metadata().modelClass(),
                        files.metadata().task(),
                        layout.name());
    }

    private JarFiles() {}
}
