package ai.graft.finetune.bench;

import ai.graft.finetune.bench.TrainingStep.Timing;
import ai.graft.finetune.engine.ResidentMemory;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Times training steps in interleaved rounds: each round takes one step of each variant on the same batch and then the rate
 * of a plain matrix product, so that whatever else the machine does meets all alike.
 */
public final class StepBench {
    private static final int PRODUCTS_A_ROUND = 9;

    private final StepSettings settings;
    private final boolean withProducts;
    private final Map<StepVariant, TrainingStep> steps = new EnumMap<>(StepVariant.class);
    private final Map<StepVariant, List<Timing>> timings = new EnumMap<>(StepVariant.class);
    private final List<List<GemmRate>> rates = new ArrayList<>();

    private StepBench(StepSettings settings, boolean withProducts) {
        this.settings = settings;
        this.withProducts = withProducts;
    }

    /**
     * Measures variants against each other.
     *
     * @param withProducts whether to measure the matrix product (B times S, H) by (H, intermediate) too
     */
    public static StepResult run(StepSettings settings, List<StepVariant> variants, boolean withProducts) {
        StepBench bench = new StepBench(settings, withProducts);
        try {
            variants.forEach(variant -> bench.steps.put(variant, variant.open(settings)));
            bench.measure();
        } finally {
            bench.steps.values().forEach(TrainingStep::close);
        }
        return new StepResult(settings, bench.timings, bench.rates, ResidentMemory.peakBytes());
    }

    private void measure() {
        for (int round = -settings.warmUp(); round < settings.rounds(); round++) {
            int step = round + settings.warmUp();
            RandomBatch batch = RandomBatch.of(settings.shape(), settings.batch(), settings.length(), step);
            boolean counts = round >= 0;
            steps.forEach((variant, training) -> {
                Timing timing = training.take(batch.inputs(), batch.labels(), step);
                if (counts) {
                    timings.computeIfAbsent(variant, v -> new ArrayList<>()).add(timing);
                }
            });
            if (counts && withProducts) {
                rates.add(product());
            }
        }
    }

    private List<GemmRate> product() {
        BertShape shape = settings.shape();
        int rows = settings.batch() * settings.length();
        return GemmRate.measure(rows, shape.hidden(), shape.intermediate(), PRODUCTS_A_ROUND);
    }
}
