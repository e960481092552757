package ai.graft.finetune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Train, evaluate and predict with data of other forms than one table, and with large ones. */
class DataFormsTest {
    @TempDir
    Path folder;

    private Path model;

    @BeforeEach
    void makeModel() throws IOException {
        model = TinyModel.in(folder);
    }

    private CommandRun train(Object... more) {
        Object[] words = {"train", "--model", model, "--out", folder.resolve("out"), "--max-length", "10"};
        Object[] all = Stream.concat(Stream.of(words), Stream.of(more)).toArray();
        return CommandRun.of(all);
    }

    private Path lines(String name, int count, String text) throws IOException {
        return Files.write(folder.resolve(name), Collections.nCopies(count, text));
    }

    @Test
    void trainEvaluate_oneFileALabel_labelsAreThoseOfTheCommandLine() throws IOException {
        String files = "yes=" + lines("a.pos", 20, "hello, world") + ",no=" + lines("a.neg", 20, "worlds");
        CommandRun run = train("--train", files, "--epochs", "1", "--json");
        assertThat(run.err()).contains("read as lines of text, one file a label, 40 rows, labels no (20), yes (20)");
        assertThat(run.json().path("labels").toString()).isEqualTo("[\"no\",\"yes\"]");
        JsonNode judged = CommandRun.of("evaluate", "--model", folder.resolve("out"), "--test", files, "--json")
                .json();
        assertThat(judged.path("examples").asInt()).isEqualTo(40);
    }

    @Test
    void trainEvaluate_splitFile_partsAreKeptApart() throws IOException {
        List<String> rows = IntStream.range(0, 30)
                .mapToObj(i -> i % 2 == 0 ? "no\tworlds " + i : "yes\thello " + i)
                .toList();
        Path data = Files.write(folder.resolve("a.tsv"), rows);
        Path split = Files.writeString(folder.resolve("split.json"), "{\"test\": [0, 1, 2, 3, 5, 7]}");
        JsonNode trained = train("--train", data, "--split", split, "--epochs", "1", "--json")
                .json();
        assertThat(trained.path("split").asText()).isEqualTo("test");
        assertThat(trained.path("examples").asInt()).isEqualTo(6);
        JsonNode judged = CommandRun.of(
                        "evaluate", "--model", folder.resolve("out"), "--test", data, "--split", split, "--json")
                .json();
        assertThat(judged.path("examples").asInt()).isEqualTo(6);
        assertThat(judged.path("confusion")).isEqualTo(trained.path("confusion"));
        Path other = Files.writeString(folder.resolve("other.json"), "{\"dev\": [0]}");
        CommandRun without =
                CommandRun.of("evaluate", "--model", folder.resolve("out"), "--test", data, "--split", other);
        assertThat(without.exitCode()).isEqualTo(2);
        assertThat(without.err()).contains("--split names the parts [train, dev], but 'test' is needed");
    }

    @Test
    void train_scoresAsClasses_advisesRegression() throws IOException {
        List<String> rows = IntStream.range(0, 40)
                .mapToObj(i -> "hello " + i + " world\t" + i / 8.0)
                .toList();
        Path data = Files.write(folder.resolve("a.tsv"), rows);
        CommandRun run = train("--train", data, "--task", "single-label");
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err())
                .contains("a.tsv: the labels are numbers on a scale, 40 different ones in 40 rows, such as 0.")
                .contains("Give --task regression");
    }

    @Test
    void predict_largeFile_isAnsweredAsItGoes() throws IOException {
        int rows = 5_000;
        Path data = folder.resolve("large.csv");
        try (BufferedWriter writer = Files.newBufferedWriter(data)) {
            writer.write("text\n");
            for (int i = 1; i <= rows; i++) {
                writer.write(i == 4_500 ? "\"hello\" world\n" : "hello world\n");
            }
        }
        CommandRun run = CommandRun.of("predict", "--model", model, "--json", data);
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err())
                .contains("large.csv: read as CSV, quoting, header")
                .contains("row 4501: a cell starts with a double quote");
        List<String> answers = run.out().lines().toList();
        assertThat(answers).hasSize(4_499);
        assertThat(new ObjectMapper().readTree(answers.get(4_498)).path("row").asInt())
                .isEqualTo(4_500);
    }

    @Test
    void predict_textsWithOptions_areReadAsTheySay() throws IOException {
        Path data = Files.writeString(folder.resolve("a.json"), """
                {"rows": [{"title": "hello", "body": "world"}, {"title": "worlds", "body": ""}]}
                """);
        CommandRun run =
                CommandRun.of("predict", "--model", model, "--records", "rows", "--text", "title,body", "--csv", data);
        assertThat(run.err()).contains("a.json: read as JSON, records rows, text = title + body");
        assertThat(run.out().lines().skip(1)).hasSize(2).first().asString().startsWith("hello world,");
    }
}
