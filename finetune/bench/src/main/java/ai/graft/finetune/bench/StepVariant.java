package ai.graft.finetune.bench;

import ai.graft.finetune.engine.Precision;
import java.util.Locale;

/** What a step is taken by. */
public enum StepVariant {
    BASELINE_FP32,
    ENGINE_FP32,
    ENGINE_BF16;

    TrainingStep open(StepSettings settings) {
        return switch (this) {
            case BASELINE_FP32 -> new BaselineStep(settings.shape(), settings.dropout());
            case ENGINE_FP32 -> engine(settings, Precision.FP32);
            case ENGINE_BF16 -> engine(settings, Precision.BF16);
        };
    }

    private static TrainingStep engine(StepSettings settings, Precision precision) {
        return new EngineStep(settings.shape(), settings.dropout(), settings.extent(), precision);
    }

    /** The operations that this does in a step. */
    double flops(StepSettings settings) {
        return this == BASELINE_FP32 ? settings.usualFlops() : settings.engineFlops();
    }

    /** The type of the matrix product to compare with, as {@link GemmRate#type} names it. */
    String gemmType() {
        return this == ENGINE_BF16 ? "bfloat16" : "float32";
    }

    /** As on the command line: {@code engine-bf16}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
