package ai.graft.finetune.train;

import static ai.graft.finetune.train.TinyTraining.options;
import static ai.graft.finetune.train.TinyTraining.report;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.graft.datasets.Dataset;
import ai.graft.datasets.DatasetException;
import ai.graft.datasets.Example;
import ai.graft.datasets.Split;
import ai.graft.finetune.engine.Precision;
import ai.graft.model.checkpoint.Checkpoint;
import ai.graft.model.checkpoint.CheckpointException;
import ai.graft.model.task.Task;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A teacher of two layers that tells good reviews from bad ones, and what students learn of it. */
class DistillationTest {
    private static final Dataset TEXTS = TinyData.reviews("texts.txt", 160, 5);
    private static final Dataset UNSEEN = TinyData.reviews("unseen", 60, 3);

    @TempDir
    static Path folder;

    private static String directory = "";
    private static String base = "";

    private final List<String> notes = new ArrayList<>();
    private final FineTuned teacher = FineTuned.open(Path.of(directory));

    @BeforeAll
    static void train() {
        base = TinyCheckpoint.write(folder.resolve("base")).toString();
        Path two = TinyCheckpoint.write(folder.resolve("two"), 2);
        TrainingOptions options = options()
                .epochs(30)
                .hiddenDropout(0.02)
                .attentionDropout(0)
                .classifierDropout(0)
                .evalMetric("loss")
                .build();
        directory = folder.resolve("teacher").toString();
        try (FineTuned trained = FineTuning.of(two.toString())
                .options(options)
                .train(TinyData.reviews("train.tsv", 128, 1), TinyData.reviews("validation.tsv", 20, 2))) {
            assertThat(trained.evaluate(UNSEEN).metric("accuracy")).isEqualTo(1);
            trained.save(Path.of(directory));
        }
    }

    @AfterEach
    void close() {
        teacher.close();
    }

    private Distillation distillation() {
        return Distillation.of(teacher, directory)
                .precision(Precision.FP32)
                .batchSize(8)
                .epochs(8)
                .learningRate(1e-2)
                .listener(new TrainingListener() {
                    @Override
                    public void note(String text) {
                        notes.add(text);
                    }
                });
    }

    /** Labels that happen to stand beside the texts say the opposite of the teacher: they must not count. */
    @Test
    void distill_textsAlone_studentOfOneLayerAnswersAsTheTeacher() throws IOException {
        Path out = folder.resolve("student");
        try (FineTuned student = distillation().layers(1).distill(TinyData.contradicted(TEXTS))) {
            assertThat(student.evaluate(UNSEEN).metric("accuracy")).isGreaterThan(0.95);
            assertThat(student.task().labels()).isEqualTo(teacher.task().labels());
            assertThat(report(student).baseModel()).isEqualTo(directory);
            assertThat(report(student).validation().examples()).isEqualTo(16);
            assertThat(notes).anyMatch(note -> note.startsWith("judged by the teacher's answers to "));
            student.save(out);
        }
        assertThat(Checkpoint.open(out).config().model().numHiddenLayers()).isEqualTo(1);
        JsonNode settings =
                new ObjectMapper().readTree(out.resolve("graft.json").toFile()).at("/provenance/settings");
        assertThat(settings.path("teacher").asText()).isEqualTo("teacher");
        assertThat(settings.path("distillation_temperature").asText()).isEqualTo("2.0");
        assertThat(settings.path("layers").asText()).isEqualTo("1");
        assertThat(out.resolve("golden.json")).isNotEmptyFile();
        try (FineTuned opened = FineTuned.open(out)) {
            assertThat(opened.evaluate(UNSEEN).metric("accuracy")).isGreaterThan(0.95);
        }
    }

    /** Labels that contradict the teacher: alpha says who is believed. */
    @Test
    void distill_alpha_weighsTheTeacherAgainstLabels() {
        Dataset labelled = TinyData.contradicted(TinyData.reviews("labelled", 128, 7));
        Dataset few = TinyData.reviews("few", 4, 8);
        try (FineTuned ofLabels =
                        distillation().student(base).alpha(0).epochs(20).distill(few, labelled);
                FineTuned ofTeacher =
                        distillation().student(base).alpha(1).epochs(20).distill(few, labelled)) {
            assertThat(ofLabels.evaluate(UNSEEN).metric("accuracy")).isLessThan(0.1);
            assertThat(ofTeacher.evaluate(UNSEEN).metric("accuracy")).isGreaterThanOrEqualTo(0.5);
        }
    }

    @Test
    void distill_studentWithOtherIds_readsForItself() throws IOException {
        Path other = TinyCheckpoint.write(folder.resolve("other-ids"));
        List<String> words = new ArrayList<>(Files.readAllLines(other.resolve("vocab.txt")));
        Collections.reverse(words.subList(5, words.size())); // behind the special tokens
        Files.write(other.resolve("vocab.txt"), words);

        try (FineTuned student =
                distillation().student(other.toString()).epochs(20).distill(TEXTS)) {
            assertThat(student.evaluate(UNSEEN).metric("accuracy")).isGreaterThan(0.9);
        }
    }

    @Test
    void distill_sameSeed_sameLosses() {
        try (FineTuned one = distillation().layers(1).epochs(1).distill(TEXTS);
                FineTuned two = distillation().layers(1).epochs(1).distill(TEXTS)) {
            assertThat(TinyTraining.points(two)).isEqualTo(TinyTraining.points(one));
        }
    }

    @Test
    void heldBack_texts_areApartAndHaveTheTeachersAnswers() {
        Split parts = distillation().heldBack(TinyData.contradicted(TEXTS));

        assertThat(parts.rest().size()).isEqualTo(16);
        assertThat(teacher.evaluate(parts.rest()).metric("accuracy")).isEqualTo(1);
        assertThat(parts.train().examples().stream().map(Example::text))
                .doesNotContainAnyElementsOf(
                        parts.rest().examples().stream().map(Example::text).toList());
    }

    @Test
    void distill_textsThatAreLabelledOrJudgedBy_areLeftOut() {
        Dataset labelled = TinyData.reviews("labelled", 40, 9);
        List<Example> rows = new ArrayList<>();
        rows.add(TinyData.example(" " + labelled.examples().get(0).text(), List.of(), 1));
        rows.add(TinyData.example("we saw the film", List.of(), 2));
        rows.add(TinyData.example("it was good music", List.of(), 3));
        Dataset test = Dataset.of("test", List.of(TinyData.example("it was good music", List.of("good"), 1)));
        try (FineTuned student =
                distillation().layers(1).epochs(1).judgedBy(test).distill(Dataset.of("texts.txt", rows), labelled)) {
            assertThat(notes)
                    .contains("2 of 3 unlabelled texts stand among the labelled or the held-back ones, too, and are"
                            + " left out");
            assertThat(report(student).trainTexts()).isEqualTo(36 + 1);
        }
    }

    @Test
    void check_outOfRange_saysWhatBeforeTheTeacherAnswers() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> distillation().temperature(0).distill(TEXTS))
                .withMessage("temperature of the distillation is 0.0, expected above 0 and finite");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> distillation().alpha(1.5).distill(TEXTS))
                .withMessageContaining("alpha is 1.5");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> distillation().layers(3).distill(TEXTS))
                .withMessage("layers is 3, but " + directory + " has 2: ask for 1 to 2");
        assertThatThrownBy(() -> distillation()
                        .student(folder.resolve("nowhere").toString())
                        .distill(TEXTS))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("nowhere");
        assertThat(notes).isEmpty();
    }

    @Test
    void check_multiLabelTeacher_namesItsTask() {
        Dataset topics = TinyData.topics("topics", 24, 1);
        try (FineTuned multi =
                FineTuning.of(base).options(options().epochs(1).build()).train(topics, topics)) {
            assertThat(multi.task()).isInstanceOf(Task.MultiLabel.class);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Distillation.of(multi, "topics").check())
                    .withMessage("the teacher topics is for the task multi-label, but only single-label models teach."
                            + " Train the smaller model on labelled texts.");
        }
    }

    @Test
    void distill_oneText_isTooFew() {
        assertThatThrownBy(() -> distillation().layers(1).distill(TinyData.reviews("one.txt", 1, 1)))
                .isInstanceOf(DatasetException.class)
                .hasMessageStartingWith("one.txt: 1 texts are left to learn from, but 2 or more are needed");
    }

    @Test
    void distill_labelUnknownToTheTeacher_namesTheRow() {
        Dataset labelled = Dataset.of(
                "labelled.tsv",
                List.of(
                        TinyData.example("a good film", List.of("good"), 2),
                        TinyData.example("a film", List.of("dull"), 3)));

        assertThatThrownBy(() -> distillation().layers(1).distill(TEXTS, new Split(labelled, UNSEEN)))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("labelled.tsv, row 3: label 'dull' is not among the 2 labels");
        assertThat(notes).noneMatch(note -> note.contains("answered"));
    }

    @Test
    void distill_stoppedWhileTheTeacherAnswers_keepsNothing() {
        assertThatThrownBy(() -> distillation().layers(1).stopWhen(() -> true).distill(TEXTS))
                .isInstanceOf(CancellationException.class)
                .hasMessage("stopped while the teacher answered: nothing is kept");
    }
}
