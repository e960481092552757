package ai.graft.finetune.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.graft.datasets.Article;
import ai.graft.datasets.Paragraph;
import ai.graft.datasets.Question;
import ai.graft.datasets.QuestionSet;
import ai.graft.finetune.engine.Precision;
import ai.graft.model.checkpoint.Checkpoint;
import ai.graft.model.task.AnswerRules;
import ai.graft.model.task.FoundAnswer;
import ai.graft.tokenizer.ContextWindow;
import ai.graft.tokenizer.TokenSpan;
import ai.graft.tokenizer.Tokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("shared")
class SharedQuestionsTest {
    private static final Checkpoint MINILM = Checkpoint.open("minilm");

    private static QuestionSet read(String name) {
        Path file = Path.of(System.getProperty("graft.shared", ""), "data", name);
        if (!Files.exists(file)) {
            throw new IllegalStateException(file + " is missing; name the folder with -Dshared.dir=…");
        }
        return QuestionSet.read(file);
    }

    /**
     * Expected are the numbers of first sound answers, blanks at their ends set aside, that begin and end at token borders by the
     * offsets of Python's tokenizers, and of those that do not: they were marked inside a word ("gold" in "golden").
     */
    @ParameterizedTest
    @CsvSource({
        "squad/train-v1.1-part.json.gz, 3785, 22",
        "squad/train-v2.0-part.json.gz, 4342, 29",
        "squad/dev-v1.1-super-bowl.json.gz, 794, 16",
        "squad/dev-v2.0-half.json.gz, 2908, 2",
        "squad/dev-v2.0-rhine.json, 290, 0",
        "policyqa/dev.json.gz, 3752, 57",
        "policyqa/test.json.gz, 4104, 48",
        "covidqa/200423_covidQA.json.gz, 1117, 29"
    })
    void windows_ofEveryFile_holdEverySoundAnswer(String name, int whole, int inside) {
        List<Question> questions = read(name).questions().stream()
                .filter(question -> !question.answers().isEmpty())
                .toList();
        try (Tokenizer tokenizer = Tokenizer.load(MINILM.directory())) {
            ContextRows rows = ContextRows.of(
                    Answers.inputs(questions), tokenizer, MINILM.config().model(), 384, AnswerRules.DEFAULTS);
            AnswerPlaces places = new AnswerPlaces(questions, rows);

            assertThat(List.of(places.whole(), places.inside(), places.outside()))
                    .containsExactly(whole, inside, 0);
            int decoded = 0;
            for (int i = 0; i < rows.windows().size(); i++) {
                Question question = questions.get(rows.owner(i));
                ContextWindow window = rows.windows().get(i);
                Optional<String> text = places.of(i).map(place -> textOf(window, place, question.context()));
                String answer = question.answers().get(0).text().strip();
                text.ifPresent(covered -> assertThat(covered).contains(answer));
                decoded += text.filter(answer::equals).isPresent() ? 1 : 0;
            }
            assertThat(decoded).isGreaterThanOrEqualTo(whole); // of two windows that share an answer both count
        }
    }

    private static String textOf(ContextWindow window, TokenSpan place, String context) {
        return context.substring(
                window.starts()[place.first() - window.first()], window.ends()[place.last() - window.first()]);
    }

    @Test
    void train_64Questions_learnsThemByHeart() {
        QuestionSet few = shortest(read("squad/train-v1.1-part.json.gz"), 64);
        TrainingOptions options = TrainingOptions.builder()
                .precision(Precision.FP32)
                .epochs(40)
                .learningRate(2e-4)
                .hiddenDropout(0)
                .attentionDropout(0)
                .evalSteps(40)
                .build();

        try (FineTunedAnswerer model = FineTuning.of("minilm").options(options).train(few, few)) {
            assertThat(model.evaluate(few).metric("f1")).isGreaterThan(95);
        }
    }

    /** The questions about the shortest contexts. */
    private static QuestionSet shortest(QuestionSet set, int size) {
        Map<String, List<Question>> byContext = set.questions().stream()
                .sorted(Comparator.comparingInt(question -> question.context().length()))
                .limit(size)
                .collect(Collectors.groupingBy(Question::context, LinkedHashMap::new, Collectors.toList()));
        List<Paragraph> paragraphs = new ArrayList<>();
        byContext.forEach((context, questions) -> paragraphs.add(new Paragraph(context, questions)));
        return QuestionSet.of("few", List.of(new Article("few", paragraphs)));
    }

    /** 140,000 letters of one context: read in some hundred windows. */
    @Test
    void answer_contextOf100000Letters_isReadWhole() {
        QuestionSet articles = read("covidqa/200423_covidQA.json.gz");
        String context = articles.articles().stream()
                .map(article -> article.paragraphs().get(0).context())
                .filter(text -> text.length() > 20_000)
                .limit(5)
                .reduce("", String::concat);
        assertThat(context.length()).isGreaterThan(100_000);
        QuestionSet few = shortest(read("squad/train-v1.1-part.json.gz"), 16);
        TrainingOptions options =
                TrainingOptions.builder().precision(Precision.FP32).epochs(1).build();

        try (FineTunedAnswerer model = FineTuning.of("minilm").options(options).train(few, few)) {
            FoundAnswer answer = model.answer("Who won the Super Bowl?", context);

            assertThat(answer.text()).isEqualTo(context.substring(answer.start(), answer.end()));
            assertThat(answer.tokens()).isGreaterThan(20_000);
            assertThat(answer.candidates().stream()
                            .mapToDouble(FoundAnswer.Candidate::score)
                            .sum())
                    .isCloseTo(1, within(1e-6));
        }
    }
}
