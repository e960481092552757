package ai.graft.finetune.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** How much memory the process holds, native memory included: read from Linux's {@code /proc/self/status}. */
public final class ResidentMemory {
    private static final Path STATUS = Path.of("/proc/self/status");

    private static final Path CLEAR = Path.of("/proc/self/clear_refs");

    /** What the kernel takes as the request to reset the peak (proc(5)). */
    private static final String PEAK = "5";

    private ResidentMemory() {}

    /** The largest so far in bytes ({@code VmHWM}); empty on other systems. */
    public static OptionalLong peakBytes() {
        return bytes("VmHWM:");
    }

    /** Lets {@link #peakBytes} begin anew; does nothing on other systems. */
    public static void forgetPeak() {
        try {
            Files.writeString(CLEAR, PEAK);
        } catch (IOException noLinux) {
            // Then there is no peak either.
        }
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
