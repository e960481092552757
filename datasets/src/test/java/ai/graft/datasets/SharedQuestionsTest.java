package ai.graft.datasets;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Real sets of questions. Articles, questions, unanswerable ones and the misplaced answers of COVID-QA are those of the data's
 * README, paragraphs that it does not name were counted by Python's json.
 */
@Tag("shared")
class SharedQuestionsTest {
    private static final Path DATA =
            Path.of(Objects.requireNonNull(System.getProperty("graft.shared"), "graft.shared"), "data");

    @ParameterizedTest
    @CsvSource({
        "squad/train-v2.0-part.json.gz, 10, 694, 4719, 348, 0",
        "squad/dev-v2.0-half.json.gz, 16, 646, 6078, 3168, 0",
        "squad/dev-v2.0-rhine.json, 1, 44, 498, 208, 0",
        "squad/train-v1.1-part.json.gz, 11, 583, 3807, 0, 0",
        "squad/dev-v1.1-super-bowl.json.gz, 1, 54, 810, 0, 0",
        "policyqa/dev.json.gz, 20, 574, 3809, 0, 0",
        "policyqa/test.json.gz, 20, 500, 4152, 0, 0",
        "covidqa/200423_covidQA.json.gz, 98, 98, 1380, 0, 234",
    })
    void read_realFile_countsAsItsReadme(
            String file, int articles, int paragraphs, int questions, int unanswerable, int misplaced) {
        QuestionSet set = QuestionSet.read(DATA.resolve(file));

        assertThat(set.articles()).hasSize(articles);
        assertThat(set.articles()).flatExtracting(Article::paragraphs).hasSize(paragraphs);
        assertThat(set.size()).isEqualTo(questions);
        assertThat(set.questions()).filteredOn(Question::impossible).hasSize(unanswerable);
        assertThat(set.misplaced()).hasSize(misplaced);
        assertThat(set.questions())
                .filteredOn(question -> !question.trainable())
                .hasSize(misplaced);
        assertThat(set.questions()).allMatch(Question::labelled);
    }

    @Test
    void ofArticles_twelveAndFourOfDev_shareNoContext() {
        QuestionSet dev = QuestionSet.read(DATA.resolve("squad/dev-v2.0-half.json.gz"));
        QuestionSet first = dev.ofArticles(0, 12);
        QuestionSet last = dev.ofArticles(12, 16);

        assertThat(last.articles())
                .extracting(Article::title)
                .containsExactly("Imperialism", "Warsaw", "French_and_Indian_War", "Force");
        assertThat(last.size()).isEqualTo(364 + 486 + 402 + 377); // by Python's json
        QuestionSet train =
                QuestionSet.join(List.of(QuestionSet.read(DATA.resolve("squad/train-v2.0-part.json.gz")), first));
        assertThat(train.size()).isEqualTo(4_719 + 6_078 - last.size());
    }
}
