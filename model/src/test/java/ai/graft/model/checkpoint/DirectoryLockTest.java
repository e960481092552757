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
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DirectoryLockTest {
    @TempDir
    Path folder;

    /** Holds the lock until its standard input ends, and tries in vain to take it once more. */
    static final class Holder {
        private Holder() {}

        public static void main(String[] arguments) throws IOException {
            Path directory = Path.of(arguments[0]);
            try (DirectoryLock lock = DirectoryLock.acquire(directory)) {
                System.out.println("held " + lock.hashCode() + ", " + DirectoryLock.tryAcquire(directory));
                int end = System.in.read();
                System.out.println("released " + end);
            }
        }
    }

    /** Adds 1 to the number in a file, by reading and writing it, so that two at a time would lose some. */
    static final class Counter {
        static final int TIMES = 200;

        private Counter() {}

        public static void main(String[] arguments) throws IOException {
            Path directory = Path.of(arguments[0]);
            Path file = directory.resolve("count");
            for (int i = 0; i < TIMES; i++) {
                DirectoryLock lock = DirectoryLock.acquire(directory);
                Files.writeString(file, Integer.toString(Integer.parseInt(Files.readString(file)) + 1));
                lock.close();
            }
        }
    }

    @Test
    void acquire_heldByAnotherProcess_waitsForItAndTryIsRefused() throws Exception {
        Path directory = folder.resolve("model");
        Process holder = ChildJvm.start(Holder.class, List.of(), directory);
        try (BufferedReader output = new BufferedReader(new InputStreamReader(holder.getInputStream(), UTF_8))) {
            assertThat(output.readLine()).startsWith("held").endsWith(", Optional.empty");
            assertThat(DirectoryLock.tryAcquire(directory)).isEmpty();
            assertWaitsUntil(directory, () -> closeInput(holder));
        } finally {
            holder.destroyForcibly();
        }
    }

    @Test
    void tryAcquire_holderWasKilled_isFree() throws Exception {
        Path directory = folder.resolve("model");
        Process holder = ChildJvm.start(Holder.class, List.of(), directory);
        try (BufferedReader output = new BufferedReader(new InputStreamReader(holder.getInputStream(), UTF_8))) {
            assertThat(output.readLine()).startsWith("held");
        } finally {
            holder.destroyForcibly().waitFor();
        }
        assertThat(folder.resolve(".model.lock")).exists();

        DirectoryLock.tryAcquire(directory).orElseThrow().close();

        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void acquire_heldByAnotherThread_waitsForIt() throws Exception {
        Path directory = folder.resolve("model");
        DirectoryLock lock = DirectoryLock.acquire(directory);

        assertWaitsUntil(directory, lock::close);
    }

    @Test
    void tryAcquire_heldInThisProcess_isRefusedByEachOfItsNames() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), Files.createDirectory(folder.resolve("real")));
        try (DirectoryLock lock = DirectoryLock.acquire(folder.resolve("real/model"))) {
            assertThat(lock).isNotNull();
            assertThat(DirectoryLock.tryAcquire(link.resolve("sub/../model"))).isEmpty();
        }
        DirectoryLock.tryAcquire(link.resolve("model")).orElseThrow().close();
    }

    @Test
    void close_twice_leavesTheNextHolderAlone() throws IOException {
        DirectoryLock first = DirectoryLock.acquire(folder.resolve("model"));
        first.close();
        try (DirectoryLock second = DirectoryLock.acquire(folder.resolve("model"))) {
            first.close();
            assertThat(second).isNotNull();
            assertThat(DirectoryLock.tryAcquire(folder.resolve("model"))).isEmpty();
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void acquire_byProcessesAndThreadsInTurn_oneAtATimeThoughTheFileIsDeletedEachTime() throws Exception {
        Path directory = Files.createDirectory(folder.resolve("model"));
        Files.writeString(directory.resolve("count"), "0");
        Process one = ChildJvm.start(Counter.class, List.of(), directory);
        Process two = ChildJvm.start(Counter.class, List.of(), directory);
        Counter.main(new String[] {directory.toString()});

        assertThat(one.waitFor()).isZero();
        assertThat(two.waitFor()).isZero();
        assertThat(directory.resolve("count")).hasContent(Integer.toString(3 * Counter.TIMES));
        assertThat(folder.resolve(".model.lock")).doesNotExist();
    }

    private static void assertWaitsUntil(Path directory, Runnable release) throws Exception {
        CompletableFuture<Boolean> second = CompletableFuture.supplyAsync(() -> {
            try {
                DirectoryLock.acquire(directory).close();
                return true;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
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
