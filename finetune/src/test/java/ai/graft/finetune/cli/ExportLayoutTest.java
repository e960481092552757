package ai.graft.finetune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportLayoutTest {
    @TempDir
    Path folder;

    private Path exported() {
        return folder.resolve("exported");
    }

    private CommandRun export(Path model, Object... options) {
        Object[] words = new Object[options.length + 5];
        System.arraycopy(new Object[] {"export", "--model", model, "--out", exported()}, 0, words, 0, 5);
        System.arraycopy(options, 0, words, 5, options.length);
        return CommandRun.of(words);
    }

    private void assertRefused(String message, Object... options) throws IOException {
        CommandRun run = export(folder.resolve("model"), options);
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains(message);
        assertThat(exported()).doesNotExist();
    }

    @Test
    void export_eachLayout_hasItsFiles() throws IOException {
        Path model = TinyModel.in(folder);

        CommandRun triton = export(model, "--layout", "triton");
        assertThat(triton.exitCode()).as(triton.err()).isZero();
        assertThat(triton.out()).contains("layout         triton");
        assertThat(exported().resolve("exported/config.pbtxt")).exists(); // by the name of --out

        CommandRun kserve =
                export(model, "--layout", "kserve", "--name", "reviews", "--storage-uri", "s3://models/reviews");
        assertThat(kserve.exitCode()).as(kserve.err()).isZero();
        assertThat(exported().resolve("inference-service.yaml")).content().contains("s3://models/reviews");
        assertThat(exported().resolve("models/reviews/1/model.onnx")).exists();

        CommandRun jar = export(model, "--layout", "jar", "--name", "reviews", "--group-id", "com.acme", "--json");
        assertThat(jar.json().path("layout").asText()).isEqualTo("jar");
        assertThat(jar.json().path("directory").asText()).isEqualTo(exported().toString());
        assertThat(exported().resolve("reviews-1.0.jar")).exists();
    }

    @Test
    void export_optionsThatMakeNoSense_endWithTwo() throws IOException {
        TinyModel.in(folder);
        assertRefused("--layout is 'zip'; give plain, triton, djl-serving, kserve or jar", "--layout", "zip");
        assertRefused("--group-id has no meaning with --layout triton", "--layout", "triton", "--group-id", "com.acme");
        assertRefused("--name has no meaning with --layout plain", "--name", "reviews");
        assertRefused("--layout jar needs --group-id, such as com.acme", "--layout", "jar", "--name", "reviews");
        assertRefused("--layout kserve needs --storage-uri", "--layout", "kserve");
        assertRefused("'Reviews' cannot be a model's name", "--layout", "triton", "--name", "Reviews");
    }
}
