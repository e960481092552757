package ai.graft.finetune.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import ai.graft.datasets.Question;
import ai.graft.datasets.QuestionSet;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Real questions with made-up answers, scored by the functions of {@code evaluate-v2.0.py} and {@code evaluate-v1.1.py} under
 * Python 3.11, digit for digit. The answers, with {@code i} the number of the question in its file:
 *
 * <pre>{@code
 * golds = [a['text'] for a in qa['answers']]
 * if i % 2 == 0: answer = ' '.join(context.split(' ')[:3])
 * elif i % 3 == 0: answer = golds[-1] if golds else ''
 * else: answer = 'the ' + golds[0] + ' of it' if golds else ''
 * na_prob = len(question) % 10 / 10
 * }</pre>
 */
@Tag("shared")
class SharedSquadTest {
    private static final Path DATA =
            Path.of(Objects.requireNonNull(System.getProperty("graft.shared"), "graft.shared"), "data");

    private static List<Question> questions(String file) {
        return QuestionSet.read(DATA.resolve(file)).questions();
    }

    private static SpanPredictions madeUp(List<Question> questions) {
        Map<String, String> answers = new LinkedHashMap<>();
        Map<String, Double> scores = new LinkedHashMap<>();
        for (int i = 0; i < questions.size(); i++) {
            Question question = questions.get(i);
            answers.put(question.id(), answer(i, question));
            String asked = question.question();
            scores.put(question.id(), asked.codePointCount(0, asked.length()) % 10 / 10.0);
        }
        return new SpanPredictions(answers, scores);
    }

    private static String answer(int number, Question question) {
        List<String> golds = question.goldTexts();
        if (number % 2 == 0) {
            return String.join(" ", List.of(question.context().split(" ", -1)).subList(0, 3));
        } else if (golds.isEmpty()) {
            return "";
        }
        return number % 3 == 0 ? golds.get(golds.size() - 1) : "the " + golds.get(0) + " of it";
    }

    @Test
    void metric_madeUpAnswersOfVersion2_isTheScriptsToTheLastDigit() {
        List<Question> rhine = questions("squad/dev-v2.0-rhine.json");
        SpanEvaluation evaluation = SpanEvaluation.of(rhine, madeUp(rhine));

        assertThat(evaluation.metric("exact_match")).isEqualTo(30.120481927710845);
        assertThat(evaluation.metric("f1")).isEqualTo(43.53588959010644);
        assertThat(evaluation.examples()).isEqualTo(498);
        assertThat(evaluation.metric("HasAns_exact")).isEqualTo(16.896551724137932);
        assertThat(evaluation.metric("HasAns_f1")).isEqualTo(39.93404488232077);
        assertThat(evaluation.metric("NoAns_exact")).isEqualTo(48.55769230769231);
        assertThat(evaluation.metric("NoAns_f1")).isEqualTo(48.55769230769231);
        assertThat(evaluation.bestExact()).contains(new BestThreshold(42.7710843373494, 0.0));
        assertThat(evaluation.bestF1()).contains(new BestThreshold(43.92076241473827, 0.9));
        assertThat(evaluation.toJson().get("HasAns_total").asInt()).isEqualTo(290);
    }

    @Test
    void metric_madeUpAnswersOfVersion1_isTheScriptsToTheLastDigit() {
        List<Question> bowl = questions("squad/dev-v1.1-super-bowl.json.gz");
        SpanPredictions all = SpanPredictions.of(madeUp(bowl).answers());
        SpanEvaluation evaluation = SpanEvaluation.of(bowl, all);

        assertThat(evaluation.metricNames()).containsExactly("f1", "exact_match");
        assertThat(evaluation.metric("exact_match")).isEqualTo(16.790123456790123);
        assertThat(evaluation.metric("f1")).isEqualTo(39.106040564373934);
    }

    /** Every fifth answer left out, from the first on. */
    @Test
    void metric_missingAnswers_countAsWrongAsInVersion1() {
        List<Question> bowl = questions("squad/dev-v1.1-super-bowl.json.gz");
        Map<String, String> some = new LinkedHashMap<>(madeUp(bowl).answers());
        for (int i = 0; i < bowl.size(); i += 5) {
            some.remove(bowl.get(i).id());
        }
        SpanEvaluation evaluation = SpanEvaluation.of(bowl, SpanPredictions.of(some));

        assertThat(evaluation.metric("exact_match")).isEqualTo(13.333333333333334);
        assertThat(evaluation.metric("f1")).isEqualTo(31.165196942974678);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "squad/train-v2.0-part.json.gz",
                "squad/dev-v2.0-half.json.gz",
                "squad/dev-v2.0-rhine.json",
                "squad/train-v1.1-part.json.gz",
                "squad/dev-v1.1-super-bowl.json.gz",
                "policyqa/dev.json.gz",
                "policyqa/test.json.gz",
                "covidqa/200423_covidQA.json.gz"
            })
    void metric_rightAnswers_areAHundredPercent(String file) {
        List<Question> questions = questions(file);
        Map<String, String> right = new LinkedHashMap<>();
        questions.forEach(question -> right.put(
                question.id(), question.impossible() ? "" : question.goldTexts().get(0)));
        SpanEvaluation evaluation = SpanEvaluation.of(questions, SpanPredictions.of(right));

        assertThat(evaluation.metricNames())
                .allSatisfy(name -> assertThat(evaluation.metric(name)).isEqualTo(100));
        assertThat(evaluation.mistakes(1)).isEmpty();
    }
}
