package ai.graft.serving.predict;

/** A call was not done at its deadline; the message says how far it was. The predictor can be used on. */
public final class DeadlineException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DeadlineException(String message) {
        super(message);
    }
}
