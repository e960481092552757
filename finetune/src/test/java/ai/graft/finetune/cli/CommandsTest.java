package ai.graft.finetune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each command on a tiny model: right use, and what it says of wrong use. */
class CommandsTest {
    private static final String BATCH = "{\"input_ids\": [[2, 5, 3], [2, 6, 3]], \"labels\": [0, 1]}";

    @TempDir
    Path folder;

    private Path model;

    @BeforeEach
    void makeModel() throws IOException {
        model = TinyModel.in(folder);
    }

    @Test
    void init_writesAWholeModel_sameSeedSameBytes() throws IOException {
        Path sources = folder.resolve("sources");
        Path again = folder.resolve("again");
        Path other = folder.resolve("other");
        Object[] start = {"init", "--config", sources.resolve("config.json"), "--tokenizer", sources, "--out"};

        CommandRun run = CommandRun.of(with(start, again, "--seed", "42", "--json"));
        CommandRun.of(with(start, other, "--seed", "7"));

        assertThat(run.json().path("parameters").asInt()).isEqualTo(TinyModel.PARAMETERS);
        assertThat(run.json().path("model_class").asText()).isEqualTo("BertForSequenceClassification");
        assertThat(Files.mismatch(model.resolve("model.safetensors"), again.resolve("model.safetensors")))
                .isEqualTo(-1);
        assertThat(Files.mismatch(model.resolve("model.safetensors"), other.resolve("model.safetensors")))
                .isPositive();
        assertThat(again).isDirectoryContaining(file -> file.endsWith("tokenizer.json"));
    }

    @Test
    void init_labels_makeAClassifierOfThem() throws IOException {
        Path sources = folder.resolve("sources");
        Path named = folder.resolve("named");
        CommandRun.of(
                "init",
                "--config",
                sources.resolve("config.json"),
                "--tokenizer",
                sources,
                "--out",
                named,
                "--labels",
                "low,mid,high");

        JsonNode config =
                new ObjectMapper().readTree(named.resolve("config.json").toFile());
        assertThat(config.path("id2label").path("2").asText()).isEqualTo("high");
        assertThat(CommandRun.of("inspect", named).out()).contains("labels         3: low, mid, high\n");
    }

    @Test
    void init_vocabularyTooLarge_refusedAndNothingWritten() throws IOException {
        Path small = folder.resolve("small.json");
        Path out = folder.resolve("out");
        Files.writeString(small, TinyModel.CONFIG.replace("\"vocab_size\": 8", "\"vocab_size\": 7"));

        CommandRun run =
                CommandRun.of("init", "--config", small, "--tokenizer", folder.resolve("sources"), "--out", out);

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("the tokenizer has 8 tokens, but vocab_size of " + small + " is 7");
        assertThat(out).doesNotExist();
    }

    @Test
    void init_targetExists_refused() {
        Path sources = folder.resolve("sources");
        CommandRun run = CommandRun.of(
                "init", "--config", sources.resolve("config.json"), "--tokenizer", sources, "--out", model);

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).startsWith("graft: " + model + ": exists already");
    }

    @Test
    void inspect_model_tellsSizesInWords() {
        CommandRun run = CommandRun.of("inspect", model, "--tensors");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("architecture   bert\n")
                .contains("hidden size    4\n")
                .contains("parameters     272\n")
                .contains("tensors        25 (25 F32)\n")
                .contains("head           BertForSequenceClassification\n")
                .contains("labels         2: no, yes\n")
                .contains("weights        all there\n")
                .contains("F32  2 x 4            classifier.weight\n");
    }

    @Test
    void inspect_otherNumberOfLabels_listsBothShapes() throws IOException {
        JsonNode json =
                CommandRun.of("inspect", model, "--num-labels", "3", "--json").json();

        assertThat(json.path("architecture").asText()).isEqualTo("bert");
        assertThat(json.path("parameters").asInt()).isEqualTo(TinyModel.PARAMETERS);
        assertThat(json.path("missing")).isEmpty();
        assertThat(json.path("mismatched").toString())
                .isEqualTo("[[\"classifier.bias\",[2],[3]],[\"classifier.weight\",[2,4],[3,4]]]");
    }

    @Test
    void inspect_safetensorsFileAlone_needsNoConfiguration() throws IOException {
        JsonNode json = CommandRun.of("inspect", model.resolve("model.safetensors"), "--json")
                .json();

        assertThat(json.has("architecture")).isFalse();
        assertThat(json.has("missing")).isFalse();
        assertThat(json.path("tensors")).hasSize(25);
        assertThat(json.path("note").asText()).startsWith("no config.json");
    }

    @Test
    void inspect_architectureWithoutNetwork_listsTensorsAndSaysSo() throws IOException {
        changeConfig("\"bert\"", "\"albert\"");

        CommandRun run = CommandRun.of("inspect", model);

        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("architecture  albert\n")
                .contains("has no network here")
                .contains("25 (25 F32)");
    }

    @Test
    void inspect_configWithoutModelType_refused() throws IOException {
        changeConfig("\"model_type\"", "\"type\"");

        CommandRun run = CommandRun.of("inspect", model);

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).contains("config.json: the key 'model_type' is missing");
    }

    @Test
    void tokenize_json_hasOneObjectAText() throws IOException {
        CommandRun run = CommandRun.withInput("Worlds\nhello\n", "tokenize", "--model", model, "--json", "x", "-");

        assertThat(run.out().lines()).hasSize(3);
        assertThat(run.out().lines().skip(1).findFirst().orElseThrow())
                .isEqualTo("{\"text\":\"Worlds\",\"ids\":[2,6,7,3],\"tokens\":[\"[CLS]\",\"world\",\"##s\",\"[SEP]\"],"
                        + "\"offsets\":[[0,0],[0,5],[5,6],[0,0]],\"word_ids\":[null,0,0,null],"
                        + "\"type_ids\":[0,0,0,0],\"special_tokens_mask\":[1,0,0,1]}");
    }

    @Test
    void tokenize_pairAndLength_areObeyed() throws IOException {
        JsonNode json = CommandRun.of(
                        "tokenize",
                        "--model",
                        model,
                        "--json",
                        "--pair",
                        "world",
                        "--max-length",
                        "6",
                        "hello hello hello")
                .json();

        assertThat(json.path("ids").toString()).isEqualTo("[2,5,5,3,6,3]");
        assertThat(json.path("type_ids").toString()).isEqualTo("[0,0,0,0,1,1]");
    }

    @Test
    void tokenize_text_isAnAlignedTable() {
        assertThat(CommandRun.of("tokenize", "--model", model, "hello worlds").out())
                .isEqualTo("""
                                  id   offsets  token
                           0       2         -  [CLS]
                           1       5       0-5  hello
                           2       6      6-11  world
                           3       7     11-12  ##s
                           4       3         -  [SEP]
                        """);
    }

    @Test
    void tokenize_withoutTokenizerFiles_saysWhatIsMissing() {
        CommandRun run = CommandRun.of("tokenize", "--model", folder, "x");

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).contains("found no tokenizer.json, no vocab.txt");
    }

    @Test
    void forward_standardInput_givesShapesAndLoss() {
        CommandRun run = CommandRun.withInput(BATCH, "forward", model, "-", "--threads", "1");

        assertThat(run.exitCode()).isZero();
        // new weights are small: both labels are almost equally likely, so the loss is close to ln 2
        assertThat(run.out())
                .contains("logits  2 x 2: ")
                .contains("loss    0.69")
                .contains("hidden  2 x 3 x 4: ");
    }

    @Test
    void forward_otherHeads_haveTheirOutputs() throws IOException {
        String ids = "{\"input_ids\": [[2, 5, 3]]}";
        JsonNode qa = CommandRun.withInput(ids, "forward", model, "-", "--head", "qa", "--json")
                .json();
        JsonNode five = CommandRun.withInput(ids, "forward", model, "-", "--num-labels", "5", "--json")
                .json();
        JsonNode bare = CommandRun.withInput(ids, "forward", model, "-", "--head", "none", "--json")
                .json();

        assertThat(qa.path("start_logits").get(0)).hasSize(3);
        assertThat(five.path("logits").get(0)).hasSize(5);
        assertThat(bare.has("logits")).isFalse();
        assertThat(bare.path("mean_pooled").get(0)).hasSize(4);
    }

    @Test
    void forward_idBeyondTheVocabulary_isWrongUse() {
        CommandRun run = CommandRun.withInput("{\"input_ids\": [[2, 8]]}", "forward", model, "-");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .contains("row 0, position 1: token id 8 is beyond")
                .contains("vocab_size 8");
    }

    @Test
    void forward_labelsOfOtherRows_isWrongUse() {
        CommandRun run = CommandRun.withInput("{\"input_ids\": [[2, 5]], \"labels\": []}", "forward", model, "-");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("labels has 0 rows, input_ids has 1");
    }

    @Test
    void forward_numLabelsForAHeadWithoutLabels_isWrongUse() {
        CommandRun run = CommandRun.withInput(BATCH, "forward", model, "-", "--head", "qa", "--num-labels", "3");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("--num-labels is 3, but the head ForQuestionAnswering has no labels");
    }

    @Test
    void forward_damagedFiles_areTheWorldsFault() throws IOException {
        CommandRun half = CommandRun.withInput("{\"input_ids\": [[2,", "forward", model, "-");
        CommandRun absent = CommandRun.of("forward", model, folder.resolve("none.json"));
        Path weights = model.resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        Files.write(weights, Arrays.copyOf(bytes, bytes.length / 2));
        CommandRun truncated = CommandRun.withInput(BATCH, "forward", model, "-");

        assertThat(half.exitCode()).isEqualTo(3);
        assertThat(half.err())
                .startsWith("graft: standard input, line 1, column")
                .contains("not whole JSON");
        assertThat(absent.exitCode()).isEqualTo(3);
        assertThat(absent.err()).contains("none.json: there is no such file or directory");
        assertThat(truncated.exitCode()).isEqualTo(3);
        assertThat(truncated.err()).contains("model.safetensors").hasLineCount(1);
    }

    @Test
    void forward_gpuThatIsNotThere_isNotReplacedQuietly() {
        CommandRun run = CommandRun.withInput(BATCH, "forward", model, "-", "--device", "cuda:99");

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).contains("device 'cuda:99' was asked for, but PyTorch sees");
    }

    @Test
    void replay_recording_followsItsSchedule() throws IOException {
        CommandRun run = CommandRun.of("replay", model, recording("BertForSequenceClassification"), "--json");
        JsonNode steps = run.json().path("steps");

        assertThat(steps).hasSize(4);
        // linear with two steps of warm-up out of four: 0, 1/2, 1, 1/2 of the rate 0.01
        assertThat(steps.get(0).path("lr").asDouble()).isZero();
        assertThat(steps.get(1).path("lr").asDouble()).isCloseTo(0.005, within(1e-12));
        assertThat(steps.get(2).path("lr").asDouble()).isCloseTo(0.01, within(1e-12));
        assertThat(steps.get(3).path("lr").asDouble()).isCloseTo(0.005, within(1e-12));
        assertThat(run.json().path("final").path("loss").asDouble())
                .isLessThan(steps.get(0).path("loss").asDouble());
        assertThat(CommandRun.of("replay", model, folder.resolve("train.json")).out())
                .contains("\n    3   1.0000e-02   0.")
                .contains("loss on forward.json: 0.");
    }

    @Test
    void replay_unknownVariant_namesThoseThatAreThere() throws IOException {
        CommandRun run =
                CommandRun.of("replay", model, recording("BertForSequenceClassification"), "--variant", "frozen");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("variant 'frozen' is not among [base]");
    }

    @Test
    void replay_headWithoutWeights_asksForThem() throws IOException {
        CommandRun run = CommandRun.of("replay", model, recording("BertForQuestionAnswering"));

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err())
                .contains("missing: qa_outputs.bias, qa_outputs.weight")
                .contains("--head-weights FILE");
    }

    @Test
    void replay_headWeightsOfAnotherNetwork_refusedByName() throws IOException {
        CommandRun run = CommandRun.of(
                "replay",
                model,
                recording("BertForQuestionAnswering"),
                "--head-weights",
                model.resolve("model.safetensors"));

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err())
                .contains("model.safetensors: tensor 'bert.pooler.dense.bias'")
                .contains("is no weight of the network");
    }

    @Test
    void replay_adapterWithoutFiles_saysWhichIsMissing() throws IOException {
        Path recording = recording("BertForSequenceClassification");
        Files.createDirectory(folder.resolve("adapter"));

        CommandRun run = CommandRun.of("replay", model, recording);

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).contains("adapter_config.json: cannot be read");
    }

    private Path recording(String modelClass) throws IOException {
        Files.writeString(folder.resolve("forward.json"), BATCH);
        String batches = String.join(", ", BATCH, BATCH, BATCH, BATCH);
        return Files.writeString(folder.resolve("train.json"), """
                {"model_class": "%s", "batches": [%s], "variants": {"base": {"lr": 0.01, "schedule": "linear",
                 "warmup_steps": 2, "total_steps": 4, "weight_decay": 0.01, "max_grad_norm": 1.0}}}
                """.formatted(modelClass, batches));
    }

    @Test
    void doctor_soundMachine_passesItsSelfCheck() throws IOException {
        JsonNode json = CommandRun.of("doctor", "--json").json();

        assertThat(json.path("ok").asBoolean()).isTrue();
        assertThat(json.path("self_check").asText()).startsWith("passed: ");
        assertThat(json.path("model_minilm").asText()).isEqualTo("ready");
        assertThat(json.path("cores").asInt()).isPositive();
        assertThat(CommandRun.of("doctor").out()).contains("\njava ").contains("\nmodel cache ");
    }

    private void changeConfig(String from, String to) throws IOException {
        Path config = model.resolve("config.json");
        Files.writeString(config, Files.readString(config).replace(from, to));
    }

    private static Object[] with(Object[] start, Object... more) {
        Object[] all = Arrays.copyOf(start, start.length + more.length);
        System.arraycopy(more, 0, all, start.length, more.length);
        return all;
    }
}
