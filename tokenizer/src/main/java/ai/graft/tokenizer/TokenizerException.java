package ai.graft.tokenizer;

import java.io.Serial;

/**
 * Tells that tokenizer files cannot be used, or that a text cannot be brought to the length asked for.
 *
 * <p>The message says what is wrong with both values, where, and how to mend it. It never holds the text itself.
 */
public sealed class TokenizerException extends RuntimeException permits QuestionTooLongException {

    @Serial
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what, where, how to mend
     */
    public TokenizerException(String message) {
        super(message);
    }

    /**
     * Creates the exception with the failure behind it.
     *
     * @param message what, where, how to mend
     * @param cause the failure behind it
     */
    public TokenizerException(String message, Throwable cause) {
        super(message, cause);
    }
}
