package ai.graft.serving.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Processor time of all threads of this process, those of native libraries included. */
final class ProcessorTime {
    private static final Path THREADS = Path.of("/proc/self/task");

    /** Nanoseconds up to now: on Linux as its scheduler counts them, elsewhere to a hundredth of a second. */
    static long nanos() {
        if (!Files.isDirectory(THREADS)) {
            return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class)
                    .getProcessCpuTime();
        }
        try (Stream<Path> threads = Files.list(THREADS)) {
            List<Path> all = threads.toList();
            return all.stream().mapToLong(ProcessorTime::ofThread).sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The first number of {@code schedstat}: nanoseconds on a processor. */
    private static long ofThread(Path thread) {
        try {
            String text = Files.readString(thread.resolve("schedstat"));
            return Long.parseLong(text.substring(0, text.indexOf(' ')));
        } catch (NoSuchFileException e) {
            return 0; // it ended meanwhile
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ProcessorTime() {}
}
