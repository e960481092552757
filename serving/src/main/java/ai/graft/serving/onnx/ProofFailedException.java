package ai.graft.serving.onnx;

/** An exported graph does not compute what the checkpoint computes; nothing was written. The message shows the worst example. */
public final class ProofFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ProofFailedException(String message) {
        super(message);
    }
}
