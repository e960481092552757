package ai.graft.model.task;

import java.util.Optional;

/**
 * How a context is read, and which stretch of it becomes the answer to a question.
 *
 * @param stride tokens of the context that neighbouring windows share
 * @param maxAnswerTokens tokens that an answer has at most
 * @param candidates how many of the best answers are kept and compared, 1 or more
 * @param noAnswerThreshold the no-answer score above which there is no answer; empty where each question has one
 */
public record AnswerRules(int stride, int maxAnswerTokens, int candidates, Optional<Double> noAnswerThreshold) {
    /** As Hugging Face's {@code run_qa.py} has them, for questions that all have an answer. */
    public static final AnswerRules DEFAULTS = new AnswerRules(128, 30, 20, Optional.empty());

    /** @throws IllegalArgumentException where a number is too small, or the threshold is none */
    public AnswerRules {
        if (stride < 0 || maxAnswerTokens < 1 || candidates < 1) {
            throw new IllegalArgumentException(
                    "answers need a stride of 0 or more, a token and a candidate or more, got" + " stride " + stride
                            + ", " + maxAnswerTokens + " tokens and " + candidates + " candidates");
        }
        if (noAnswerThreshold.isPresent() && !Double.isFinite(noAnswerThreshold.get())) {
            throw new IllegalArgumentException(
                    "the no-answer threshold is " + noAnswerThreshold.get() + ", expected a finite number");
        }
    }

    /** The same with another threshold. */
    public AnswerRules withNoAnswerThreshold(Optional<Double> threshold) {
        return new AnswerRules(stride, maxAnswerTokens, candidates, threshold);
    }

    /**
     * Refuses what cannot be answered.
     *
     * @param index of the question among those asked together, for the message
     * @throws IllegalArgumentException where the question or its context is missing or blank
     */
    public static void requireQuestion(int index, String question, Optional<String> context) {
        if (question.isBlank() || context.filter(text -> !text.isBlank()).isEmpty()) {
            throw new IllegalArgumentException("questions[" + index + "] has "
                    + (question.isBlank() ? "a blank question" : "no context, or a blank one")
                    + ". Give each a question and the text that may hold its answer.");
        }
    }
}
