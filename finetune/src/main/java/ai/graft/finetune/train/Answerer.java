package ai.graft.finetune.train;

import ai.graft.datasets.Question;
import ai.graft.datasets.QuestionSet;
import ai.graft.finetune.evaluate.JudgedTexts;
import ai.graft.finetune.evaluate.SpanEvaluation;
import ai.graft.model.task.AnswerRules;
import ai.graft.model.task.FoundAnswer;
import ai.graft.model.task.Task;
import ai.graft.tokenizer.TextInput;
import java.util.List;

/**
 * A model that answers questions out of texts, on whatever runtime. May be shared between threads; whoever opened it closes
 * it.
 */
public sealed interface Answerer extends RunningModel permits FineTunedAnswerer, OnnxAnswerer {
    @Override
    Task.QuestionAnswering task();

    /** How contexts are read and answers are chosen. */
    default AnswerRules rules() {
        return task().rules();
    }

    /**
     * The answer to each question, in their order. Contexts of any length are read, in windows of like length that are
     * batched.
     *
     * @param questions each with its context as the second text
     * @throws IllegalArgumentException where one has no context, or a question or context is blank
     * @throws ai.graft.tokenizer.QuestionTooLongException where a question leaves no room for its context
     */
    List<FoundAnswer> answer(List<TextInput> questions);

    /** The answer to one question. */
    default FoundAnswer answer(String question, String context) {
        return answer(List.of(TextInput.of(question, context))).get(0);
    }

    /**
     * The answers to questions of a data set, in their order.
     *
     * @throws ai.graft.datasets.DatasetException where a question leaves no room for its context, naming it
     */
    default List<FoundAnswer> answerQuestions(List<Question> questions) {
        return Answers.named(questions, () -> answer(Answers.inputs(questions)));
    }

    /**
     * Judges the model on questions whose answers are known.
     *
     * @throws ai.graft.datasets.DatasetException where a question leaves no room for its context, naming it
     */
    default SpanEvaluation evaluate(QuestionSet data) {
        return (SpanEvaluation) judge(data).evaluation();
    }

    /**
     * Judges the model on questions, and keeps questions and contexts beside the judgement.
     *
     * @throws ai.graft.datasets.DatasetException as {@link #evaluate}
     */
    default JudgedTexts judge(QuestionSet data) {
        List<FoundAnswer> answers = answerQuestions(data.questions());
        return Answers.judged(Answers.evaluation(data, answers), data, answers, limit().maxLength());
    }
}
