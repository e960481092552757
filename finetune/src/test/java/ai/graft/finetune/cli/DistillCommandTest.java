package ai.graft.finetune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command distill on a tiny model: right use, and every wrong use with its message. */
class DistillCommandTest {
    @TempDir
    static Path shared;

    @TempDir
    Path folder;

    private static Path bare = Path.of("");
    private static Path teacher = Path.of("");
    private static Path labelled = Path.of("");
    private static Path texts = Path.of("");

    @BeforeAll
    static void train() throws IOException {
        bare = TinyModel.in(shared);
        labelled = Files.writeString(
                shared.resolve("labelled.tsv"), "text\tlabel\n" + "hello\tyes\nworld\tno\n".repeat(20));
        StringBuilder lines = new StringBuilder();
        for (int i = 1; i <= 30; i++) {
            lines.append("hello ".repeat(i % 5 + 1)).append(i % 2 == 0 ? "worlds\n" : "\n");
        }
        texts = Files.writeString(shared.resolve("texts.txt"), lines);
        teacher = shared.resolve("teacher");
        CommandRun run = CommandRun.of(
                "train",
                "--model",
                bare,
                "--transfer",
                "full",
                "--train",
                labelled,
                "--out",
                teacher,
                "--max-length",
                10,
                "--epochs",
                1);
        assertThat(run.exitCode()).as(run.err()).isZero();
    }

    private CommandRun distill(Object... more) {
        Object[] words = {"distill", "--teacher", teacher, "--out", folder.resolve("out"), "--threads", 1};
        return CommandRun.of(Stream.concat(Stream.of(words), Stream.of(more)).toArray());
    }

    @Test
    void distill_withLabels_printsBothAndWritesAModel() throws IOException {
        CommandRun run = distill(
                "--student",
                bare,
                "--unlabelled",
                texts,
                "--train",
                labelled,
                "--test",
                labelled,
                "--epochs",
                1,
                "--alpha",
                0.7,
                "--json");
        JsonNode json = run.json();

        assertThat(json.path("split").asText()).isEqualTo("test");
        assertThat(json.path("labelled_by").asText()).isEqualTo("people");
        assertThat(json.path("examples").asInt()).isEqualTo(40);
        double kept = json.at("/student/accuracy").asDouble()
                / json.at("/teacher/accuracy").asDouble();
        assertThat(json.path("kept").asDouble()).isEqualTo(kept);
        assertThat(json.path("size_ratio").asDouble()).isEqualTo(1); // the same network
        assertThat(json.at("/student/megabytes").asDouble()).isEqualTo(4 * TinyModel.PARAMETERS / 1e6);
        assertThat(json.path("time_ratio").asDouble()).isPositive();
        assertThat(json.at("/best/metric").asText()).isEqualTo("accuracy");
        assertThat(run.err()).contains("texts.txt: ", "30 rows", "judged by part of ", "the teacher answered ");

        CommandRun answer = CommandRun.of("predict", "--model", folder.resolve("out"), "hello");
        assertThat(answer.exitCode()).as(answer.err()).isZero();
    }

    @Test
    void distill_textsAlone_saysWhoLabelledThem() {
        CommandRun run = distill("--layers", 1, "--unlabelled", texts, "--epochs", 1);

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out())
                .startsWith("On the validation data, labelled by the teacher itself:")
                .contains("The student keeps ", " of its time and\n1.00 of its size.");
        assertThat(run.err()).contains("judged by the teacher's answers to ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "--epochs 1; which student? Give --student M, or --layers N",
                "--layers 2; layers is 2, but ",
                "--layers 0; layers is 0, expected 1 or more",
                "--layers 1 --temperature 0; temperature of the distillation is 0.0, expected above 0 and finite",
                "--layers 1 --temperature -2; temperature of the distillation is -2.0, expected above 0 and finite",
                "--layers 1 --alpha 0.5; --alpha weighs the teacher against labels, but there are none. Give --train",
                "--layers 1 --epochs 0; epochs is 0.0, expected above 0 and finite",
            })
    void distill_wrongOption_isNamedAndNothingIsWritten(String options, String message) {
        Object[] words = Stream.concat(Stream.of("--unlabelled", texts), Stream.of(options.split(" ")))
                .toArray();
        CommandRun run = distill(words);

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("graft: " + message).doesNotContain("answered");
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void distill_alphaOutOfRange_isNamed() {
        CommandRun run = distill("--layers", 1, "--unlabelled", texts, "--train", labelled, "--alpha", 2);

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("graft: alpha is 2.0, expected 0 to 1");
    }

    @Test
    void distill_unusableFiles_saysWhatIsWrong() throws IOException {
        Path empty = Files.createFile(folder.resolve("empty.txt"));
        Path other = Files.writeString(folder.resolve("other.tsv"), "text\tlabel\nhello\tyes\nworld\tmaybe\n");

        assertThat(distill("--layers", 1, "--unlabelled", empty))
                .returns(3, CommandRun::exitCode)
                .satisfies(run -> assertThat(run.err()).contains("empty.txt: is empty"));
        assertThat(distill("--layers", 1, "--unlabelled", texts, "--test", other))
                .returns(3, CommandRun::exitCode)
                .satisfies(run -> assertThat(run.err())
                        .contains("other.tsv, row 3: label 'maybe' is not among the 2 labels")
                        .doesNotContain("answered"));
        assertThat(distill("--student", folder.resolve("nowhere"), "--unlabelled", texts))
                .returns(3, CommandRun::exitCode)
                .satisfies(run -> assertThat(run.err()).contains("nowhere").doesNotContain("answered"));
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void distill_teacherThatIsNoClassifier_saysSo() throws IOException {
        Path encoder = folder.resolve("encoder");
        Path sources = TinyModel.sources(Files.createDirectory(folder.resolve("sources")));
        Path config = sources.resolve("config.json");
        Files.writeString(config, TinyModel.CONFIG.replace("BertForSequenceClassification", "BertModel"));
        assertThat(CommandRun.of("init", "--config", config, "--tokenizer", sources, "--out", encoder)
                        .exitCode())
                .isZero();

        CommandRun run = CommandRun.of(
                "distill", "--teacher", encoder, "--layers", 1, "--unlabelled", texts, "--out", folder.resolve("out"));

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).contains("architecture BertModel has no classification head. Fine-tune it first");
    }
}
