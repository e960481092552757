package ai.graft.finetune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commands train, evaluate and predict on a tiny model: right use, and every wrong use with its message. */
class TrainCommandTest {
    @TempDir
    Path folder;

    private Path model;
    private Path data;

    @BeforeEach
    void prepare() throws IOException {
        model = model();
        List<String> rows = new ArrayList<>(List.of("text\tlabel"));
        for (int i = 0; i < 40; i++) {
            rows.add("good film number " + i + "\tpos");
            rows.add("bad film number " + i + "\tneg");
        }
        data = Files.write(folder.resolve("data.tsv"), rows);
    }

    private Path model() throws IOException {
        Path sources = Files.createDirectory(folder.resolve("sources"));
        List<String> words =
                List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "good", "bad", "film", "number", "a");
        Files.write(sources.resolve("vocab.txt"), words);
        Files.writeString(
                sources.resolve("config.json"),
                TinyModel.CONFIG
                        .replace("\"vocab_size\": 8", "\"vocab_size\": 10")
                        .replace("\"hidden_size\": 4", "\"hidden_size\": 16"));
        Path made = folder.resolve("model");
        CommandRun run = CommandRun.of(
                "init", "--config", sources.resolve("config.json"), "--tokenizer", sources, "--out", made);
        assertThat(run.exitCode()).as(run.err()).isZero();
        return made;
    }

    private CommandRun train(Object... more) {
        Object[] words = {
            "train", "--model", model, "--out", folder.resolve("out"), "--lr", "0.01", "--max-length", "10"
        };
        return CommandRun.of(Stream.concat(Stream.of(words), Stream.of(more)).toArray());
    }

    @Test
    void trainEvaluatePredict_separableTexts_modelAnswersRight() throws IOException {
        JsonNode trained = train(
                        "--train", data, "--test", data, "--epochs", 15, "--batch-size", 8, "--dropout", 0, "--json")
                .json();
        assertThat(trained.path("split").asText()).isEqualTo("test");
        assertThat(trained.path("accuracy").asDouble()).isGreaterThan(0.95);
        for (String key : List.of(
                "examples",
                "macro_f1",
                "matthews",
                "log_loss",
                "labels",
                "confusion",
                "steps",
                "seconds",
                "examples_per_second",
                "peak_rss_mb")) {
            assertThat(trained.has(key)).as(key).isTrue();
        }
        assertThat(trained.path("best").path("metric").asText()).isEqualTo("accuracy");

        JsonNode judged = CommandRun.of("evaluate", "--model", folder.resolve("out"), "--test", data, "--json")
                .json();
        assertThat(judged.path("accuracy")).isEqualTo(trained.path("accuracy"));
        assertThat(judged.path("confusion")).isEqualTo(trained.path("confusion"));
        assertThat(judged.has("seconds")).isTrue();

        CommandRun answers = CommandRun.withInput(
                "a good film\n\na bad film\n", "predict", "--model", folder.resolve("out"), "--json");
        List<String> lines = answers.out().lines().toList();
        assertThat(lines).hasSize(2);
        JsonNode second = new ObjectMapper().readTree(lines.get(1));
        assertThat(second.path("label").asText()).isEqualTo("neg");
        assertThat(second.path("row").asInt()).isEqualTo(3);
        assertThat(second.path("scores").path("neg").asDouble())
                .isEqualTo(second.path("score").asDouble());
    }

    @Test
    void evaluate_againstItself_differsByNothingAndWritesTheReport() throws IOException {
        Path out = folder.resolve("out");
        Path report = folder.resolve("judged.html");
        assertThat(train("--train", data, "--epochs", 1, "--long", "head-tail").exitCode())
                .isZero();

        CommandRun run = CommandRun.of(
                "evaluate", "--model", out, "--against", out, "--test", data, "--report", report, "--json");
        JsonNode json = run.json();

        assertThat(json.at("/against/model").asText()).isEqualTo(out.toString());
        assertThat(json.at("/against/mcnemar/p_value").asDouble()).isEqualTo(1);
        assertThat(json.at("/against/differences/accuracy/difference").asDouble())
                .isZero();
        assertThat(json.has("roc_auc") && json.has("ece") && json.has("average_precision"))
                .isTrue();
        assertThat(json.path("by_length").get(0).path("examples").asInt()
                        + json.path("by_length").path(1).path("examples").asInt())
                .isEqualTo(80);
        assertThat(run.err()).contains("none of 80 texts is longer than 10 tokens");
        assertThat(report).content().contains("data.tsv", "<h2>Calibration</h2>");
        assertThat(CommandRun.of("evaluate", "--model", out, "--against", out, "--test", data)
                        .out())
                .contains("by length, with 95 % intervals", "McNemar's test (exact binomial): p = 1.00");
        assertThat(new ObjectMapper()
                        .readTree(out.resolve("graft.json").toFile())
                        .path("long_texts")
                        .asText())
                .isEqualTo("head-tail");
        assertThat(out.resolve("report.html")).isNotEmptyFile();
    }

    @Test
    void predict_longText_saysWhatBecameOfIt() throws IOException {
        assertThat(train("--train", data, "--epochs", 1).exitCode()).isZero();

        CommandRun run = CommandRun.of(
                "predict", "--model", folder.resolve("out"), "--long", "windows", "good film", "bad ".repeat(30));

        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).contains("1 of 2 texts are longer than 10 tokens and were read in windows");
    }

    @Test
    void train_unknownWayWithLongTexts_refused() {
        refused(
                train("--train", data, "--long", "tail"),
                2,
                "long is 'tail', expected one of head, head-tail, windows");
    }

    @Test
    void predict_fileAsCsv_oneRowATextWithQuoting() throws IOException {
        assertThat(train("--train", data, "--epochs", 1).exitCode()).isZero();
        Path texts = Files.write(folder.resolve("texts.csv"), List.of("text", "\"good, film\"", "bad film"));
        CommandRun answers = CommandRun.of("predict", "--model", folder.resolve("out"), "--csv", texts);
        assertThat(answers.out().lines().toList()).hasSize(3).first().isEqualTo("text,label,score");
        assertThat(answers.out()).contains("\"good, film\",");
    }

    @Test
    void train_configFile_valuesTakenAndFlagsWin() throws IOException {
        Path config = Files.writeString(folder.resolve("c.json"), "{\"epochs\": 3, \"batch-size\": 8}");
        JsonNode trained = train("--train", data, "--validation", data, "--config", config, "--epochs", 1, "--json")
                .json();
        assertThat(trained.path("steps").asInt()).isEqualTo(10); // 80 rows in batches of 8, once
    }

    @Test
    void train_unknownNameInConfigFile_namedAndRefused() throws IOException {
        Path config = Files.writeString(folder.resolve("c.json"), "{\"epoch\": 3}");
        refused(train("--train", data, "--config", config), 2, "c.json", "--epoch");
    }

    @Test
    void train_missingFile_named() {
        refused(train("--train", folder.resolve("absent.tsv")), 3, "absent.tsv");
    }

    @Test
    void train_emptyFile_named() throws IOException {
        refused(train("--train", Files.createFile(folder.resolve("empty.tsv"))), 3, "empty.tsv");
    }

    @Test
    void train_missingColumn_namedWithThoseThatAreThere() {
        refused(train("--train", data, "--label", "lable"), 3, "lable", "label");
    }

    @Test
    void train_unknownLabelInValidation_fileRowAndLabelNamed() throws IOException {
        Path other = Files.write(folder.resolve("v.tsv"), List.of("text\tlabel", "fine\tpos", "so so\tneutral"));
        refused(train("--train", data, "--validation", other), 3, "v.tsv", "row 3", "neutral", "pos");
    }

    @Test
    void train_singleLabel_refused() throws IOException {
        Path one = Files.write(folder.resolve("one.tsv"), List.of("text\tlabel", "a\tx", "b\tx", "c\tx", "d\tx"));
        refused(train("--train", one), 3, "one.tsv", "x");
    }

    @Test
    void train_emptyText_rowNamed() throws IOException {
        Path empty = Files.write(folder.resolve("e.tsv"), List.of("text\tlabel", "a\tx", "\ty", "c\tx"));
        refused(train("--train", empty), 3, "e.tsv", "row 3");
    }

    @Test
    void train_rowWithTooFewCells_rowAndCountsNamed() throws IOException {
        Path few = Files.write(folder.resolve("f.tsv"), List.of("text\tlabel", "a\tx", "b", "c\ty"));
        refused(train("--train", few), 3, "f.tsv", "row 3");
    }

    @Test
    void train_gpuThatIsNotThere_refusedWithCure() {
        refused(train("--train", data, "--device", "cuda:0"), 3, "cuda:0", "--device cpu");
    }

    @Test
    void train_truncatedWeights_fileNamed() throws IOException {
        try (RandomAccessFile file =
                new RandomAccessFile(model.resolve("model.safetensors").toFile(), "rw")) {
            file.setLength(file.length() / 2);
        }
        refused(train("--train", data), 3, "model.safetensors");
    }

    @Test
    void train_configWithoutModelType_keyNamed() throws IOException {
        Path config = model.resolve("config.json");
        Files.writeString(config, Files.readString(config).replace("model_type", "modeltype"));
        refused(train("--train", data), 3, "config.json", "model_type");
    }

    @Test
    void train_outputHoldsSomethingElse_refusedBeforeTraining() throws IOException {
        Path out = Files.createDirectory(folder.resolve("out"));
        Files.writeString(out.resolve("thesis.txt"), "years of work");
        CommandRun run = train("--train", data);
        refused(run, 3, out.toString());
        assertThat(run.err()).doesNotContain("step");
        assertThat(out.resolve("thesis.txt")).hasContent("years of work");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--transfer adapters | --transfer is 'adapters', expected full, frozen, contrastive, lora, bitfit, gradual, top:N or scratch",
                "--transfer top:9 | transfer top:9: the model has 1 layers",
                "--lora-rank 4 | are for --transfer lora, and it is not given",
                "--transfer lora --lora-rank 0 | the rank of LoRA is 0, expected 1 to 1024",
                "--transfer lora --lora-targets q_lin | no linear layer is called q_lin; give self.query",
                "--transfer bitfit --freeze encoder | freeze is encoder, expected nothing where transfer is bitfit",
            })
    void train_transferThatCannotBe_refused(String options, String message) {
        refused(
                train(Stream.concat(Stream.of("--train", data), Stream.of(options.split(" ")))
                        .toArray()),
                2,
                message);
    }

    @Test
    void train_lora_saysHowMuchIsTrained() {
        CommandRun run = train("--train", data, "--epochs", 1, "--transfer", "lora", "--lora-rank", 2);

        assertThat(run.exitCode()).isZero();
        assertThat(run.err())
                .contains("transfer lora, rank 2, alpha 4.0, of all-linear")
                .contains(" weights are trained (");
        assertThat(folder.resolve("out/adapter/adapter_config.json")).exists();
    }

    @Test
    void train_settingOutOfRange_named() {
        refused(train("--train", data, "--label-smoothing", "1.5"), 2, "label-smoothing", "1.5");
        refused(train("--train", data, "--focal-loss", "-1"), 2, "focal-loss is -1.0, expected 0 or more");
        refused(train("--train", data, "--layers", "2"), 2, "layers is 2, but ", " has 1: ask for 1 to 1");
    }

    @Test
    void evaluate_labelUnknownToTheModel_refusedUnlessItIsToCountAsWrong() throws IOException {
        Path out = folder.resolve("out");
        assertThat(train("--train", data, "--epochs", 1).exitCode()).isZero();
        Path test = Files.writeString(folder.resolve("test.tsv"), "text\tlabel\na film\tnew\nthe end\tnew\n");

        refused(
                CommandRun.of("evaluate", "--model", out, "--test", test),
                3,
                "test.tsv, row 2: label 'new' is not among the 2 labels of training [neg, pos]",
                "--unknown-labels wrong");
        JsonNode judged = CommandRun.of(
                        "evaluate", "--model", out, "--test", test, "--unknown-labels", "wrong", "--json")
                .json();
        assertThat(judged.path("accuracy").asDouble()).isZero();
        assertThat(judged.at("/per_class/2/label").asText()).isEqualTo("new");
        assertThat(judged.at("/per_class/2/support").asInt()).isEqualTo(2);
    }

    @Test
    void evaluate_modelWithoutHead_saysHowToGetOne() throws IOException {
        Path config = model.resolve("config.json");
        Files.writeString(config, Files.readString(config).replace("BertForSequenceClassification", "BertModel"));
        refused(CommandRun.of("evaluate", "--model", model, "--test", data), 3, "BertModel", "graft train");
    }

    private static void refused(CommandRun run, int exitCode, String... parts) {
        assertThat(run.exitCode()).as(run.err()).isEqualTo(exitCode);
        assertThat(run.err()).contains(parts).doesNotContain("\tat ");
        assertThat(run.out()).isEmpty();
    }
}
