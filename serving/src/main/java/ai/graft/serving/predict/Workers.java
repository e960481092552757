package ai.graft.serving.predict;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/**
 * The threads that run the batches of a predictor's calls, so many at the same time whoever asks. The callers' own threads
 * only wait, so that an interruption or a deadline finds them awake.
 *
 * <p>Between two batches of a call a worker turns to the batches of others: a text alone does not wait for a thousand that came
 * before it.
 */
final class Workers implements AutoCloseable {
    private final int count;
    private final ThreadPoolExecutor threads;

    Workers(int count, String name) {
        this.count = count;
        AtomicInteger numbers = new AtomicInteger();
        this.threads = new ThreadPoolExecutor(
                count, count, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> thread(work, name, numbers));
    }

    private static Thread thread(Runnable work, String name, AtomicInteger numbers) {
        Thread thread = new Thread(work, name + "-" + numbers.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Runs batches 0 to {@code batches - 1} and returns when no more of them runs: because all are done, or because the call
     * was ended.
     *
     * @throws RuntimeException what ended the call early
     */
    void run(TextCall call, int batches, IntConsumer batch) {
        Strands strands = new Strands(call, batches, batch);
        Runnable cancel = call::cancel;
        call.cancellation().listen(cancel);
        try {
            strands.start();
            strands.await();
        } finally {
            call.cancellation().forget(cancel);
        }
        call.require();
    }

    /** The batches of one call, drawn by as many strands as there are workers. */
    private final class Strands {
        private final TextCall call;
        private final IntConsumer batch;
        private final int batches;
        private final AtomicInteger next = new AtomicInteger();
        private final CountDownLatch left;

        Strands(TextCall call, int batches, IntConsumer batch) {
            this.call = call;
            this.batches = batches;
            this.batch = batch;
            this.left = new CountDownLatch(Math.min(count, batches));
        }

        void start() {
            for (long strand = left.getCount(); strand > 0; strand--) {
                threads.execute(this::step);
            }
        }

        private void step() {
            int index = next.getAndIncrement();
            if (index >= batches || call.stop().stopped()) {
                left.countDown();
                return;
            }
            try {
                batch.accept(index);
            } catch (RuntimeException e) {
                call.fail(e);
            } catch (Error e) { // memory, a native library: the caller must hear of it, and not wait for ever
                call.fail(new OnnxException("a batch failed: " + e, e));
            }
            threads.execute(this::step); // behind the batches of other calls
        }

        void await() {
            boolean interrupted = Thread.interrupted();
            if (interrupted) {
                call.interrupt();
            }
            while (left.getCount() > 0) {
                try {
                    long nanos = call.stop().stopped()
                            ? Long.MAX_VALUE // the last operations end
                            : Math.max(0, call.cancellation().remainingNanos());
                    if (!left.await(nanos, TimeUnit.NANOSECONDS)) {
                        call.expire();
                    }
                } catch (InterruptedException e) {
                    interrupted = true;
                    call.interrupt();
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Batches that wait are run first. */
    @Override
    public void close() {
        threads.shutdown();
    }
}
