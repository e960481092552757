package ai.graft.serving.predict;

import ai.graft.tokenizer.LongTexts;
import java.util.Optional;

/**
 * How an {@link OnnxPredictor} computes. Start from {@link #defaults()} or {@link #manyTexts()}; immutable.
 *
 * <p>A predictor has one session. Its {@code workers} run batches at the same time, whichever callers they are of, and {@code
 * threads} share the work of one batch. Threads belong to the session and not to a pool of the whole process, which ONNX
 * Runtime fixes at its first use: a library must not take that choice from its application. With one thread a worker computes
 * on its own, and nothing of it is shared.
 *
 * @param device where to compute; one that is not there is an error, never replaced
 * @param workers batches that run at the same time, at least 1
 * @param threads that share the work of one batch; {@link OnnxSession#ALL_CORES} for one each core
 * @param batchTokens tokens of a batch, padding included, at least 1; a longer text is a batch of its own
 * @param batchRows rows of a batch, at least 1
 * @param spinning whether idle threads wait busily between runs too, as they do within one: a little faster where the processor
 *     has nothing else to do, three times the processor time where requests come now and then; of no account with one thread
 * @param warmUp whether opening runs made-up rows once, so that the first caller does not wait for what a first run prepares
 * @param shrinkAbove tokens of a batch, padding included, above which the memory that its run grew by is given back after it,
 *     0 for after every run: a run is slower for it
 * @param longTexts what becomes of long texts, in place of what the model was trained with
 */
public record PredictorOptions(
        Device device,
        int workers,
        int threads,
        int batchTokens,
        int batchRows,
        boolean spinning,
        boolean warmUp,
        int shrinkAbove,
        Optional<LongTexts> longTexts) {
    /** Enough tokens to fill the products of a small encoder, few enough to stay in the processor's caches. */
    private static final int BATCH_TOKENS = 1024;

    private static final int BATCH_ROWS = 64;

    /** Four full batches: only texts of long models, or a caller's own batches, are ever larger. */
    private static final int SHRINK_ABOVE = 4 * BATCH_TOKENS;

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException naming the one that is out of its range
     */
    public PredictorOptions {
        require("workers", workers, 1);
        require("threads", threads, OnnxSession.ALL_CORES);
        require("batchTokens", batchTokens, 1);
        require("batchRows", batchRows, 1);
        require("shrinkAbove", shrinkAbove, 0);
    }

    private static void require(String what, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(what + " is " + value + ", it must be " + least + " or more"
                    + (what.equals("threads") ? "; 0 means one for each core" : ""));
        }
    }

    /** The shortest time for one text: one worker with a thread for each core, on the CPU, warmed up. */
    public static PredictorOptions defaults() {
        return new PredictorOptions(
                Device.CPU,
                1,
                OnnxSession.ALL_CORES,
                BATCH_TOKENS,
                BATCH_ROWS,
                false,
                true,
                SHRINK_ABOVE,
                Optional.empty());
    }

    /** The most texts a second, of one caller or of many: a worker for each core, with one thread each. */
    public static PredictorOptions manyTexts() {
        return defaults()
                .withWorkers(Runtime.getRuntime().availableProcessors())
                .withThreads(1);
    }

    /**
     * So many threads a batch, and as many workers as the cores then have room for.
     *
     * @param threads as the component
     */
    static PredictorOptions ofThreads(int threads) {
        int cores = Runtime.getRuntime().availableProcessors();
        return defaults().withThreads(threads).withWorkers(threads == 0 ? 1 : Math.max(1, cores / threads));
    }

    public PredictorOptions withDevice(Device value) {
        return new PredictorOptions(
                value, workers, threads, batchTokens, batchRows, spinning, warmUp, shrinkAbove, longTexts);
    }

    public PredictorOptions withWorkers(int value) {
        return new PredictorOptions(
                device, value, threads, batchTokens, batchRows, spinning, warmUp, shrinkAbove, longTexts);
    }

    public PredictorOptions withThreads(int value) {
        return new PredictorOptions(
                device, workers, value, batchTokens, batchRows, spinning, warmUp, shrinkAbove, longTexts);
    }

    /** Both limits of a batch. */
    public PredictorOptions withBatch(int tokens, int rows) {
        return new PredictorOptions(device, workers, threads, tokens, rows, spinning, warmUp, shrinkAbove, longTexts);
    }

    public PredictorOptions withSpinning(boolean value) {
        return new PredictorOptions(
                device, workers, threads, batchTokens, batchRows, value, warmUp, shrinkAbove, longTexts);
    }

    public PredictorOptions withWarmUp(boolean value) {
        return new PredictorOptions(
                device, workers, threads, batchTokens, batchRows, spinning, value, shrinkAbove, longTexts);
    }

    public PredictorOptions withShrinkAbove(int value) {
        return new PredictorOptions(
                device, workers, threads, batchTokens, batchRows, spinning, warmUp, value, longTexts);
    }

    /** Empty for what the model was trained with. */
    public PredictorOptions withLongTexts(Optional<LongTexts> value) {
        return new PredictorOptions(
                device, workers, threads, batchTokens, batchRows, spinning, warmUp, shrinkAbove, value);
    }
}
