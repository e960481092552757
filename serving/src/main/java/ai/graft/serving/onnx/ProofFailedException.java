package ai.graft.serving.onnx;

/**
 * An exported graph does not compute what the checkpoint computes; nothing was written. The message shows the worst example, says
 * so, and how to mend it.
 */
public final class ProofFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String finding;

    /**
     * @param finding what is wrong, without a stop
     * @param cure how to mend it, a sentence; may be empty
     */
    ProofFailedException(String finding, String cure) {
        super((finding + ". No file was kept. " + cure).strip());
        this.finding = finding;
    }

    /** What is wrong, alone. */
    String finding() {
        return finding;
    }
}
