package ai.graft.finetune.engine;

/** The type that a network computes in. Weights, moments and losses are always fp32. */
public enum Precision {
    FP32(6),
    /** Weights are rounded to bfloat16 where used, activations are bfloat16. */
    BF16(15);

    private final int scalarType;

    Precision(int scalarType) {
        this.scalarType = scalarType;
    }

    /** The number that TorchScript knows the type by. */
    int scalarType() {
        return scalarType;
    }
}
