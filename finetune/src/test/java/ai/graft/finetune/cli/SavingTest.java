package ai.graft.finetune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.graft.finetune.train.Trained;
import ai.graft.model.checkpoint.AtomicDirectory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Where a model cannot be saved, or its training ends before its time: nothing that worked is lost. */
@Timeout(120)
class SavingTest {
    @TempDir
    Path folder;

    private Path model = Path.of("");
    private Path data = Path.of("");
    private Path out = Path.of("");

    @BeforeEach
    void prepare() throws IOException {
        model = TinyModel.in(folder);
        List<String> rows = new ArrayList<>(List.of("text\tlabel"));
        for (int i = 0; i < 10; i++) {
            rows.add("hello " + "s".repeat(i) + "\tyes");
            rows.add("world " + "s".repeat(i) + "\tno");
        }
        data = Files.write(folder.resolve("data.tsv"), rows);
        out = Files.createDirectory(folder.resolve("models")).resolve("out");
    }

    private String[] train(Path target, String... more) {
        List<String> words = new ArrayList<>(List.of("train", "--model", model.toString(), "--train", data.toString()));
        words.addAll(List.of("--out", target.toString(), "--max-length", "10", "--transfer", "full"));
        words.addAll(List.of(more));
        return words.toArray(String[]::new);
    }

    private static void refusedBeforeTraining(CommandRun run, String... parts) {
        assertThat(run.exitCode()).as(run.err()).isEqualTo(3);
        assertThat(run.err()).contains(parts).doesNotContain("step").doesNotContain("\tat ");
        assertThat(run.err().lines().toList().get(0)).startsWith("graft: ");
    }

    @Test
    void train_intoADirectoryThatAnotherTrainingWrites_refusedAtItsStart() throws IOException {
        try (AtomicDirectory first = Trained.reserve(out)) {
            refusedBeforeTraining(
                    CommandRun.of((Object[]) train(first.target())),
                    out + ": another training, or another program, is writing there now.",
                    "Wait until it ends, or name another place.");
        }
        assertThat(CommandRun.of((Object[]) train(out, "--epochs", "1")).exitCode())
                .isZero();
        assertOnlyTheModelIsThere();
    }

    @Test
    void train_outputBelowAFile_refusedBeforeTraining() {
        refusedBeforeTraining(
                CommandRun.of((Object[]) train(data.resolve("out"))),
                data + " is a file. Name a place in a directory.");
    }

    /** Linux's /proc takes no directories, not even from root. */
    @Test
    void train_outputWhereNobodyMayWrite_refusedBeforeTraining() {
        refusedBeforeTraining(
                CommandRun.of((Object[]) train(Path.of("/proc/graft-out"))),
                "/proc/graft-out: cannot be written: ",
                "ame another place.");
    }

    /** The configuration alone says that a thousand layers of 9 · 2,000,000,000 weights and more take 72 TB. */
    @Test
    void train_modelThatTheDiskHasNoRoomFor_refusedBeforeTraining() throws IOException {
        Path config = model.resolve("config.json");
        Files.writeString(
                config,
                Files.readString(config)
                        .replaceFirst("\"intermediate_size\" *: *6", "\"intermediate_size\": 2000000000")
                        .replaceFirst("\"num_hidden_layers\" *: *1", "\"num_hidden_layers\": 1000"));
        CommandRun run = CommandRun.of((Object[]) train(out));

        assertThat(run.exitCode()).as(run.err()).isEqualTo(3);
        assertThat(run.err()).containsPattern("/out: cannot be written\\. It takes 7\\d,\\d{3}\\.\\d GB, but only ");
        assertThat(run.err()).doesNotContain("step");
    }

    @Test
    void train_lossIsNoNumberBeforeAnEvaluation_formerModelStays() throws IOException {
        assertThat(CommandRun.of((Object[]) train(out, "--epochs", "1")).exitCode())
                .isZero();
        byte[] former = Files.readAllBytes(out.resolve("model.safetensors"));

        CommandRun run = CommandRun.of((Object[]) train(out, "--eps", "1e-60", "--eval-steps", "8"));

        assertThat(run.exitCode()).as(run.err()).isEqualTo(1);
        assertThat(run.err()).contains("the loss was NaN in step ", "nothing is kept");
        assertThat(out.resolve("model.safetensors")).hasBinaryContent(former);
        assertOnlyTheModelIsThere();
    }

    @Test
    void train_lossIsNoNumberAfterAnEvaluation_bestWeightsAreSaved() throws IOException {
        Path some = Files.writeString(folder.resolve("some.tsv"), "text\tlabel\nhello ss\tyes\nworld ss\tno\n");
        CommandRun run = CommandRun.of((Object[]) train(
                out, "--eps", "1e-60", "--eval-steps", "1", "--precision", "fp32", "--validation", some.toString()));

        assertThat(run.exitCode()).as(run.err()).isEqualTo(1);
        assertThat(run.err()).contains("the loss was NaN in step ", "They are in " + out + ".");
        CommandRun answer = CommandRun.of("predict", "--model", out, "hello world");
        assertThat(answer.exitCode()).as(answer.err()).isZero();
        assertOnlyTheModelIsThere();
    }

    /** The file that the limit stops is the weights': they take 1,088 bytes and a header of 2 KB. */
    @Test
    void init_limitOnFileSize_fileNamedAndNothingLeft() throws Exception {
        Path sources = folder.resolve("sources");
        List<String> words = List.of("bash", "-c", "ulimit -f 2; exec \"$@\"", "bash");
        Process process = java(
                words, "init", "--config", sources + "/config.json", "--tokenizer", sources + "", "--out", out + "");
        String errors = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(errors).isEqualTo(3);
        assertThat(errors)
                .contains("graft: " + out.resolve("model.safetensors") + ": cannot be written: File too large.")
                .contains("the limit on a file's size (ulimit -f)");
        assertThat(out.getParent()).isEmptyDirectory();
    }

    /** SIGTERM takes the way of Ctrl-C, which processes in the background of some shells do not hear. */
    @Test
    void train_signalAfterAnEvaluation_bestWeightsAreSaved() throws Exception {
        Process process = java(List.of(), train(out, "--epochs", "1000000", "--eval-steps", "1", "--threads", "1"));
        StringBuilder errors = new StringBuilder();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
            boolean sent = false;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                errors.append(line).append('\n');
                if (!sent && line.contains("best so far")) {
                    process.toHandle().destroy(); // which leaves the streams open
                    sent = true;
                }
            }
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.waitFor()).as(errors.toString()).isEqualTo(130);
        assertThat(errors.toString())
                .contains("graft: stopping; the best weights so far are saved.")
                .containsPattern(
                        "graft: stopped by a signal after step \\d+\\. The best weights so far, of step \\d+, are in ")
                .contains(" are in " + out + ".");
        CommandRun answer = CommandRun.of("predict", "--model", out, "hello world");
        assertThat(answer.exitCode()).as(answer.err()).isZero();
        assertOnlyTheModelIsThere();
    }

    private void assertOnlyTheModelIsThere() throws IOException {
        try (Stream<Path> names = Files.list(out.getParent())) {
            assertThat(names).containsExactly(out);
        }
    }

    private static Process java(List<String> before, String... words) throws IOException {
        List<String> command = new ArrayList<>(before);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:-UsePerfData", "-Dai.djl.offline=true", "-Djava.awt.headless=true"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Graft.class.getName()));
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("LC_ALL", "C");
        return builder.start();
    }
}
