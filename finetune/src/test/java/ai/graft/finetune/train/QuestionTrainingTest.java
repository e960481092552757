package ai.graft.finetune.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.graft.datasets.Article;
import ai.graft.datasets.DatasetException;
import ai.graft.datasets.Paragraph;
import ai.graft.datasets.Question;
import ai.graft.datasets.QuestionSet;
import ai.graft.finetune.evaluate.SpanEvaluation;
import ai.graft.model.checkpoint.CheckpointException;
import ai.graft.model.task.AnswerRules;
import ai.graft.model.task.FoundAnswer;
import ai.graft.serving.onnx.ExportOptions;
import ai.graft.serving.onnx.OnnxExporter;
import ai.graft.serving.predict.PredictorOptions;
import ai.graft.tokenizer.TextInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuestionTrainingTest {
    private static final QuestionSet VALIDATION = TinyQuestions.partlyAnswered("validation.json", 45, 2);

    @TempDir
    static Path folder;

    private static Path base;
    private static FineTunedAnswerer model;
    private static Path saved;

    @BeforeAll
    static void trainAndSave() {
        base = TinyCheckpoint.write(folder.resolve("base"));
        model = training().train(TinyQuestions.partlyAnswered("train.json", 240, 1), VALIDATION);
        saved = folder.resolve("saved");
        model.save(saved);
    }

    @AfterAll
    static void close() {
        model.close();
    }

    private static FineTuning training() {
        return FineTuning.of(base.toString())
                .options(TinyTraining.options().epochs(12).build());
    }

    @Test
    void train_answersToldByAWord_findsThemInUnseenTexts() {
        SpanEvaluation evaluation = model.evaluate(TinyQuestions.answered("test.json", 60, 3));

        assertThat(evaluation.metric("f1")).isGreaterThan(95);
        FoundAnswer answer = model.answer(TinyQuestions.QUESTION, "it is awful and this story");
        assertThat(answer.text()).isEqualTo("awful");
        assertThat(answer.start()).isEqualTo(6);
        assertThat(answer.end()).isEqualTo(11);
        assertThat(answer.score()).isBetween(0.5, 1.0);
    }

    @Test
    void train_someWithoutAnswer_choosesAThresholdAndSaysNone() {
        assertThat(model.rules().noAnswerThreshold()).isPresent();
        assertThat(model.evaluate(VALIDATION).metric("NoAns_f1")).isGreaterThan(90);

        FoundAnswer answer = model.answer(TinyQuestions.QUESTION, "this story is the plot and we saw it");

        assertThat(answer.isAnswer()).isFalse();
        assertThat(answer.text()).isEmpty();
        assertThat(answer.candidates()).isNotEmpty();
        assertThat(answer.noAnswerScore())
                .isGreaterThan(model.rules().noAnswerThreshold().orElseThrow());
    }

    @Test
    void train_allAnswered_alwaysAnswers() {
        try (FineTunedAnswerer always = FineTuning.of(base.toString())
                .options(TinyTraining.options().epochs(1).build())
                .train(TinyQuestions.answered("train.json", 40, 1), TinyQuestions.answered("dev.json", 20, 2))) {
            assertThat(always.rules()).isEqualTo(AnswerRules.DEFAULTS);
            assertThat(always.answer(TinyQuestions.QUESTION, "the plot is the plot")
                            .isAnswer())
                    .isTrue();
        }
    }

    @Test
    void train_oneSet_holdsContextsBack() {
        try (FineTunedAnswerer one = FineTuning.of(base.toString())
                .options(TinyTraining.options().epochs(1).build())
                .train(TinyQuestions.answered("train.json", 50, 1))) {
            TrainingReport report = one.report().orElseThrow();
            assertThat(report.trainTexts()).isEqualTo(45);
            assertThat(report.validation().examples()).isEqualTo(5);
        }
    }

    @Test
    void open_savedModel_answersAsBefore() {
        List<TextInput> questions = Answers.inputs(VALIDATION.questions());
        try (FineTunedAnswerer opened = FineTunedAnswerer.open(saved)) {
            assertThat(opened.rules()).isEqualTo(model.rules());
            assertThat(opened.limit().maxLength()).isEqualTo(TinyCheckpoint.POSITIONS);
            assertThat(opened.answer(questions).stream().map(FoundAnswer::text))
                    .containsExactlyElementsOf(model.answer(questions).stream()
                            .map(FoundAnswer::text)
                            .toList());
        }
    }

    @Test
    void save_filesOfTheDirectory_tellTheTask() throws IOException {
        assertThat(saved.resolve("config.json")).content().contains("BertForQuestionAnswering");
        assertThat(saved.resolve("graft.json"))
                .content()
                .contains("question-answering", "\"stride\" : 128", "no_answer_threshold");
        assertThat(saved.resolve("golden.json")).content().contains("start_logits", "end_logits");
        assertThat(saved.resolve("README.md"))
                .content()
                .contains("pipeline_tag: question-answering", "--question", "pipeline(\"question-answering\"");
        assertThat(saved.resolve("report.html")).content().contains("question answering");
        assertThat(Files.readString(saved.resolve("history.csv"))).contains("f1");
    }

    @Test
    void export_savedModel_answersTheSameOnOnnxRuntime() {
        Path exported = folder.resolve("exported");
        assertThat(OnnxExporter.export(saved.toString(), exported, ExportOptions.DEFAULT)
                        .metadata()
                        .proof()
                        .against())
                .isEqualTo("golden.json");
        List<TextInput> questions = Answers.inputs(VALIDATION.questions());
        List<FoundAnswer> expected = model.answer(questions);
        try (OnnxAnswerer answerer = OnnxAnswerer.open(exported, PredictorOptions.defaults())) {
            List<FoundAnswer> answers = answerer.answer(questions);

            assertThat(answers.stream().map(FoundAnswer::text))
                    .containsExactlyElementsOf(
                            expected.stream().map(FoundAnswer::text).toList());
            for (int i = 0; i < answers.size(); i++) {
                assertThat(answers.get(i).noAnswerScore())
                        .isCloseTo(expected.get(i).noAnswerScore(), org.assertj.core.api.Assertions.within(1e-3));
            }
        }
    }

    @Test
    void answer_contextOfManyWindows_findsTheOneWord() {
        Random random = new Random(5);
        String before = TinyQuestions.words(random, 700);
        String context = before + " great " + TinyQuestions.words(random, 900);
        try (FineTunedAnswerer windows = FineTuning.of(base.toString())
                .options(TinyTraining.options()
                        .epochs(12)
                        .maxLength(32)
                        .answerRules(new AnswerRules(8, 30, 20, Optional.empty()))
                        .build())
                .train(TinyQuestions.answered("train.json", 240, 1), TinyQuestions.answered("dev.json", 20, 2))) {
            FoundAnswer answer = windows.answer(TinyQuestions.QUESTION, context);

            assertThat(answer.text()).isEqualTo("great");
            assertThat(answer.start()).isEqualTo(before.length() + 1);
        }
    }

    @Test
    void answer_thousandsOfQuestions_comeInTheirOrder() {
        QuestionSet many = TinyQuestions.answered("many.json", 1100, 9);

        List<FoundAnswer> answers = model.answer(Answers.inputs(many.questions()));

        assertThat(answers).hasSize(1100);
        for (int i = 0; i < answers.size(); i += 100) {
            Question question = many.questions().get(i);
            assertThat(answers.get(i).text())
                    .isEqualTo(model.answer(question.question(), question.context())
                            .text());
        }
    }

    @Test
    void answer_blankTexts_areRefusedByTheirPlace() {
        assertThatThrownBy(() -> model.answer("  ", "the film"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("questions[0] has a blank question");
        assertThatThrownBy(() -> model.answer(List.of(TextInput.of("is it good"))))
                .hasMessageContaining("questions[0] has no context");
    }

    @Test
    void answer_questionLongerThanTheModel_isNamed() {
        QuestionSet set = QuestionSet.of(
                "long.json",
                List.of(new Article(
                        "films",
                        List.of(new Paragraph(
                                "the film is great",
                                List.of(Question.of(
                                        "q-long",
                                        TinyQuestions.words(new Random(1), 80),
                                        "the film is great",
                                        List.of(new ai.graft.datasets.AnswerSpan("great", 12)))))))));

        assertThatThrownBy(() -> model.evaluate(set))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("question 'q-long': ")
                .hasMessageContaining("leaves no room for the context under maxLength 64");
    }

    @Test
    void train_nothingToLearn_saysSo() {
        QuestionSet unsound = QuestionSet.of(
                "unsound.json",
                List.of(new Article(
                        "films",
                        List.of(new Paragraph(
                                "the film is great",
                                List.of(new Question(
                                        "q",
                                        "is it good",
                                        "the film is great",
                                        List.of(),
                                        List.of("awful"),
                                        false)))))));

        assertThatThrownBy(() -> training().train(unsound, VALIDATION))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("unsound.json: no question has an answer that stands where the file says");
    }

    @Test
    void train_unknownMetric_isRefusedBeforeTheTraining() {
        FineTuning training = FineTuning.of(base.toString())
                .options(TinyTraining.options().evalMetric("accuracy").build());

        assertThatThrownBy(() -> training.train(VALIDATION, VALIDATION))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("accuracy")
                .hasMessageContaining("exact_match");
    }

    @Test
    void open_classifier_saysWhatIsMissing() {
        assertThatThrownBy(() -> FineTunedAnswerer.open(base))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("has no question-answering head")
                .hasMessageContaining("--task qa");
    }
}
