package ai.graft.serving.predict;

/** An ONNX file, device or runtime that cannot be used; the message says what, where and how to mend it. */
public final class OnnxException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** A fault of a file or a device. */
    public OnnxException(String message) {
        super(message);
    }

    /** A fault that the runtime reported, whose own message names places in its source. */
    public OnnxException(String message, Throwable cause) {
        super(message, cause);
    }
}
