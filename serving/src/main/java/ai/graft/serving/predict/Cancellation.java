package ai.graft.serving.predict;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * What may end calls of a predictor before they are done: {@link #cancel} from any thread, a deadline, or both. One object may
 * stand for several calls, one after the other or at once; it cannot be used again once it has ended. Thread-safe.
 */
public final class Cancellation {
    /** Longer waits than a century overflow the clock. */
    private static final Duration LONGEST = Duration.ofDays(36_500);

    private final Duration limit;
    private final OptionalLong endNanos; // System.nanoTime()
    private final Set<Runnable> listeners = new LinkedHashSet<>();
    private boolean cancelled;

    private Cancellation(Duration limit, OptionalLong endNanos) {
        this.limit = limit;
        this.endNanos = endNanos;
    }

    /** Ends calls by {@link #cancel} alone. */
    public static Cancellation byCaller() {
        return new Cancellation(Duration.ZERO, OptionalLong.empty());
    }

    /**
     * Ends calls when this time has passed, counted from now.
     *
     * @throws IllegalArgumentException where it is negative
     */
    public static Cancellation after(Duration limit) {
        if (limit.isNegative()) {
            throw new IllegalArgumentException("a deadline of " + limit + " is in the past; give a positive duration");
        }
        Duration bounded = limit.compareTo(LONGEST) > 0 ? LONGEST : limit;
        return new Cancellation(bounded, OptionalLong.of(System.nanoTime() + bounded.toNanos()));
    }

    /** Ends the calls that run with this object, and those that will be made with it. More than once does no harm. */
    public void cancel() {
        Set<Runnable> told;
        synchronized (this) {
            cancelled = true;
            told = new LinkedHashSet<>(listeners);
            listeners.clear();
        }
        told.forEach(Runnable::run);
    }

    /** Whether {@link #cancel} was called. */
    public synchronized boolean cancelled() {
        return cancelled;
    }

    /** Time from making to the deadline; zero where there is none. */
    Duration limit() {
        return limit;
    }

    /** Time left in nanoseconds, 0 or less when it is over; as good as endless where there is no deadline. */
    long remainingNanos() {
        return endNanos.isPresent() ? endNanos.getAsLong() - System.nanoTime() : TimeUnit.DAYS.toNanos(36_500);
    }

    /** Runs {@code listener} on {@link #cancel}; at once where that has been called. */
    void listen(Runnable listener) {
        synchronized (this) {
            if (!cancelled) {
                listeners.add(listener);
                return;
            }
        }
        listener.run();
    }

    synchronized void forget(Runnable listener) {
        listeners.remove(listener);
    }
}
