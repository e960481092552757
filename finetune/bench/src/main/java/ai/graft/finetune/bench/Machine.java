package ai.graft.finetune.bench;

import ai.djl.engine.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the benchmarks ran on, for their results. */
final class Machine {
    private static final Path CPU = Path.of("/proc/cpuinfo");

    /** The processor's name and number of cores, then the engine's version. */
    static String describe() {
        Engine engine = Engine.getEngine("PyTorch");
        return processor() + ", " + Runtime.getRuntime().availableProcessors() + " cores, PyTorch "
                + engine.getVersion() + ", Java " + Runtime.version();
    }

    /** Threads that PyTorch was told to use; as many as there are cores where it was told nothing. */
    static int threads() {
        return Integer.getInteger(
                "ai.djl.pytorch.num_threads", Runtime.getRuntime().availableProcessors());
    }

    private static String processor() {
        try {
            return Files.readAllLines(CPU).stream()
                    .filter(line -> line.startsWith("model name"))
                    .map(line -> line.replaceFirst(".*:\\s*", ""))
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        } catch (IOException noLinux) {
            return System.getProperty("os.arch");
        }
    }

    private Machine() {}
}
