package ai.graft.finetune.cli;

import ai.graft.finetune.engine.ComputeDevice;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/** What {@code graft doctor} reads off the machine. */
final class MachineFacts {
    private static final Path NVIDIA_DRIVER = Path.of("/proc/driver/nvidia/version");

    static String java() {
        return System.getProperty("java.version") + " (" + System.getProperty("java.vendor") + ") in "
                + System.getProperty("java.home");
    }

    static String system() {
        return System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                + System.getProperty("os.arch");
    }

    static int cores() {
        return Runtime.getRuntime().availableProcessors();
    }

    /** Of the machine or container; and what Java may use of it for objects. */
    static String memory() {
        String java = gigabytes(Runtime.getRuntime().maxMemory()) + " for Java's heap";
        return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                ? gigabytes(system.getTotalMemorySize()) + ", " + gigabytes(system.getFreeMemorySize()) + " free; "
                        + java
                : java;
    }

    /** The libtorch that will be loaded: one that the user points to, or the jar's. */
    static String pytorch() {
        String own = environment("PYTORCH_LIBRARY_PATH");
        if (!own.isEmpty()) {
            return environment("PYTORCH_VERSION") + " " + environment("PYTORCH_FLAVOR") + " from PYTORCH_LIBRARY_PATH "
                    + own;
        }
        try (InputStream in = MachineFacts.class.getResourceAsStream("/native/lib/pytorch.properties")) {
            if (in == null) {
                return "no natives on the class path: add ai.djl.pytorch:pytorch-native-cpu";
            }
            Properties properties = new Properties();
            properties.load(in);
            return properties.getProperty("version", "?") + " " + properties.getProperty("classifier", "") + " from the"
                    + " class path, unpacked below " + engineCache();
        } catch (IOException e) {
            return "unknown: " + e.getMessage();
        }
    }

    /** Where DJL unpacks native libraries. */
    static Path engineCache() {
        return Stream.of("ENGINE_CACHE_DIR", "DJL_CACHE_DIR")
                .map(MachineFacts::environment)
                .filter(value -> !value.isEmpty())
                .findFirst()
                .map(Path::of)
                .orElseGet(() -> Path.of(System.getProperty("user.home"), ".djl.ai"));
    }

    static String threads() {
        String omp = environment("OMP_NUM_THREADS");
        return omp.isEmpty() ? cores() + ", one for each core; --threads N sets them" : omp + ", by OMP_NUM_THREADS";
    }

    /** Loads PyTorch. */
    static String gpu() {
        try {
            return "seen by PyTorch: " + ComputeDevice.parse("cuda");
        } catch (IllegalStateException e) {
            return Files.exists(NVIDIA_DRIVER)
                    ? "an NVIDIA driver is here, but this libtorch has no CUDA: point PYTORCH_LIBRARY_PATH at one that has"
                    : "none: no NVIDIA driver on this machine";
        }
    }

    /** A folder with its size, whether it may be written, and the space left there. */
    static String folder(Path folder) {
        Path there = folder.toAbsolutePath();
        while (!Files.exists(there) && there.getParent() != null) {
            there = there.getParent();
        }
        String access = Files.isWritable(there) ? "writable" : "NOT writable";
        String size = Files.isDirectory(folder) ? megabytes(size(folder)) : "not there yet";
        return folder + ": " + size + ", " + access + ", " + free(there) + " free";
    }

    private static String free(Path there) {
        try {
            return gigabytes(Files.getFileStore(there).getUsableSpace());
        } catch (IOException e) {
            return "unknown";
        }
    }

    private static long size(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        } catch (IOException | UncheckedIOException e) {
            return 0; // files that come and go meanwhile: the size is a hint
        }
    }

    private static String environment(String name) {
        return Optional.ofNullable(System.getenv(name)).orElse("");
    }

    private static String gigabytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f GB", bytes / 1e9);
    }

    private static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%,d MB", Math.round(bytes / 1e6));
    }

    private MachineFacts() {}
}
