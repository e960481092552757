package ai.graft.finetune.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What the processor can do that decides a default. */
public final class CpuFeatures {
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
    /** Instructions that decide how fast matrices multiply. */
    private static final List<String> FAST_FLAGS =
            List.of("avx2", "avx512f", "avx512_bf16", "amx_tile", "amx_bf16", "asimd", "bf16");

    private static final List<String> BF16_FLAGS = List.of("amx_bf16", "avx512_bf16");

    /** bf16 where the device has instructions for its products: a GPU, or a CPU with AMX or AVX512-BF16; else fp32. */
    public static Precision precision(ComputeDevice device) {
        return device.cuda() || !bf16Flags().isEmpty() ? Precision.BF16 : Precision.FP32;
    }

    /** The processor's flags for bf16 products; none where the system does not tell. */
    public static List<String> bf16Flags() {
        return flags().stream().filter(BF16_FLAGS::contains).toList();
    }

    /** Those of the processor's flags that decide how fast matrices multiply; none where the system does not tell. */
    public static List<String> flags() {
        if (!Files.isReadable(CPU_INFO)) {
            return List.of();
        }
        try (Stream<String> lines = Files.lines(CPU_INFO)) {
            Set<String> all = lines.filter(line -> line.startsWith("flags") || line.startsWith("Features"))
                    .findFirst()
                    .map(line -> (Set<String>) new HashSet<>(List.of(line.split("\\s+"))))
                    .orElse(Set.of());
            return FAST_FLAGS.stream().filter(all::contains).toList();
        } catch (IOException | UncheckedIOException e) {
            return List.of();
        }
    }

    /** The flags in words. */
    public static String description() {
        if (!Files.isReadable(CPU_INFO)) {
            return "unknown: only Linux tells";
        }
        List<String> flags = flags();
        return flags.isEmpty() ? "none of " + String.join(" ", FAST_FLAGS) : String.join(" ", flags);
    }

    private CpuFeatures() {}
}
