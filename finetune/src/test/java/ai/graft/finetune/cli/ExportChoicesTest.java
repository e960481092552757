package ai.graft.finetune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.graft.finetune.engine.TorchNetwork;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code graft export} in other flavours and precisions, judged by PyTorch's answers. */
class ExportChoicesTest {
    private static final List<String> TEXTS =
            List.of("hello", "world", "hello worlds", "worlds world hello", "world hello hello", "s", "world s s");

    private static final String INT8 = "--flavor ort --precision int8";

    @TempDir
    Path folder;

    @BeforeAll
    static void oneThread() {
        TorchNetwork.threads(1);
    }

    private Path exported() {
        return folder.resolve("exported");
    }

    /** The model's weights are 0.02 large, so that logits in int8 lie within a hundredth of theirs. */
    @ParameterizedTest
    @CsvSource({
        "ort, fp32, 1e-6",
        "portable, fp16, 1e-4",
        "ort, fp16, 1e-4",
        "portable, fp16-gpu, 1e-3",
        "ort, fp16-gpu, 1e-3",
        "portable, int8, 1e-3",
        "ort, int8, 1e-3",
    })
    void predict_exportInAnyForm_answersAsPytorchDoes(String flavor, String precision, double tolerance)
            throws IOException {
        Path model = TinyModel.in(folder);
        JsonNode report = export(model, "--json --flavor " + flavor + " --precision " + precision)
                .json();

        assertThat(report.path("flavour").asText()).isEqualTo(flavor);
        assertThat(report.path("precision").asText()).isEqualTo(precision);
        for (String text : TEXTS) {
            double torch = CommandRun.of("predict", "--model", model, "--json", text)
                    .json()
                    .path("scores")
                    .path("yes")
                    .asDouble();
            assertThat(CommandRun.of("predict", "--model", exported(), "--json", text)
                            .json()
                            .path("scores")
                            .path("yes")
                            .asDouble())
                    .isCloseTo(torch, within(tolerance));
        }
    }

    @Test
    void export_int8_saysHowNearItIsAndWhatItKept() throws IOException {
        Path model = TinyModel.in(folder);
        CommandRun run = export(model, INT8 + " --keep-fp32 output.dense,query --int8-scale tensor");

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).contains("written as     ort, int8\n").containsPattern("nearness +cosine (0\\.9|1\\.0)");
        String kept = Files.readString(exported().resolve("export.json"));
        assertThat(kept).contains("\"int8_scale\" : \"tensor\"", "\"output.dense\", \"query\"");
    }

    /** The labels are the model's own answers: fp32 reaches 100 points, and what is rounded does not. */
    @Test
    void export_metricBelowTheBound_endsWithOneAndBothFigures() throws IOException {
        Path model = regression();
        Path data = answered(model);

        CommandRun run = export(model, INT8 + " --validation " + data + " --max-drop 0");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err())
                .contains("pearson on the validation data is 9", "in fp32 it is 100.00", "allowed are 0.00")
                .contains("No file was kept");
        assertThat(exported()).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {INT8, "--precision fp16-gpu"})
    void export_metricWithinTheBound_isKeptWithBothFigures(String choices) throws IOException {
        Path model = regression();
        Path data = answered(model);

        CommandRun run = export(model, choices + " --validation " + data + " --max-drop 50");

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).containsPattern("validation +pearson \\d+\\.\\d\\d, in fp32 100\\.00");
        assertThat(run.err()).contains(data.toString());
        assertThat(exported().resolve("model.onnx")).exists();
    }

    @Test
    void export_precisionAuto_measuresAllAndSaysWhy() throws IOException {
        Path model = regression();
        Path data = answered(model);

        CommandRun run = export(model, "--precision AUTO --max-drop 50 --validation " + data);

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.err())
                .containsPattern("fp32: \\d+\\.\\d MB, \\d+ texts/s, pearson 100\\.00")
                .containsPattern("fp16: \\d+\\.\\d MB")
                .containsPattern("int8: \\d+\\.\\d MB");
        assertThat(run.out()).containsPattern("chosen +(fp32|fp16|int8): ").containsPattern("validation +pearson");
        JsonNode json = export(model, "--precision auto --max-drop 0 --json --validation " + data)
                .json();
        assertThat(json.path("candidates")).hasSize(3);
        assertThat(json.path("candidates").path(2).path("refused").asText()).contains("allowed are 0.00");
        assertThat(json.path("precision").asText()).isNotEqualTo("int8");
        assertThat(json.path("chosen_because").asText()).isNotEmpty();
    }

    @Test
    void export_precisionAutoForAnotherProgram_isRefusedBeforeItMeasures() throws IOException {
        Path model = regression();

        CommandRun run =
                export(model, "--precision auto --flavor ort --layout djl-serving --validation " + answered(model));

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("other programs read 'portable' alone").doesNotContain("texts/s");
    }

    @Test
    void export_precisionAutoOntoAForeignDirectory_isRefusedBeforeItMeasures() throws IOException {
        Path model = regression();
        Files.writeString(Files.createDirectories(exported()).resolve("notes.txt"), "mine");

        CommandRun run = export(model, "--precision auto --validation " + answered(model));

        assertThat(run.exitCode()).isNotZero();
        assertThat(run.err()).contains(exported().toString()).doesNotContain("texts/s");
        assertThat(exported().resolve("notes.txt")).hasContent("mine");
    }

    /** One layer of six linear layers. */
    @Test
    void sensitivity_regressor_ranksItsParts() throws IOException {
        Path model = regression();
        Path data = answered(model);

        CommandRun run = CommandRun.of("sensitivity", "--model", model, "--validation", data);

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.err()).contains("measured 7 of 7 parts");
        assertThat(run.out().lines()).hasSize(1 + 1 + 7 + 1).allMatch(line -> line.length() <= 80);
        assertThat(run.out())
                .containsPattern("everything +0\\.00 % +100\\.00")
                .contains("layer.*.intermediate.dense", "layer.0.")
                .containsPattern("nothing +\\d+\\.\\d\\d %");
        JsonNode json = CommandRun.of("sensitivity", "--model", model, "--validation", data, "--json")
                .json();
        assertThat(json.path("parts")).hasSize(7);
        assertThat(json.path("parts").path(0).path("error").asDouble())
                .isLessThan(json.path("int8_error").asDouble());
    }

    private CommandRun export(Path model, String options) {
        List<Object> command = new ArrayList<>(List.of("export", "--model", model, "--out", exported()));
        command.addAll(List.of(options.split(" ")));
        return CommandRun.of(command.toArray());
    }

    /** A regressor whose weights are drawn ten times as wide, so that rounding shows. */
    private Path regression() throws IOException {
        Path sources = TinyModel.sources(Files.createDirectories(folder.resolve("sources")));
        String config = TinyModel.CONFIG
                .replace("\"0\": \"no\", \"1\": \"yes\"", "\"0\": \"score\"")
                .replace("\"no\": 0, \"yes\": 1", "\"score\": 0")
                .replace("\"type_vocab_size\"", "\"initializer_range\": 0.5, \"type_vocab_size\"");
        Files.writeString(sources.resolve("config.json"), config);
        Path model = folder.resolve("regressor");
        CommandRun run = CommandRun.of(
                "init", "--config", sources.resolve("config.json"), "--tokenizer", sources, "--out", model);
        assertThat(run.exitCode()).as(run.err()).isZero();
        return model;
    }

    private Path answered(Path model) throws IOException {
        List<String> lines = new ArrayList<>(List.of("text,label"));
        for (String text : TEXTS) {
            JsonNode answer =
                    CommandRun.of("predict", "--model", model, "--json", text).json();
            lines.add(text + "," + answer.path("score").asDouble());
        }
        return Files.write(folder.resolve("answered.csv"), lines);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--max-drop 1|--max-drop is 1.0, but there is nothing to measure it on",
                "--precision int8 --int8-scale token|Use the flavour ort",
                "--keep-fp32 query|the precision is fp32 for all",
                "--precision int8 --keep-fp32 nowhere|no weight's name holds 'nowhere'",
                "--precision int4|--precision is 'int4'; give fp32, fp16, fp16-gpu, int8 or auto",
                "--precision auto|Add --validation FILE",
            })
    void export_choicesThatMakeNoSense_endWithTwo(String options, String message) throws IOException {
        CommandRun run = export(TinyModel.in(folder), options);

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains(message);
        assertThat(exported()).doesNotExist();
    }
}
