package ai.graft.serving.predict;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/**
 * One call with many texts under way: how far it is, and what ended it. Thread-safe.
 *
 * <p>A call ends early for the first reason alone; a failure of a batch is one too.
 */
final class TextCall {
    private final StopSwitch stop = new StopSwitch();
    private final Cancellation cancellation;
    private final int texts;
    private int[] piecesLeft = new int[0];
    private int done;
    private Optional<RuntimeException> ended = Optional.empty();

    TextCall(int texts, Cancellation cancellation) {
        this.texts = texts;
        this.cancellation = cancellation;
    }

    StopSwitch stop() {
        return stop;
    }

    Cancellation cancellation() {
        return cancellation;
    }

    /** The texts are known as rows, some of them as several. */
    synchronized void begin(List<Integer> piecesOfTexts) {
        piecesLeft = piecesOfTexts.stream().mapToInt(Integer::intValue).toArray();
    }

    /** Rows of these texts are done. */
    synchronized void done(int[] owners) {
        for (int text : owners) {
            piecesLeft[text]--;
            done += piecesLeft[text] == 0 ? 1 : 0;
        }
    }

    private synchronized void end(RuntimeException reason) {
        if (ended.isEmpty() && !isDone()) {
            ended = Optional.of(reason);
            stop.stop();
        }
    }

    private synchronized boolean isDone() {
        return texts > 0 && done == texts;
    }

    private synchronized String progress() {
        return String.format(Locale.ROOT, "%,d of %,d texts were done", done, texts);
    }

    /** Somebody called {@link Cancellation#cancel}. */
    void cancel() {
        end(new CancellationException("the prediction was cancelled; " + progress()));
    }

    /** The thread that waits was interrupted. */
    void interrupt() {
        end(new CancellationException("the prediction's thread was interrupted; " + progress()));
    }

    /** The time is over. */
    void expire() {
        Duration limit = cancellation.limit();
        end(new DeadlineException(String.format(
                Locale.ROOT,
                "the deadline of %s passed when %s. Give it longer, or fewer or shorter texts at once.",
                seconds(limit),
                progress())));
    }

    private static String seconds(Duration limit) {
        return limit.toMillis() < 10_000
                ? limit.toMillis() + " ms"
                : String.format(Locale.ROOT, "%.1f s", limit.toMillis() / 1e3);
    }

    /** A batch failed. */
    void fail(RuntimeException failure) {
        if (!(failure instanceof StopSwitch.StoppedException)) {
            end(failure);
        }
    }

    /** Ends the call where its token or thread says so; for the stretches that a caller's own thread works. */
    void check() {
        if (cancellation.cancelled()) {
            cancel();
        } else if (cancellation.remainingNanos() <= 0) {
            expire();
        } else if (Thread.currentThread().isInterrupted()) {
            interrupt();
        }
        require();
    }

    /** @throws RuntimeException what ended the call early, where something did */
    synchronized void require() {
        if (ended.isPresent()) {
            throw ended.get();
        }
    }
}
