package ai.graft.finetune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
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

/** Questions by the command line: what was the weather like? The answer is the one word of weather. */
class QuestionCommandsTest {
    private static final List<String> WEATHER = List.of("sunny", "rainy", "foggy");

    @TempDir
    static Path folder;

    private static Path train;
    private static Path dev;
    private static Path model;

    @BeforeAll
    static void trainAModel() throws IOException {
        train = squad("train.json", 60, 0);
        dev = squad("dev.json", 12, 100);
        model = folder.resolve("model");
        CommandRun run = CommandRun.of(words("train", "--task qa --epochs 1", "--train", train, "--out", model));
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).contains("in percent, by the rules of SQuAD 1.1").contains("exact match");
        assertThat(run.err()).contains("read as SQuAD JSON").contains("question-answering: ");
    }

    /** Two articles of as many questions each. */
    private static Path squad(String name, int size, int firstId) throws IOException {
        ObjectNode file = JsonNodeFactory.instance.objectNode().put("version", "1.1");
        ArrayNode articles = file.putArray("data");
        for (int half = 0; half < 2; half++) {
            ArrayNode paragraphs =
                    articles.addObject().put("title", "Week " + half).putArray("paragraphs");
            for (int i = half * size / 2; i < (half + 1) * size / 2; i++) {
                String before = "On day " + i + " it was ";
                String answer = WEATHER.get(i % WEATHER.size());
                ObjectNode paragraph = paragraphs.addObject().put("context", before + answer + " in town.");
                ObjectNode question = paragraph.putArray("qas").addObject();
                question.put("id", "w" + (firstId + i)).put("question", "What was the weather like?");
                question.putArray("answers").addObject().put("text", answer).put("answer_start", before.length());
            }
        }
        return Files.writeString(folder.resolve(name), file.toString());
    }

    /** Words divided by blanks, and paths. */
    private static Object[] words(Object... parts) {
        List<Object> words = new ArrayList<>();
        for (Object part : parts) {
            words.addAll(part instanceof String text ? List.of(text.split(" ")) : List.of(part));
        }
        return words.toArray();
    }

    @Test
    void predict_questionAndContext_givesAStretchOfTheContext() throws IOException {
        String context = "It snowed. Later it was sunny in Bern.";
        JsonNode answer = CommandRun.of(
                        "predict",
                        "--model",
                        model,
                        "--question",
                        "What was the weather like?",
                        "--context",
                        context,
                        "--json")
                .json();

        int start = answer.path("start").asInt();
        int end = answer.path("end").asInt();
        assertThat(answer.path("answer").asText()).isEqualTo(context.substring(start, end));
        assertThat(answer.path("score").asDouble()).isBetween(0.0, 1.0);
        assertThat(answer.path("no_answer_score").isNumber()).isTrue();
        assertThat(answer.path("candidates").size()).isBetween(2, 20);
        assertThat(answer.path("candidates").path(0).path("answer")).isEqualTo(answer.path("answer"));
    }

    @Test
    void predict_contextInAFile_isReadFromIt() throws IOException {
        Path file = Files.writeString(folder.resolve("context.txt"), "All week it was foggy.");

        CommandRun run = CommandRun.of("predict", "--model", model, "--question", "How was it?", "--context", file);

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("[").doesNotContain("context.txt").hasLineCount(1);
    }

    @Test
    void predict_fileOfQuestions_writesPredictionsThatScoreAsTheModel() throws IOException {
        Path predictions = folder.resolve("predictions.json");
        CommandRun run = CommandRun.of("predict", "--model", model, dev, "--predictions", predictions, "--json");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).hasLineCount(12).contains("\"id\":\"w100\"");
        assertThat(new ObjectMapper().readTree(predictions.toFile()).size()).isEqualTo(12);

        JsonNode judged = CommandRun.of("evaluate", "--model", model, "--data", dev, "--json")
                .json();
        JsonNode scored = CommandRun.of(
                        "evaluate", "--task", "qa", "--data", dev, "--predictions", predictions, "--json")
                .json();

        for (String metric : List.of("exact_match", "f1", "total")) {
            assertThat(judged.path(metric)).isEqualTo(scored.path(metric));
        }
        assertThat(judged.path("examples_per_second").asDouble()).isPositive();
    }

    @Test
    void evaluate_onOnnxAgainstPyTorch_givesEqualAnswersAndAReport() throws IOException {
        Path exported = folder.resolve("exported");
        CommandRun export = CommandRun.of("export", "--model", model, "--out", exported);
        assertThat(export.exitCode()).as(export.err()).isZero();
        Path report = folder.resolve("report.html");

        JsonNode judged = CommandRun.of(words(
                        "evaluate",
                        "--json",
                        "--model",
                        exported,
                        "--against",
                        model,
                        "--data",
                        dev,
                        "--report",
                        report))
                .json();

        assertThat(judged.path("against").path("model").asText()).isEqualTo(model.toString());
        assertThat(judged.path("against").toString()).contains("\"p_value\"").doesNotContain("NaN");
        assertThat(report)
                .content()
                .contains("question answering", "exact match", "12 texts")
                .doesNotContain("NaN");
    }

    @Test
    void train_articlesOfAFile_areCountedFrom1() {
        Path out = folder.resolve("part");
        CommandRun run = CommandRun.of(words(
                "train --task qa --epochs 0.1 --train", train + "@1-1", "--validation", dev + "@2-2", "--out", out));

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.err()).contains("1 article, 30 paragraphs, 30 questions").contains("6 questions");
    }

    @Test
    void train_shortWindows_shareAThird() {
        Path out = folder.resolve("short");
        CommandRun run = CommandRun.of(words(
                "train --task qa --epochs 0.1 --max-length 16 --train", train, "--validation", dev, "--out", out));

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.err()).contains("60 of 60 texts are longer than 16 tokens", " windows, epochs");
        assertThat(out.resolve("graft.json")).content().contains("\"stride\" : 5");
    }

    @Test
    void train_articlesThatAreNotThere_saysWhichAre() {
        CommandRun run =
                CommandRun.of(words("train --task qa --train", train + "@2-3", "--out", folder.resolve("none")));

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("asks for the articles 2 to 3, but").contains("has 1 to 2.");
    }

    @ParameterizedTest
    @CsvSource({
        "--task qa --class-weights balanced, --class-weights is for labelled texts; but --task is qa",
        "--task qa --focal-loss 2, --focal-loss is for labelled texts; but --task is qa",
        "--task qa --label 2, --label is for labelled texts",
        "--stride 64, --stride is for questions. Give --task qa",
        "--task qa --stride -1, stride -1",
        "--task squad, task is 'squad'",
    })
    void train_optionsOfTheOtherTask_areRefused(String options, String message) {
        CommandRun run = CommandRun.of(words("train", options, "--train", train, "--out", folder.resolve("refused")));

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains(message.replace(';', ','));
        assertThat(folder.resolve("refused")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({
        "--question why?, is given --question and --context; or one",
        "--context text, is given --question and --context; or one",
        "--question why? --context text dev.json, Give one of both.",
        "--question why? --context   , questions[0] has no context",
    })
    void predict_halfAQuestion_saysWhatIsNeeded(String options, String message) {
        List<Object> words = new ArrayList<>(List.of(words("predict --model", model, options.stripTrailing())));
        if (options.endsWith("--context")) {
            words.add(" ");
        }
        CommandRun run = CommandRun.of(words.toArray());

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains(message.replace(';', ','));
    }

    @Test
    void predict_modelThatAnswersNothing_saysHowToTrainOne() {
        CommandRun run = CommandRun.of("predict", "--model", "minilm", "--question", "why?", "--context", "text");

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).contains("has no question-answering head").contains("--task qa");
    }

    @Test
    void evaluate_optionsOfScoringWithAModel_areRefused() {
        CommandRun run = CommandRun.of("evaluate", "--model", model, "--data", dev, "--predictions", "p.json");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("--predictions score a file of answers, without --model");
    }
}
