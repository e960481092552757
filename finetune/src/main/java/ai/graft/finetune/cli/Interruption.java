package ai.graft.finetune.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Ctrl-C (or SIGTERM) in a command that has something to save: as long as an instance is open, a signal does not end the
 * process but asks the command to end by itself. Java hears a first signal only; a second one changes nothing.
 *
 * <p>{@link #endProcess} runs in a thread of Java's, the rest on the command's.
 */
final class Interruption implements AutoCloseable {
    private static final AtomicReference<@Nullable Interruption> OPEN = new AtomicReference<>();

    private final Runnable announcement;
    private volatile boolean requested;

    private Interruption(Runnable announcement) {
        this.announcement = announcement;
    }

    /**
     * From now on the command ends by itself.
     *
     * @param announcement tells the user so when the signal comes
     */
    static Interruption begin(Runnable announcement) {
        Interruption interruption = new Interruption(announcement);
        OPEN.set(interruption);
        return interruption;
    }

    /** Whether a signal has come. */
    boolean requested() {
        return requested;
    }

    /** From now on a signal ends the process, unless one has come: then the command's own end does. */
    @Override
    public void close() {
        OPEN.compareAndSet(this, null);
    }

    /**
     * What the process does when a signal has come, as its last hook: ends, or lets the command end. Never returns, since
     * that would end the process in the usual way.
     */
    static void endProcess() {
        Interruption open = OPEN.get();
        if (open == null) {
            Runtime.getRuntime().halt(Failure.INTERRUPTED);
            return;
        }
        open.requested = true;
        open.announcement.run();
        try {
            new CountDownLatch(1).await(); // until the command's thread halts the process
        } catch (InterruptedException e) {
            Runtime.getRuntime().halt(Failure.INTERRUPTED);
        }
    }
}
