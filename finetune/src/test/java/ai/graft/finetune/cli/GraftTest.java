package ai.graft.finetune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.graft.datasets.DatasetException;
import ai.graft.model.checkpoint.CheckpointException;
import ai.graft.model.config.ConfigException;
import ai.graft.tokenizer.TokenizerException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The frame of the command line: help, wrong words, exit codes, streams. */
class GraftTest {
    @TempDir
    Path folder;

    @Test
    void help_topLevel_fitsAScreen() {
        CommandRun run = CommandRun.of("--help");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out().lines()).hasSizeLessThanOrEqualTo(24).allMatch(line -> line.length() <= 80);
        assertThat(run.out())
                .startsWith("Usage: graft COMMAND [OPTIONS]\n")
                .contains("\n        inspect    Show what a model's files hold.\n")
                .contains("Check   doctor ")
                .contains("\nMore    distill, tokenize, init, sensitivity, forward, replay\n")
                .doesNotContain("warm-up");
    }

    @Test
    void noArguments_showHelp() {
        assertThat(CommandRun.of()).isEqualTo(CommandRun.of("--help"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "adapt",
                "compare",
                "distill",
                "evaluate",
                "predict",
                "data",
                "audit",
                "rank",
                "inspect",
                "tokenize",
                "forward",
                "replay",
                "init",
                "export",
                "sensitivity",
                "embed",
                "doctor"
            })
    void help_command_namesItsOptionsWithin80Columns(String command) {
        CommandRun run = CommandRun.of(command, "--help");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).startsWith("Usage: graft " + command).contains("--json");
        assertThat(run.out().lines()).hasSizeLessThanOrEqualTo(30).allMatch(line -> line.length() <= 80);
        assertThat(CommandRun.of("help", command)).isEqualTo(run);
    }

    @Test
    void help_train_fitsAScreenAndTheRestIsOneOptionAway() {
        String help = CommandRun.of("train", "--help").out();
        String all = CommandRun.of("train", "--help-all").out();

        assertThat(help.lines()).hasSizeLessThanOrEqualTo(46).allMatch(line -> line.length() <= 80);
        assertThat(help).contains("--epochs=N", "--beta1, ").doesNotContain("AdamW's first decay");
        assertThat(all.lines()).allMatch(line -> line.length() <= 80);
        assertThat(all).contains("--epochs=N", "--beta1=X", "--unknown-labels=U");
    }

    @Test
    void version_isOneLine() {
        assertThat(CommandRun.of("--version").out()).startsWith("graft ").hasLineCount(1);
    }

    @ParameterizedTest
    @CsvSource({
        "inspct, unknown command 'inspct'; did you mean inspect?",
        "tokenise, unknown command 'tokenise'; did you mean tokenize?",
        "inspect --tensros x, unknown option '--tensros'; did you mean --tensors?",
        "tokenize --max-lenght 3 x, unknown option '--max-lenght'; did you mean --max-length?",
        "inspect a b, one word too many: 'b'",
        "inspect, Missing required parameter: 'MODEL'",
        "inspect minilm --num-labels two, Invalid value for option '--num-labels'",
        "replay a b --precision fp8, expected one of [FP32; BF16]",
        "tokenize --max-length 0 x, '--max-length is 0, it must be 1 or more'",
    })
    void wrongUse_saysWhatAndTheNearest(String words, String message) {
        CommandRun run = CommandRun.of((Object[]) words.split(" "));

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("graft: ").contains(message.replace(';', words.contains("fp8") ? ',' : ';'));
    }

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(new CheckFailed("too low"), 1, "too low"),
                Arguments.of(new IllegalArgumentException("bad"), 2, "bad"),
                Arguments.of(new CheckpointException("torn"), 3, "torn"),
                Arguments.of(new ConfigException("no key"), 3, "no key"),
                Arguments.of(new DatasetException("row 3"), 3, "row 3"),
                Arguments.of(new TokenizerException("no vocab"), 3, "no vocab"),
                Arguments.of(new IllegalStateException("no GPU"), 3, "no GPU"),
                Arguments.of(new NoSuchFileException("a.json"), 3, "a.json: there is no such file or directory."),
                Arguments.of(new UncheckedIOException(new IOException("disk full")), 3, "disk full"),
                Arguments.of(new OutOfMemoryError("Java heap space"), 3, "GRAFT_JAVA_OPTS=-Xmx8g"),
                Arguments.of(new UnsatisfiedLinkError("libtorch"), 3, "Run 'graft doctor'"),
                Arguments.of(new ai.djl.engine.EngineException("no natives"), 3, "PyTorch: no natives"),
                Arguments.of(new NullPointerException(), 3, "Set GRAFT_DEBUG=1"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void failure_ofEachKind_hasItsExitCodeAndMessage(Throwable thrown, int code, String message) {
        Failure failure = Failure.of(thrown);

        assertThat(failure.exitCode()).isEqualTo(code);
        assertThat(failure.message()).contains(message);
    }

    @Test
    void failure_withDebug_showsTheTrace() {
        CommandRun plain = CommandRun.of("inspect", folder);
        CommandRun debug = CommandRun.of("inspect", folder, "--debug");

        assertThat(plain.exitCode()).isEqualTo(3);
        assertThat(plain.err()).hasLineCount(1).contains("holds none of model.safetensors, pytorch_model.bin");
        assertThat(debug.err()).startsWith(plain.err()).contains("\tat ai.graft.");
    }

    @Test
    void closedPipe_endsQuietly() {
        ByteArrayOutputStream err = new ByteArrayOutputStream();

        assertThat(Graft.run(new Console(InputStream.nullInputStream(), broken("Broken pipe"), err), "--help"))
                .isZero();
        assertThat(err.size()).isZero();
    }

    @Test
    void fullDiskBehindStandardOutput_isAFailure() {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        OutputStream full = broken("No space left on device");

        assertThat(Graft.run(new Console(InputStream.nullInputStream(), full, err), "--help"))
                .isEqualTo(3);
        assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("graft: standard output: No space left on device\n");
    }

    private static OutputStream broken(String message) {
        return new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                throw new IOException(message);
            }
        };
    }

    @Test
    void arguments_readFromTheProcess_areTheLastWords() {
        byte[] raw = "java\0-cp\0x\0Graft\0tokenize\0grün 😀\0".getBytes(StandardCharsets.UTF_8);

        assertThat(ProcessArguments.last(raw, new String[] {"tokenize", "gr?n ?"}))
                .containsExactly("tokenize", "grün 😀");
    }

    @Test
    void process_inTheLocaleC_speaksUtf8AndLeavesPyTorchAlone() throws IOException, InterruptedException {
        Path model = TinyModel.in(folder);
        Path classes = folder.resolve("classes.log");
        Path out = folder.resolve("out.json");
        Path in = Files.writeString(folder.resolve("in.txt"), "hellö 😀\n");
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xlog:class+load:file=" + classes,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Graft.class.getName(),
                        "tokenize",
                        "--json",
                        "--model",
                        model.toString(),
                        "-")
                .redirectInput(in.toFile())
                .redirectOutput(out.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("LC_ALL", "C");

        assertThat(builder.start().waitFor()).isZero();
        assertThat(Files.readString(out)).contains("\"text\":\"hellö 😀\"");
        assertThat(Files.readString(classes)).contains("ai.graft.tokenizer.").doesNotContain("ai.djl.pytorch");
    }
}
