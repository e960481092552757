package ai.graft.finetune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.graft.finetune.engine.TorchNetwork;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands on ONNX Runtime beside the same on PyTorch: two programs that share no kernel. */
class RuntimeCommandsTest {
    private static final String BATCH =
            "{\"input_ids\": [[2, 5, 6, 3], [2, 6, 3, 0]], \"attention_mask\": [[1, 1, 1, 1], [1, 1, 1, 0]], \"labels\": [1, 0]}";

    @TempDir
    Path folder;

    @BeforeAll
    static void oneThread() {
        TorchNetwork.threads(1);
    }

    private Path data() throws IOException {
        return Files.writeString(
                folder.resolve("test.csv"),
                "text,label\nhello,no\nworld,yes\nhello worlds,no\nworld world,yes\nworlds hello,yes\n");
    }

    private Path export(Path model) {
        Path exported = folder.resolve("exported");
        CommandRun run = CommandRun.of("export", "--model", model, "--out", exported);
        assertThat(run.exitCode()).as(run.err()).isZero();
        return exported;
    }

    /** What this process has left behind. */
    private static List<Path> temporary() throws IOException {
        String names = "graft-(export|onnx)-" + ProcessHandle.current().pid() + "-.*";
        try (Stream<Path> all = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return all.filter(path -> path.getFileName().toString().matches(names))
                    .toList();
        }
    }

    private static void assertClose(JsonNode actual, JsonNode expected) {
        if (expected.isContainerNode()) {
            assertThat(actual.size()).isEqualTo(expected.size());
            for (int i = 0; i < expected.size(); i++) {
                assertClose(actual.path(i), expected.path(i));
            }
        } else {
            assertThat(actual.asDouble()).isCloseTo(expected.asDouble(), within(1e-5));
        }
    }

    @Test
    void evaluate_onnx_givesTheFiguresOfPytorch() throws IOException {
        Path model = TinyModel.in(folder);
        Path exported = export(model);
        JsonNode torch = CommandRun.of("evaluate", "--model", model, "--test", data(), "--json")
                .json();
        List<Path> before = temporary();
        List<CommandRun> runs = List.of(
                CommandRun.of("evaluate", "--model", exported, "--test", data(), "--json"),
                CommandRun.of("evaluate", "--model", model, "--runtime", "onnx", "--test", data(), "--json"));
        for (CommandRun run : runs) {
            JsonNode onnx = run.json();
            for (String figure : List.of("accuracy", "macro_f1", "log_loss", "max_length", "too_long", "examples")) {
                assertThat(torch.has(figure)).as(torch.toString()).isTrue();
                assertClose(onnx.path(figure), torch.path(figure));
            }
            assertThat(onnx.path("confusion_matrix")).isEqualTo(torch.path("confusion_matrix"));
            assertThat(onnx.path("by_length")).hasSameSizeAs(torch.path("by_length"));
        }
        assertThat(temporary()).isEqualTo(before);
    }

    @Test
    void evaluate_exportAgainstItsCheckpoint_findsNoDifferenceAndWritesTheReport() throws IOException {
        Path model = TinyModel.in(folder);
        Path report = folder.resolve("report.html");
        CommandRun run = CommandRun.of(
                "evaluate", "--model", export(model), "--against", model, "--test", data(), "--report", report);

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).contains("Against " + model);
        assertThat(Files.readString(report)).contains("ONNX Runtime").contains("fp32, portable");
    }

    @Test
    void predict_checkpointOnOnnx_answersAsPytorchDoes() throws IOException {
        Path model = TinyModel.in(folder);
        List<Path> before = temporary();
        JsonNode torch = CommandRun.of("predict", "--model", model, "--json", "hello worlds")
                .json();
        JsonNode onnx = CommandRun.of("predict", "--model", model, "--runtime", "onnx", "--json", "hello worlds")
                .json();

        assertThat(onnx.path("label")).isEqualTo(torch.path("label"));
        assertThat(onnx.path("score").asDouble()).isCloseTo(torch.path("score").asDouble(), within(1e-6));
        assertThat(temporary()).isEqualTo(before);
    }

    @Test
    void predict_exportOnPytorch_isWrongUse() throws IOException {
        CommandRun run =
                CommandRun.of("predict", "--model", export(TinyModel.in(folder)), "--runtime", "pytorch", "hello");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("--runtime is pytorch").contains("it was exported from");
    }

    @Test
    void forward_onnx_givesTheObjectOfPytorch() throws IOException {
        Path model = TinyModel.in(folder);
        List<Path> before = temporary();
        JsonNode torch =
                CommandRun.withInput(BATCH, "forward", model, "-", "--json").json();
        JsonNode onnx = CommandRun.withInput(BATCH, "forward", model, "-", "--runtime", "onnx", "--json")
                .json();
        JsonNode exported = CommandRun.withInput(BATCH, "forward", export(model), "-", "--json")
                .json();

        assertThat(onnx.properties().stream().map(entry -> entry.getKey()))
                .containsExactlyElementsOf(
                        torch.properties().stream().map(entry -> entry.getKey()).toList())
                .containsExactly("logits", "loss", "pooler", "hidden");
        torch.properties().forEach(entry -> assertClose(onnx.path(entry.getKey()), entry.getValue()));
        assertThat(exported.properties().stream().map(entry -> entry.getKey())).containsExactly("logits", "loss");
        assertClose(exported.path("logits"), torch.path("logits"));
        assertClose(exported.path("loss"), torch.path("loss"));
        assertThat(temporary()).isEqualTo(before);
    }

    @Test
    void forward_onnxWithAHeadThatTheFilesLack_isRefused() throws IOException {
        CommandRun run =
                CommandRun.withInput(BATCH, "forward", TinyModel.in(folder), "-", "--head", "qa", "--runtime", "onnx");
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).contains("the head is not whole").contains("qa_outputs.weight");
    }

    /** A bare encoder, whose card pools the first token. */
    private Path encoder() throws IOException {
        Path sources = TinyModel.sources(Files.createDirectories(folder.resolve("sources")));
        Path config = sources.resolve("config.json");
        Files.writeString(config, TinyModel.CONFIG.replace("BertForSequenceClassification", "BertModel"));
        Path model = folder.resolve("encoder");
        CommandRun run = CommandRun.of("init", "--config", config, "--tokenizer", sources, "--out", model);
        assertThat(run.exitCode()).as(run.err()).isZero();
        return model;
    }

    private static Path card(Path model) throws IOException {
        Files.createDirectories(model.resolve("1_Pooling"));
        Files.writeString(model.resolve("1_Pooling/config.json"), "{\"pooling_mode_cls_token\": true}");
        return model;
    }

    /** The hidden states of PyTorch for [CLS] hello world [SEP]. */
    private static JsonNode hidden(Path encoder) throws IOException {
        return CommandRun.withInput("{\"input_ids\": [[2, 5, 6, 3]]}", "forward", encoder, "-", "--json")
                .json()
                .path("hidden")
                .path(0);
    }

    @Test
    void embed_jsonLines_holdTheFirstTokensStateAsTheCardSays() throws IOException {
        Path model = card(encoder());
        CommandRun run = CommandRun.withInput("world\nhello world\n\n", "embed", "--model", model, "--json");
        assertThat(run.exitCode()).as(run.err()).isZero();

        List<String> lines = run.out().lines().toList();
        assertThat(lines).hasSize(3);
        JsonNode second = new ObjectMapper().readTree(lines.get(1));
        assertThat(second.path("text").asText()).isEqualTo("hello world");
        assertClose(second.path("vector"), hidden(model).path(0));
        Path file = folder.resolve("vectors.jsonl");
        CommandRun.withInput("world\nhello world\n\n", "embed", "--model", model, "--out", file);
        assertThat(Files.readAllLines(file)).isEqualTo(lines);
    }

    /** The bytes as NumPy's format describes them: magic, version 1.0, length of the header, a dictionary, float32. */
    @Test
    void embed_npy_isATableOfNumpy() throws IOException {
        Path model = encoder();
        Path texts = Files.writeString(folder.resolve("texts.txt"), "world\nhello world\nhello\n");
        Path file = folder.resolve("vectors.npy");
        CommandRun run = CommandRun.of(
                "embed", "--model", model, "--texts", texts, "--pooling", "mean", "--no-normalize", "--out", file);
        assertThat(run.exitCode()).as(run.err()).isZero();

        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        byte[] magic = new byte[8];
        bytes.get(magic);
        assertThat(magic).containsExactly(0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0);
        byte[] header = new byte[bytes.getShort()];
        assertThat((header.length + 10) % 64).isZero();
        bytes.get(header);
        assertThat(new String(header, StandardCharsets.US_ASCII))
                .startsWith("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }")
                .endsWith("\n");
        assertThat(bytes.remaining()).isEqualTo(3 * 4 * 4);
        JsonNode states = hidden(model);
        for (int i = 0; i < 4; i++) {
            double mean = 0;
            for (JsonNode state : states) {
                mean += state.path(i).asDouble() / 4;
            }
            assertThat((double) bytes.getFloat(bytes.position() + 16 + 4 * i)).isCloseTo(mean, within(1e-5));
        }
    }

    @Test
    void embed_modelWithoutCard_asksForWhatItSays() throws IOException {
        CommandRun run = CommandRun.withInput("hello\n", "embed", "--model", encoder());
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("1_Pooling/config.json").contains("--pooling mean or cls");
        CommandRun people = CommandRun.withInput(
                "hello\n", "embed", "--model", folder.resolve("encoder"), "--pooling", "cls", "--normalize");
        assertThat(people.out()).endsWith("(4)  hello\n");
    }

    @Test
    void embed_wrongUse_isToldBeforeAnythingIsComputed() throws IOException {
        CommandRun ending = CommandRun.of("embed", "--model", "nowhere", "--out", "vectors.csv");
        assertThat(ending.exitCode()).isEqualTo(2);
        assertThat(ending.err()).contains("--out is vectors.csv").contains(".npy");
        CommandRun classifier = CommandRun.withInput(
                "hello\n", "embed", "--model", TinyModel.in(folder), "--pooling", "mean", "--normalize");
        assertThat(classifier.exitCode()).isEqualTo(2);
        assertThat(classifier.err()).contains("gives no hidden states");
    }
}
