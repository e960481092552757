package ai.graft.finetune.engine;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import java.util.Optional;

/**
 * The C library's heap, where PyTorch's tensors lie. Training leaves holes in it, more of them the more the batches' shapes
 * vary, and glibc keeps their pages; given back to the system now and then, resident memory stays what is in use.
 *
 * <p>Not safe for use by several threads at once.
 */
final class NativeHeap {
    /** How many times as long as the last trim took must pass before the next: so it costs two per cent of the time at most. */
    private static final long PAUSE = 50;

    private static final Optional<Function> MALLOC_TRIM = mallocTrim();

    private long end = System.nanoTime();
    private long pause;

    /** As {@link #trim}, unless that was done a short while ago. */
    void trimNowAndThen() {
        if (System.nanoTime() - end >= pause) {
            trim();
        }
    }

    /** Gives free pages back. Does nothing where the C library is not glibc. */
    void trim() {
        if (MALLOC_TRIM.isEmpty()) {
            return;
        }
        long start = System.nanoTime();
        MALLOC_TRIM.get().invokeInt(new Object[] {0L});
        end = System.nanoTime();
        pause = (end - start) * PAUSE;
    }

    private static Optional<Function> mallocTrim() {
        if (!Platform.isLinux()) {
            return Optional.empty();
        }
        try {
            return Optional.of(NativeLibrary.getInstance("c").getFunction("malloc_trim"));
        } catch (UnsatisfiedLinkError notGlibc) {
            return Optional.empty();
        }
    }
}
