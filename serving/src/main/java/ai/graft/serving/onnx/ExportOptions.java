package ai.graft.serving.onnx;

/**
 * Choices of an export.
 *
 * @param externalData whether weights go to {@code model.onnx.data} even where one file could hold them; beyond 2 GB they
 *     always do
 */
public record ExportOptions(boolean externalData) {
    /** One file where it can hold the weights. */
    public static final ExportOptions DEFAULT = new ExportOptions(false);
}
