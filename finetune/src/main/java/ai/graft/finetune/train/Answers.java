package ai.graft.finetune.train;

import ai.graft.datasets.DatasetException;
import ai.graft.datasets.Question;
import ai.graft.datasets.QuestionSet;
import ai.graft.finetune.evaluate.JudgedTexts;
import ai.graft.finetune.evaluate.SpanEvaluation;
import ai.graft.finetune.evaluate.SpanPredictions;
import ai.graft.model.task.AnswerRules;
import ai.graft.model.task.FoundAnswer;
import ai.graft.tokenizer.QuestionTooLongException;
import ai.graft.tokenizer.TextInput;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/** Answers to the questions of a data set. */
final class Answers {
    /** Enough to batch like with like, so few that their windows do not fill memory. */
    private static final int QUESTIONS_TOGETHER = 512;

    /** The questions with their contexts as second texts. */
    static List<TextInput> inputs(List<Question> questions) {
        return questions.stream()
                .map(question -> TextInput.of(question.question(), question.context()))
                .toList();
    }

    /** Refuses what cannot be answered. */
    private static void require(List<TextInput> questions) {
        for (int i = 0; i < questions.size(); i++) {
            AnswerRules.requireQuestion(
                    i, questions.get(i).text(), questions.get(i).pair());
        }
    }

    /** Answers part after part, so that not all windows are held at once. */
    static List<FoundAnswer> inParts(
            List<TextInput> questions, Function<List<TextInput>, List<FoundAnswer>> answering) {
        require(questions);
        List<FoundAnswer> answers = new ArrayList<>(questions.size());
        for (int from = 0; from < questions.size(); from += QUESTIONS_TOGETHER) {
            int to = Math.min(questions.size(), from + QUESTIONS_TOGETHER);
            try {
                answers.addAll(answering.apply(questions.subList(from, to)));
            } catch (QuestionTooLongException e) {
                throw e.behind(from);
            }
        }
        return answers;
    }

    /** Does work on questions; where one is too long, the error names it as the data set does. */
    static <T> T named(List<Question> questions, Supplier<T> work) {
        try {
            return work.get();
        } catch (QuestionTooLongException e) {
            throw new DatasetException("question '" + questions.get(e.index()).id() + "': " + e.reason());
        }
    }

    /** Judges answers, in the order of the questions. */
    static SpanEvaluation evaluation(QuestionSet data, List<FoundAnswer> answers) {
        return SpanEvaluation.of(data.questions(), predictions(data, answers));
    }

    /** Answers by id, in the order of the questions; with no-answer scores where some question has none. */
    static SpanPredictions predictions(QuestionSet data, List<FoundAnswer> answers) {
        Map<String, String> texts = new LinkedHashMap<>();
        Map<String, Double> noAnswerScores = new LinkedHashMap<>();
        boolean scored = data.hasImpossible();
        for (int i = 0; i < answers.size(); i++) {
            String id = data.questions().get(i).id();
            texts.put(id, answers.get(i).text());
            if (scored) {
                noAnswerScores.put(id, answers.get(i).noAnswerScore());
            }
        }
        return new SpanPredictions(texts, noAnswerScores);
    }

    /** Keeps questions and contexts beside the judgement of the answers to them. */
    static JudgedTexts judged(SpanEvaluation evaluation, QuestionSet data, List<FoundAnswer> answers, int maxLength) {
        List<String> texts = data.questions().stream()
                .map(question -> JudgedData.between(question.question(), question.context()))
                .toList();
        int[] lengths = answers.stream().mapToInt(FoundAnswer::tokens).toArray();
        return new JudgedTexts(evaluation, texts, lengths, maxLength);
    }

    private Answers() {}
}
