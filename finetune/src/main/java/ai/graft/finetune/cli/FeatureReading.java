package ai.graft.finetune.cli;

import ai.graft.datasets.Dataset;
import ai.graft.finetune.features.FeatureCache;
import ai.graft.finetune.train.Features;
import ai.graft.finetune.train.FrozenEncoder;
import java.io.IOException;
import java.util.Locale;

/** Reads features for a command, and says on the way how far it is and where they are kept. */
final class FeatureReading {
    private static final double MEGABYTE = 1e6;

    private final Console console;
    private final ComputeOptions compute;
    private final FeatureCache cache = FeatureCache.ofUser();

    FeatureReading(Console console, ComputeOptions compute) {
        this.console = console;
        this.compute = compute;
    }

    /** The vectors of the data's texts. */
    Features of(Dataset data, FrozenEncoder encoder, String model) throws IOException {
        long began = System.nanoTime();
        Features features = Features.of(data, encoder, cache, compute::open, done -> show(model, done, data.size()));
        console.err()
                .println(String.format(
                        Locale.ROOT,
                        "%s: %,d vectors of %d %s in %.1f s, in %s (%,.1f MB of at most %,.0f MB)",
                        model,
                        data.size(),
                        features.size(),
                        features.cached() ? "read" : "computed and kept",
                        (System.nanoTime() - began) / 1e9,
                        cache.root(),
                        cache.sizeBytes() / MEGABYTE,
                        cache.limitBytes() / MEGABYTE));
        return features;
    }

    private void show(String model, int done, int total) {
        console.err().println(String.format(Locale.ROOT, "%s: %,d of %,d texts", model, done, total));
    }
}
