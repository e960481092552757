package ai.graft.finetune.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Memory that the process took from the system, native memory included. */
final class Memory {
    private static final Path STATUS = Path.of("/proc/self/status");

    /** Peak resident memory in MB; 0 where the system does not tell. */
    static long peakMegabytes() {
        if (!Files.isReadable(STATUS)) {
            return 0;
        }
        try {
            return Files.readAllLines(STATUS).stream()
                    .filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }

    private Memory() {}
}
