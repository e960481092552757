package ai.graft.finetune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code graft evaluate --task qa}: files of answers, right and wrong ones. Figures are sums done by hand. */
class QuestionScoringTest {
    private static final String DATA = """
            {"data": [{"paragraphs": [{"context": "Ada wrote the first program.", "qas": [
              {"id": "a", "question": "Who?", "answers": [{"text": "Ada", "answer_start": 0}]},
              {"id": "b", "question": "What?", "answers": [{"text": "the first program", "answer_start": 10}]},
              {"id": "c", "question": "Where?", "answers": [], "is_impossible": true}]}]}]}
            """;

    @TempDir
    Path folder;

    private Path file(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    private CommandRun score(String predictions, Object... more) throws IOException {
        List<Object> words = new ArrayList<>(List.of("evaluate", "--task", "qa", "--test", file("dev.json", DATA)));
        words.addAll(List.of("--predictions", file("answers.json", predictions)));
        words.addAll(List.of(more));
        return CommandRun.of(words.toArray());
    }

    private static void refused(CommandRun run, int code, String... parts) {
        assertThat(run.exitCode()).isEqualTo(code);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains(parts);
    }

    /** F1 1, then 2 * 1 * 0.5 / 1.5, then 0 for an answer where there is none. */
    @Test
    void evaluate_answersWithScores_givesTheFiguresOfBothKinds() throws IOException {
        Path scores = file("na.json", "{\"a\": 0.1, \"b\": 0.2, \"c\": 3}");
        CommandRun run = score("{\"a\": \"ada!\", \"b\": \"program\", \"c\": \"x\"}", "--na-probs", scores, "--json");

        JsonNode json = run.json();
        assertThat(json.get("exact_match").asDouble()).isEqualTo(100.0 / 3);
        assertThat(json.get("f1").asDouble()).isEqualTo(100 * (1 + 2 / 3.0) / 3);
        assertThat(json.get("total").asInt()).isEqualTo(3);
        assertThat(json.get("HasAns_exact").asDouble()).isEqualTo(50);
        assertThat(json.get("NoAns_f1").asDouble()).isZero();
        assertThat(json.get("best_exact").asDouble()).isEqualTo(200.0 / 3);
        assertThat(json.get("best_f1_thresh").asDouble()).isEqualTo(0.2);
        assertThat(run.err())
                .isEqualTo(folder.resolve("dev.json") + ": read as SQuAD JSON, 1 article, 1 paragraph,"
                        + " 3 questions, 1 unanswerable, 0 misplaced answers\n");
    }

    @Test
    void evaluate_forPeople_printsATableWithIntervals() throws IOException {
        CommandRun run = score("{\"a\": \"Ada\", \"b\": \"first program\", \"c\": \"\"}");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .startsWith("in percent, by the rules of SQuAD 2.0\n"
                        + "f1               100.0000   95 % interval 100.0000 to 100.0000, 3 examples\n")
                .contains("NoAns exact      100.0000 ");
    }

    @Test
    void evaluate_missingAndUnknownIds_saysWhichAndCountsThemWrong() throws IOException {
        CommandRun run = score("{\"a\": \"Ada\", \"x\": \"y\"}", "--json");

        assertThat(run.json().get("exact_match").asDouble()).isEqualTo(100.0 / 3);
        assertThat(run.json().get("missing").asInt()).isEqualTo(2);
        assertThat(run.err())
                .contains("answers.json: no answer to 2 of 3 questions, which counts as wrong: 'b', 'c'\n")
                .contains("answers.json: 1 answers to questions that ", "dev.json has not, left out: 'x'\n");
    }

    @Test
    void evaluate_answersToOtherQuestions_isRefused() throws IOException {
        refused(
                score("{\"1\": \"\", \"2\": \"\", \"3\": \"\", \"4\": \"\"}"),
                2,
                "has no answer to any of the 3 questions of ",
                "first ids: '1', '2', '3', ... there, 'a', 'b', 'c' here.");
        refused(score("{}"), 2, "first ids: none there");
    }

    @Test
    void evaluate_predictionsOfAnotherKind_areRefused() throws IOException {
        refused(score("[\"Ada\"]"), 3, "answers.json: holds no JSON object.");
        refused(
                score("{\"a\": [{\"text\": \"Ada\"}]}"),
                2,
                "answers.json: the value of 'a' is ARRAY, expected a text for each id, as {\"id\": \"answer\"}");
        refused(score("{\"a\": "), 3, "answers.json, line 1, column ");
        refused(
                score("{\"a\": \"Ada\"}", "--na-probs", file("na.json", "{\"a\": \"no\"}")),
                2,
                "na.json: the value of 'a' is STRING, expected a number for each id");
        refused(
                score("{\"a\": \"Ada\", \"b\": \"\"}", "--na-probs", file("na.json", "{\"a\": 1}")),
                2,
                "1 answers have no no-answer score, the first 'b'");
    }

    @Test
    void evaluate_rulesOfVersion1OnVersion2_namesTheUnanswerable() throws IOException {
        refused(
                score("{\"a\": \"Ada\"}", "--squad", "1.1"),
                2,
                "SQuAD 1.1 has no questions without answer, but 1 of 3 are, the first 'c'.");
        refused(score("{\"a\": \"Ada\"}", "--squad", "2"), 2, "is '2', expected 1.1 or 2.0");
        assertThat(score("{\"a\": \"Ada\"}", "--squad", "2.0").exitCode()).isZero();
    }

    @Test
    void evaluate_optionsThatDoNotGoTogether_areRefused() throws IOException {
        refused(score("{}", "--model", folder), 2, "the options --predictions score a file of answers");
        refused(score("{}", "--columns", "0,1"), 2, "the options --columns have no meaning with --task qa");
        Path data = file("dev.json", DATA);
        refused(CommandRun.of("evaluate", "--task", "qa", "--test", data), 2, "Add --predictions FILE.");
        refused(CommandRun.of("evaluate", "--task", "ner", "--test", data), 2, "--task is 'ner', expected qa.");
        refused(
                CommandRun.of("evaluate", "--test", data, "--model", "m", "--predictions", data),
                2,
                "the options --predictions score a file of answers, without --model.");
        refused(CommandRun.of("evaluate", "--test", data), 2, "Missing required option: '--model=D'", "--task qa");
    }

    @Test
    void evaluate_charsetOfATable_counts() throws IOException {
        Path table = Files.write(
                folder.resolve("a.csv"),
                "id,question,context,answer\n1,Who?,É.,É\n".getBytes(StandardCharsets.ISO_8859_1));
        Path answers = file("answers.json", "{\"1\": \"é\"}");
        CommandRun run = CommandRun.of(
                "evaluate", "--task", "qa", "--data", table, "--charset", "latin1", "--predictions", answers, "--json");

        assertThat(run.json().get("exact_match").asDouble()).isEqualTo(100);
        assertThat(run.json().get("squad").asText()).isEqualTo("1.1");
    }
}
