package ai.graft.model.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CacheLockTest {
    @TempDir
    Path folder;

    /** Holds the lock until its standard input ends. */
    static final class Holder {
        private Holder() {}

        public static void main(String[] arguments) throws IOException {
            try (CacheLock lock = CacheLock.acquire(Path.of(arguments[0]))) {
                System.out.println("held " + lock.hashCode());
                int end = System.in.read();
                System.out.println("released " + end);
            }
        }
    }

    @Test
    void acquire_heldByAnotherProcess_waitsForIt() throws Exception {
        Path file = folder.resolve("deep/model.lock");
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        Process holder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        classPath,
                        Holder.class.getName(),
                        file.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader output = new BufferedReader(new InputStreamReader(holder.getInputStream(), UTF_8))) {
            assertThat(output.readLine()).startsWith("held");
            assertWaitsUntil(file, () -> closeInput(holder));
        } finally {
            holder.destroy();
        }
    }

    @Test
    void acquire_heldByAnotherThread_waitsForIt() throws Exception {
        Path file = folder.resolve("model.lock");
        CacheLock lock = CacheLock.acquire(file);

        assertWaitsUntil(file, lock::close);
    }

    @Test
    void acquire_folderCannotBeMade_saysSo() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");

        assertThatThrownBy(() -> CacheLock.acquire(file.resolve("model.lock")))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("model.lock: cannot be locked");
    }

    private static void assertWaitsUntil(Path file, Runnable release) throws Exception {
        CompletableFuture<Boolean> second = CompletableFuture.supplyAsync(() -> {
            CacheLock.acquire(file).close();
            return true;
        });
        assertThatThrownBy(() -> second.get(200, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        release.run();
        assertThat(second.get(20, TimeUnit.SECONDS)).isTrue();
    }

    private static void closeInput(Process process) {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
