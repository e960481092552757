package ai.graft.notebooks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code graft notebook}. */
class NotebookCommandTest {
    private static final Path PLANTED = Path.of("src", "test", "resources", "planted-error.ipynb");

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void nameTheLauncher() {
        System.setProperty("graft.launcher", folder.resolve("graft").toString());
    }

    @AfterEach
    void forgetTheLauncher() {
        System.clearProperty("graft.launcher");
    }

    private int run(Object... words) {
        return new CommandLine(new NotebookCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(java.util.stream.Stream.of(words).map(Object::toString).toArray(String[]::new));
    }

    @Test
    void prepare_aFolder_writesAKernelThatStartsTheLauncher() throws IOException {
        assertThat(run("--kernel-dir", folder)).isZero();

        JsonNode spec = new ObjectMapper().readTree(Files.readString(folder.resolve("kernels/graft/kernel.json")));
        assertThat(spec.path("argv"))
                .extracting(JsonNode::asText)
                .containsExactly(folder.resolve("graft").toString(), "notebook", "--serve", "{connection_file}");
        assertThat(spec.path("language").asText()).isEqualTo("java");
        assertThat(out.toString())
                .contains("Wrote " + folder.resolve("kernels/graft/kernel.json"))
                .contains("export JUPYTER_PATH=" + folder)
                .contains("jupyter notebook " + folder.resolve("notebooks"));
    }

    @Test
    void print_saysWhereAndWritesNothing() {
        assertThat(run("--kernel-dir", folder, "--print")).isZero();

        assertThat(out.toString())
                .startsWith(folder.resolve("kernels/graft/kernel.json").toString());
        assertThat(folder.resolve("kernels")).doesNotExist();
    }

    @Test
    void prepare_withoutLauncher_saysHowToStart() {
        System.clearProperty("graft.launcher");

        assertThat(run("--print")).isNotZero();
        assertThat(err.toString()).contains("Run ./graft notebook.");
    }

    @Test
    void run_aNotebookThatFails_isExitCode1AndNamesTheCell() {
        assertThat(run("--run", PLANTED)).isEqualTo(1);

        assertThat(out.toString()).startsWith("4\nplanted-error.ipynb, cell 3, line 4: cannot find symbol");
    }

    @Test
    void run_forPrograms_isOneObjectOnOneLine() throws IOException {
        Path good = Files.writeString(
                folder.resolve("good.ipynb"),
                "{\"nbformat\":4,\"cells\":[{\"cell_type\":\"code\",\"source\":[\"1 + 1\"]}]}");

        assertThat(run("--json", "--run", good, PLANTED)).isEqualTo(1);

        assertThat(out.toString()).hasLineCount(1);
        JsonNode results = new ObjectMapper().readTree(out.toString()).path("notebooks");
        assertThat(results.at("/0/ok").asBoolean()).isTrue();
        assertThat(results.at("/1/failure").asText()).contains("cell 3, line 4");
    }

    @Test
    void help_fitsAScreen() {
        String help = new CommandLine(new NotebookCommand()).getUsageMessage();

        assertThat(help.lines()).hasSizeLessThanOrEqualTo(26).allMatch(line -> line.length() <= 80);
        assertThat(help).contains("--json", "--kernel-dir").doesNotContain("--serve");
    }

    @Test
    void userFolder_ofEachSystem_isWhereJupyterLooks() {
        Path home = Path.of("home");

        assertThat(KernelSpec.userFolder(Map.of(), "Linux", home)).isEqualTo(home.resolve(".local/share/jupyter"));
        assertThat(KernelSpec.userFolder(Map.of("XDG_DATA_HOME", "x"), "Linux", home))
                .isEqualTo(Path.of("x/jupyter"));
        assertThat(KernelSpec.userFolder(Map.of(), "Mac OS X", home)).isEqualTo(home.resolve("Library/Jupyter"));
        assertThat(KernelSpec.userFolder(Map.of("APPDATA", "data"), "Windows 11", home))
                .isEqualTo(Path.of("data/jupyter"));
        assertThat(KernelSpec.userFolder(Map.of("JUPYTER_DATA_DIR", "own"), "Linux", home))
                .isEqualTo(Path.of("own"));
    }
}
