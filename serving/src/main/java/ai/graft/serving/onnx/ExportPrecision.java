package ai.graft.serving.onnx;

import java.util.Locale;

/** In what an exported file keeps its weights, and computes. */
public enum ExportPrecision {
    /** All in 32-bit floats. */
    FP32,
    /** Matrices stored in 16-bit floats and widened when they are loaded: half the file, fp32's arithmetic and speed. */
    FP16,
    /**
     * All weights in 16-bit floats, and the arithmetic too, for GPUs; inputs are integers and outputs fp32 as ever. ONNX
     * Runtime's CPU computes it too, some of it in fp32, slowly; so it is compared. No GPU has run it yet. What is to be kept in
     * fp32 are matrices: they are multiplied in it.
     */
    FP16_GPU,
    /** The encoder's linear layers multiply 8-bit integers; tables, head, norms and attention stay in fp32. */
    INT8;

    /** The name at the command line and in files: {@code fp32}, {@code fp16}, {@code fp16-gpu} or {@code int8}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether 16-bit floats are what matrices are stored in. */
    boolean storesHalves() {
        return this == FP16 || this == FP16_GPU;
    }
}
