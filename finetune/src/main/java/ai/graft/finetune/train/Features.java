package ai.graft.finetune.train;

import ai.graft.datasets.Dataset;
import ai.graft.datasets.Example;
import ai.graft.finetune.engine.ComputeDevice;
import ai.graft.finetune.features.FeatureCache;
import ai.graft.finetune.features.Standardization;
import ai.graft.model.checkpoint.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/**
 * The vectors of a data set's texts, by an encoder that is not trained.
 *
 * @param rows a vector (H) for each text, in the order of the data
 * @param cached whether they came from the cache
 */
public record Features(float[][] rows, boolean cached) {
    private static final long QUIET_NANOS = 10_000_000_000L;

    /**
     * Takes the vectors from the cache, or computes and keeps them.
     *
     * @param device where to compute, asked for only if need be: PyTorch is loaded then
     * @param done is told every ten seconds how many texts have been read
     */
    public static Features of(
            Dataset data, FrozenEncoder encoder, FeatureCache cache, Supplier<ComputeDevice> device, IntConsumer done) {
        String key = key(encoder, data);
        Optional<float[][]> found = cache.find(key);
        return found.isPresent()
                ? new Features(found.get(), true)
                : new Features(cache.get(key, () -> encoder.read(data, device.get(), seldom(done))), false);
    }

    private static IntConsumer seldom(IntConsumer told) {
        AtomicLong last = new AtomicLong(System.nanoTime());
        return done -> {
            long now = System.nanoTime();
            if (now - last.get() > QUIET_NANOS) {
                last.set(now);
                told.accept(done);
            }
        };
    }

    /** Labels do not count, so that data with corrected labels have the same vectors. */
    private static String key(FrozenEncoder encoder, Dataset data) {
        List<Example> texts = data.examples().stream()
                .map(row -> new Example(row.text(), row.textPair(), List.of(), row.row()))
                .toList();
        MessageDigest digest = Sha256.digest();
        digest.update(encoder.fingerprint().getBytes(StandardCharsets.UTF_8));
        digest.update(Dataset.of(data.name(), texts).fingerprint().getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Numbers in a vector. */
    public int size() {
        return rows.length == 0 ? 0 : rows[0].length;
    }

    /** The vectors in double, each column shifted and scaled to mean 0 and variance 1; one that never changes is 0. */
    public double[][] standardized() {
        return rows.length == 0 ? new double[0][] : Standardization.of(rows).apply(rows);
    }
}
