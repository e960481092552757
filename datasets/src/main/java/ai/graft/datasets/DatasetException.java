package ai.graft.datasets;

/** Data that cannot be read or used: the message says what is wrong, in which file and row, and how to mend it. */
public final class DatasetException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** An error that the data alone explain. */
    public DatasetException(String message) {
        super(message);
    }

    /** An error with a cause below it. */
    public DatasetException(String message, Throwable cause) {
        super(message, cause);
    }
}
