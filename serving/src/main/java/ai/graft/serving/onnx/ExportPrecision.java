package ai.graft.serving.onnx;

import java.util.Locale;

/** In what an exported file keeps its weights, and computes. */
public enum ExportPrecision {
    /** All in 32-bit floats. */
    FP32,
    /** Matrices stored in 16-bit floats and widened when they are loaded: half the file, fp32's arithmetic and speed. */
    FP16,
    /** The encoder's linear layers multiply 8-bit integers; tables, head, norms and attention stay in fp32. */
    INT8;

    /** The name at the command line and in files: {@code fp32}, {@code fp16} or {@code int8}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
