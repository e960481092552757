package ai.graft.model.checkpoint;

/** A checkpoint that cannot be read, written or used; the message names the file, the tensor and the remedy. */
public final class CheckpointException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** A fault of the file's content. */
    public CheckpointException(String message) {
        super(message);
    }

    /** A fault that another exception reported. */
    public CheckpointException(String message, Throwable cause) {
        super(message, cause);
    }
}
