package ai.graft.finetune.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.graft.model.checkpoint.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeatureCacheTest {
    private static final float[][] VECTORS = {{1, -2.5f, 0}, {Float.MIN_VALUE, 3e30f, -0f}};
    private static final long FILE_BYTES = 12 + 4 * 6 + 32;

    @TempDir
    Path folder;

    private final AtomicInteger made = new AtomicInteger();
    private FeatureCache cache;

    @BeforeEach
    void open() {
        cache = new FeatureCache(folder.resolve("features"), 3 * FILE_BYTES);
    }

    private final Supplier<float[][]> maker = () -> {
        made.incrementAndGet();
        return VECTORS;
    };

    private Path file(String key) {
        return folder.resolve("features").resolve(key).resolve("vectors.bin");
    }

    @Test
    void get_again_isReadAndNotMade() throws IOException {
        assertThat(cache.find("a")).isEmpty();
        assertThat(cache.get("a", maker)).isEqualTo(VECTORS);
        assertThat(cache.get("a", maker)).isDeepEqualTo(VECTORS);
        assertThat(cache.find("a").orElseThrow()).isDeepEqualTo(VECTORS);
        assertThat(made).hasValue(1);
        assertThat(cache.sizeBytes()).isEqualTo(FILE_BYTES);
    }

    @Test
    void get_damagedEntry_isMadeAnew() throws IOException {
        cache.get("a", maker);
        byte[] whole = Files.readAllBytes(file("a"));
        for (int at = 0; at < whole.length; at++) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 1;
            Files.write(file("a"), damaged);
            assertThat(cache.find("a")).as("byte " + at).isEmpty();
        }
        Files.write(file("a"), Arrays.copyOf(whole, whole.length - 1));
        assertThat(cache.get("a", maker)).isDeepEqualTo(VECTORS);
        assertThat(made).hasValue(2);
        assertThat(Files.readAllBytes(file("a"))).isEqualTo(whole);
    }

    @Test
    void get_aboveTheLimit_deletesWhatWasNotUsedForLongest() throws IOException {
        for (String key : new String[] {"a", "b", "c"}) {
            cache.get(key, maker);
            Files.setLastModifiedTime(file(key), FileTime.fromMillis(1_000_000L + key.charAt(0)));
        }
        cache.find("a");
        cache.get("d", maker);
        assertThat(cache.find("b")).isEmpty();
        assertThat(file("b").getParent()).doesNotExist();
        assertThat(cache.find("a")).isPresent();
        assertThat(cache.find("d")).isPresent();
        assertThat(cache.sizeBytes()).isEqualTo(3 * FILE_BYTES);
    }

    @Test
    void get_entryAboveTheLimitAlone_isKept() {
        FeatureCache small = new FeatureCache(folder, 10);
        small.get("a", maker);
        assertThat(small.find("a")).isPresent();
    }

    @Test
    void get_byManyThreads_isMadeOnce() {
        IntStream.range(0, 8)
                .parallel()
                .forEach(i -> assertThat(cache.get("a", maker)).isDeepEqualTo(VECTORS));
        assertThat(made).hasValue(1);
    }

    @Test
    void get_placeThatIsAFile_isRefusedBeforeTheWork() throws IOException {
        FeatureCache blocked = new FeatureCache(Files.writeString(folder.resolve("file"), ""), 100);
        assertThatThrownBy(() -> blocked.get("a", maker))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("is a file");
        assertThat(made).hasValue(0);
    }

    @Test
    void get_noRows_isKeptToo() {
        cache.get("a", () -> new float[0][]);
        assertThat(cache.find("a").orElseThrow()).isEmpty();
    }
}
