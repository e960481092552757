package ai.graft.finetune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.graft.finetune.engine.TorchNetwork;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What commands say of how far answers can be trusted: confidence, texts of no label, words. */
class TrustCommandsTest {
    @TempDir
    static Path folder;

    private static Path model;
    private static Path exported;
    private static Path test;

    @BeforeAll
    static void make() throws IOException {
        TorchNetwork.threads(1);
        model = TinyModel.in(folder);
        exported = folder.resolve("exported");
        assertThat(CommandRun.of("export", "--model", model, "--out", exported).exitCode())
                .isZero();
        test = file("test.csv", "text,label\nhello,no\nworld,yes\nhello worlds,no\nworld world,yes\n");
    }

    private static Path file(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    /** Another model of the same weights with other outputs. */
    private static Path otherwise(String name, String from, String to) throws IOException {
        Path made = folder.resolve(name);
        if (Files.exists(made)) {
            return made;
        }
        Path sources = TinyModel.sources(Files.createDirectories(folder.resolve(name + "-sources")));
        Files.writeString(sources.resolve("config.json"), TinyModel.CONFIG.replaceAll(from, to));
        CommandRun run = CommandRun.of(
                "init", "--config", sources.resolve("config.json"), "--tokenizer", sources, "--out", made);
        assertThat(run.exitCode()).as(run.err()).isZero();
        return made;
    }

    private static Path regressor() throws IOException {
        return otherwise(
                "regressor", "\"id2label\".*", "\"id2label\": {\"0\": \"score\"}, \"label2id\": {\"score\": 0}}");
    }

    @Test
    void predict_abstainBelow_givesNoLabelToUnsureTexts() throws IOException {
        // the weights are small, so that both labels have about one half
        JsonNode unsure = CommandRun.of("predict", "--model", model, "--abstain-below", "0.9", "--json", "hello")
                .json();
        JsonNode sure = CommandRun.of("predict", "--model", exported, "--abstain-below", "0.1", "--json", "hello")
                .json();

        assertThat(unsure.path("abstains").booleanValue()).isTrue();
        assertThat(unsure.path("label").textValue()).isIn("no", "yes");
        assertThat(sure.path("abstains").booleanValue()).isFalse();
        assertThat(CommandRun.of("predict", "--model", model, "--abstain-below", "0.9", "hello")
                        .out())
                .startsWith("(abstains)");
        assertThat(CommandRun.of("predict", "--model", model, "--abstain-below", "0.9", "--csv", "hello")
                        .out())
                .contains("\nhello,,0.5");
    }

    @Test
    void predict_abstainBelowNoProbabilityOrOfNumbers_refused() throws IOException {
        CommandRun wrong = CommandRun.of("predict", "--model", model, "--abstain-below", "90", "hello");
        CommandRun numbers = CommandRun.of("predict", "--model", regressor(), "--abstain-below", "0.9", "hello");

        assertThat(wrong.exitCode()).isEqualTo(2);
        assertThat(wrong.err()).contains("--abstain-below is 90.0, expected a probability from 0 to 1");
        assertThat(numbers.exitCode()).isEqualTo(2);
        assertThat(numbers.err()).contains("--abstain-below is for models that give one label");
    }

    @Test
    void evaluate_outOfScope_tellsBothScoresAndTheTableOfCoverage() throws IOException {
        Path outside = file("outside.txt", "worlds worlds\nhello hello hello\n");
        for (Path named : new Path[] {model, exported}) {
            JsonNode json = CommandRun.of(
                            "evaluate", "--model", named, "--test", test, "--out-of-scope", outside, "--json")
                    .json();

            assertThat(json.path("out_of_scope").path("inside").intValue()).isEqualTo(4);
            assertThat(json.path("out_of_scope").path("outside").intValue()).isEqualTo(2);
            assertThat(json.path("out_of_scope").path("energy_roc_auc").doubleValue())
                    .isBetween(0.0, 1.0);
            assertThat(json.path("coverage").path(0).path("wanted_coverage").doubleValue())
                    .isEqualTo(1);
            assertThat(json.path("coverage").path(0).path("accuracy")).isEqualTo(json.path("accuracy"));
        }
        assertThat(CommandRun.of("evaluate", "--model", model, "--test", test, "--out-of-scope", outside)
                        .out())
                .contains("answers withheld below a threshold", "out of scope: 2 texts beside 4");
    }

    @Test
    void evaluate_outOfScopeEmptyOrMissingOrOfNumbers_refused() throws IOException {
        Path numbers = file("numbers.csv", "text,label\nhello,1.5\nworld,2.5\nworlds,0.5\n");
        CommandRun empty =
                CommandRun.of("evaluate", "--model", model, "--test", test, "--out-of-scope", file("empty.txt", ""));
        CommandRun missing = CommandRun.of(
                "evaluate", "--model", model, "--test", test, "--out-of-scope", folder.resolve("none.txt"));
        CommandRun regression =
                CommandRun.of("evaluate", "--model", regressor(), "--test", numbers, "--out-of-scope", test);

        assertThat(empty.exitCode()).isEqualTo(3);
        assertThat(empty.err()).contains("empty.txt");
        assertThat(missing.exitCode()).isEqualTo(3);
        assertThat(missing.err()).contains("none.txt");
        assertThat(regression.exitCode()).as(regression.err()).isEqualTo(2);
        assertThat(regression.err()).contains("--out-of-scope is for models that give one label");
    }

    @Test
    void explain_text_namesItsWordsForPeopleAndPrograms() throws IOException {
        Path page = folder.resolve("why.html");
        JsonNode json = CommandRun.of("explain", "--model", model, "--text", "hello worlds", "--json")
                .json();
        CommandRun run = CommandRun.of("explain", "--model", model, "--text", "hello worlds", "--html", page);

        assertThat(json.path("words").findValuesAsText("word")).containsExactly("hello", "worlds");
        assertThat(json.path("error").doubleValue()).isLessThan(0.02);
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out())
                .containsPattern("(hello|worlds)\\([+-]\\d\\.\\d\\d\\)")
                .doesNotContain("\u001b");
        assertThat(Files.readString(page)).contains("worlds</span>");
    }

    @Test
    void explain_fileWithDeletion_drawsTheCurve() throws IOException {
        JsonNode json = CommandRun.of("explain", "--model", model, "--deletion", "--json", "--most", "3", test)
                .json();

        assertThat(json.path("texts").intValue()).isEqualTo(3);
        assertThat(json.path("deletion").size()).isEqualTo(6);
        assertThat(CommandRun.of("explain", "--model", model, "--deletion", test)
                        .out())
                .contains("over 4 texts")
                .containsPattern("\n +50 %");
    }

    @Test
    void explain_wrongUse_refusedWithWhatToDo() throws IOException {
        Path answers = otherwise("answers", "ForSequenceClassification", "ForQuestionAnswering");
        assertRefused("Give --text", "--model", model);
        assertRefused("the text is empty", "--model", model, "--text", " ");
        assertRefused("steps is 0, expected 1 to 800", "--model", model, "--text", "hello", "--steps", "0");
        assertRefused("label 'maybe' is not among", "--model", model, "--text", "hello", "--label", "maybe");
        assertRefused("is an exported model, which has no gradients", "--model", exported, "--text", "hello");
        assertRefused("only labels are explained", "--model", regressor(), "--text", "hello");
        assertRefused("answers questions", "--model", answers, "--text", "hello");
        assertRefused("--most is 0", "--model", model, "--most", "0", test);
        assertRefused("Give --text once", "--model", model, "--pair", "hello", test);
        assertThat(CommandRun.of("explain", "--model", model, folder.resolve("none.csv"))
                        .exitCode())
                .isEqualTo(3);
    }

    private static void assertRefused(String message, Object... words) {
        Object[] all = new Object[words.length + 1];
        all[0] = "explain";
        System.arraycopy(words, 0, all, 1, words.length);
        CommandRun run = CommandRun.of(all);
        assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
        assertThat(run.err()).contains(message);
    }
}
