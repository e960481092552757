package ai.graft.notebooks.samples;

import static org.assertj.core.api.Assertions.assertThat;

import ai.graft.datasets.Question;
import ai.graft.datasets.QuestionSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Invented towns whose answers stand where the file says. */
class TownQuestionsTest {
    @TempDir
    Path folder;

    @Test
    void write_everyAnswer_standsInItsContext() throws IOException {
        QuestionSet towns = QuestionSet.read(TownQuestions.write(folder, 60, 3));

        assertThat(towns.articles()).hasSize(60);
        assertThat(towns.misplaced()).isEmpty();
        assertThat(towns.questions()).hasSize(300);
        assertThat(towns.questions().stream().filter(Question::impossible)).hasSize(60);
        assertThat(towns.questions())
                .allMatch(question ->
                        question.impossible() == question.goldTexts().isEmpty())
                .noneMatch(question -> (question.question() + question.context()).contains("{"));
    }

    @Test
    void write_theSameSeed_givesTheSameFile() throws IOException {
        String once = Files.readString(TownQuestions.write(folder, 5, 3));

        assertThat(Files.readString(TownQuestions.write(folder, 5, 3))).isEqualTo(once);
        assertThat(Files.readString(TownQuestions.write(folder, 5, 4))).isNotEqualTo(once);
    }
}
