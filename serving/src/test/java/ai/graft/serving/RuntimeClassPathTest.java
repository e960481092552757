package ai.graft.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class RuntimeClassPathTest {

    /** Every entry by hand: what is added here is carried by every program that predicts. */
    @Test
    void entries_ofThisModule_areTheseAlone() throws IOException {
        assertThat(RuntimeClassPath.entries().stream().map(RuntimeClassPathTest::artifact))
                .containsExactlyInAnyOrder(
                        "graft-serving",
                        "graft-model",
                        "graft-tokenizer",
                        "onnxruntime",
                        "tribuo-util-onnx", // ONNX as protobuf, for exports
                        "protobuf-java",
                        "tokenizers", // Hugging Face's, by DJL
                        "api", // of DJL, for its tokenizers
                        "jna",
                        "gson",
                        "error_prone_annotations",
                        "commons-compress",
                        "commons-io",
                        "commons-codec",
                        "jackson-databind",
                        "jackson-core",
                        "jackson-annotations",
                        "slf4j-api",
                        "jspecify");
    }

    @Test
    void entries_ofThisModule_holdNoPytorchSparkOrWebServer() throws IOException {
        List<String> names = RuntimeClassPath.entries().stream()
                .map(RuntimeClassPathTest::artifact)
                .toList();

        assertThat(names)
                .contains("onnxruntime")
                .noneMatch(name ->
                        name.matches(".*(torch|spark|hadoop|tensorflow|servlet|jetty|tomcat|undertow|netty|spring).*"));
    }

    /** onnxruntime-1.29.0.jar is onnxruntime; where the build has made no jars yet, model/target/classes is graft-model. */
    private static String artifact(Path entry) {
        if (Files.isDirectory(entry)) {
            return "graft-" + entry.resolve("../..").normalize().getFileName();
        }
        return entry.getFileName().toString().replaceFirst("-\\d.*", "");
    }
}
