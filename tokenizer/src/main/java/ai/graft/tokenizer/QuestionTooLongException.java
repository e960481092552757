package ai.graft.tokenizer;

/** A question that leaves no room for its context. */
public final class QuestionTooLongException extends TokenizerException {
    private static final long serialVersionUID = 1L;

    private final int index;
    private final String reason;

    QuestionTooLongException(int index, String reason, TokenizerException cause) {
        super("questions[" + index + "]: " + reason, cause);
        this.index = index;
        this.reason = reason;
    }

    /** The same, where the questions were part of a longer list that has {@code before} others before them. */
    public QuestionTooLongException behind(int before) {
        return new QuestionTooLongException(before + index, reason, this);
    }

    /** Which of the questions. */
    public int index() {
        return index;
    }

    /** What is wrong and how to mend it, without the place. */
    public String reason() {
        return reason;
    }
}
