package ai.graft.finetune.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** How much memory the process holds, native memory included: read from Linux's {@code /proc/self/status}. */
public final class ResidentMemory {
    private static final Path STATUS = Path.of("/proc/self/status");

    private ResidentMemory() {}

    /** The largest so far in bytes ({@code VmHWM}); empty on other systems. */
    public static OptionalLong peakBytes() {
        return bytes("VmHWM:");
    }

    /** What is held now in bytes ({@code VmRSS}); empty on other systems. */
    public static OptionalLong currentBytes() {
        return bytes("VmRSS:");
    }

    private static OptionalLong bytes(String key) {
        try {
            for (String line : Files.readAllLines(STATUS)) {
                if (line.startsWith(key)) {
                    return OptionalLong.of(kibibytes(line) * 1024);
                }
            }
            return OptionalLong.empty();
        } catch (IOException noLinux) {
            return OptionalLong.empty();
        }
    }

    private static long kibibytes(String line) {
        return Long.parseLong(line.replaceAll("\\D", ""));
    }
}
