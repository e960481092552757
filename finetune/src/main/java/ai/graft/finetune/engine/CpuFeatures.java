package ai.graft.finetune.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the processor can do that decides a default. */
public final class CpuFeatures {
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
    private static final List<String> BF16_FLAGS = List.of("amx_bf16", "avx512_bf16");

    /** bf16 where the device has instructions for its products: a GPU, or a CPU with AMX or AVX512-BF16; else fp32. */
    public static Precision precision(ComputeDevice device) {
        return device.cuda() || !bf16Flags().isEmpty() ? Precision.BF16 : Precision.FP32;
    }

    /** The processor's flags for bf16 products; none where the system does not tell. */
    public static List<String> bf16Flags() {
        if (!Files.isReadable(CPU_INFO)) {
            return List.of();
        }
        try {
            String info = Files.readString(CPU_INFO);
            return BF16_FLAGS.stream().filter(info::contains).toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private CpuFeatures() {}
}
