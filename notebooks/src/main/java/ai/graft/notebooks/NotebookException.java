package ai.graft.notebooks;

/** A notebook that cannot be read, or a cell of it that failed: the message names notebook, cell and line. */
public final class NotebookException extends RuntimeException {
    private static final long serialVersionUID = 1;

    NotebookException(String message) {
        super(message);
    }

    NotebookException(String message, Throwable cause) {
        super(message, cause);
    }
}
