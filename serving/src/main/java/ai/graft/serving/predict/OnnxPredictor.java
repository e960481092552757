package ai.graft.serving.predict;

import ai.graft.model.checkpoint.CheckpointException;
import ai.graft.model.checkpoint.GraftFile;
import ai.graft.model.checkpoint.SentenceVectors;
import ai.graft.model.config.ConfigFile;
import ai.graft.model.config.ModelConfig;
import ai.graft.model.network.Inputs;
import ai.graft.model.network.Pooling;
import ai.graft.model.task.Answer;
import ai.graft.model.task.AnswerRules;
import ai.graft.model.task.FoundAnswer;
import ai.graft.model.task.Prediction;
import ai.graft.model.task.Task;
import ai.graft.model.task.TextLogits;
import ai.graft.serving.bundle.BundledModel;
import ai.graft.tokenizer.LengthLimit;
import ai.graft.tokenizer.LongTexts;
import ai.graft.tokenizer.TextInput;
import ai.graft.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * An exported model on ONNX Runtime: texts in, answers or vectors out.
 *
 * <p>Texts longer than the model reads are cut or read in windows, as it was trained to. Many texts are tokenised once and run
 * in batches of like length on the predictor's own threads, and results come in the caller's order. {@link PredictorOptions}
 * says on how many; a caller's batches take turns with those of others.
 *
 * <p>May be shared between threads; whoever opened it closes it. Calls with a {@link Cancellation} end early by a {@link
 * java.util.concurrent.CancellationException} or a {@link DeadlineException}; every call ends by the former, and leaves its
 * thread interrupted, where the thread is interrupted. Between operations of the network that takes some milliseconds; the
 * tokenising of 512 texts is not left half done. The predictor can be used on.
 *
 * <p>Texts, pairs and lists may not be null; an empty text is one without words.
 */
public final class OnnxPredictor implements AutoCloseable {
    /** Name of the model's file in an exported directory. */
    public static final String MODEL = "model.onnx";

    private static final String LOGITS = "logits";
    private static final String HIDDEN = "last_hidden_state";

    /** Lengths of the made-up rows that a warm-up runs. */
    private static final int[] WARM_UP = {4, 16, 64};

    private final Path directory;
    private final OnnxSession session;
    private final OnnxMetadata metadata;
    private final ModelConfig config;
    private final GraftFile graft;
    private final RowRuns rowRuns;
    private final TextRuns runs;
    private final ContextRuns contextRuns;
    private final Supplier<Optional<SentenceVectors>> vectors;
    private final ReadWriteLock calls = new ReentrantReadWriteLock();
    private volatile boolean closed;

    private OnnxPredictor(
            Path directory,
            OnnxSession session,
            OnnxMetadata metadata,
            ModelConfig config,
            GraftFile graft,
            RowRuns rowRuns,
            LengthLimit limit) {
        this.directory = directory;
        this.session = session;
        this.metadata = metadata;
        this.config = config;
        this.graft = graft;
        this.rowRuns = rowRuns;
        this.runs = new TextRuns(rowRuns, limit);
        this.contextRuns = new ContextRuns(rowRuns, session, limit.maxLength(), graft.answerRules());
        this.vectors = vectors(directory);
    }

    /** Read at once, for the directory of a bundled model is soon gone; what is wrong there is the business of embedding alone. */
    private static Supplier<Optional<SentenceVectors>> vectors(Path directory) {
        try {
            Optional<SentenceVectors> found = SentenceVectors.read(directory);
            return () -> found;
        } catch (CheckpointException e) {
            return () -> {
                throw e;
            };
        }
    }

    /** Opens an exported directory with {@link PredictorOptions#defaults()}. */
    public static OnnxPredictor open(Path directory) {
        return open(directory, PredictorOptions.defaults());
    }

    /** Opens an exported directory that reads long texts as the model was trained to; see the other. */
    public static OnnxPredictor open(Path directory, Device device, int threads) {
        return open(directory, device, threads, Optional.empty());
    }

    /**
     * Opens an exported directory with as many workers as the cores have room for.
     *
     * @param threads that share the work of one batch; {@link OnnxSession#ALL_CORES} for one each core
     * @param longTexts what becomes of long texts, in place of what the model was trained with
     * @throws OnnxException as {@link #open(Path, PredictorOptions)}
     */
    public static OnnxPredictor open(Path directory, Device device, int threads, Optional<LongTexts> longTexts) {
        return open(
                directory,
                PredictorOptions.ofThreads(threads).withDevice(device).withLongTexts(longTexts));
    }

    /**
     * Opens an exported directory.
     *
     * @throws OnnxException where {@code model.onnx} is missing or none of Graft's, the tokenizer is not the one that it was
     *     exported with, or the device is not there: it is never replaced quietly
     * @throws ai.graft.model.config.ConfigException where {@code config.json} cannot be used
     * @throws ai.graft.tokenizer.TokenizerException where the tokenizer's files cannot be used
     */
    public static OnnxPredictor open(Path directory, PredictorOptions options) {
        Path file = directory.resolve(MODEL);
        OnnxSession session = OnnxSession.open(file, options);
        try {
            OnnxMetadata metadata = OnnxMetadata.parse(session.metadata(), file.toString());
            FileContract.check(session, metadata, file);
            ModelConfig config =
                    ConfigFile.read(directory.resolve("config.json")).model();
            GraftFile graft = GraftFile.read(directory);
            LongTexts beyond = options.longTexts().orElseGet(() -> graft.longTexts(LongTexts::parse, LongTexts.HEAD));
            LengthLimit limit = new LengthLimit(metadata.maxLength(), beyond);
            if (options.warmUp()) {
                warmUp(session, config, metadata.maxLength());
            }
            RowRuns rowRuns = new RowRuns(openTokenizer(directory, metadata), config, options);
            return new OnnxPredictor(directory, session, metadata, config, graft, rowRuns, limit);
        } catch (RuntimeException | Error e) {
            session.close();
            throw e;
        }
    }

    /**
     * Opens a model that lies in a jar on the class path, on the CPU, with a thread for each core; see the other.
     *
     * @param name as {@code graft export --layout jar --name} gave it
     */
    public static OnnxPredictor fromClasspath(String name) {
        return fromClasspath(name, Device.CPU, OnnxSession.ALL_CORES);
    }

    /**
     * Opens a model that lies in a jar on the class path. It is unpacked into a temporary folder, which is gone again when this
     * returns.
     *
     * @param threads that share the work of one call; {@link OnnxSession#ALL_CORES} for one each core
     * @throws IllegalArgumentException where the class path has no such model; the message names those that it has
     * @throws IllegalStateException where two jars have it; the message names both
     * @throws OnnxException where the jar is damaged, or as {@link #open(Path)}
     */
    public static OnnxPredictor fromClasspath(String name, Device device, int threads) {
        try {
            return BundledModel.find(name).unpacked(directory -> open(directory, device, threads));
        } catch (IOException e) {
            throw new OnnxException("model '" + name + "' of the class path: " + e.getMessage(), e);
        }
    }

    private static Tokenizer openTokenizer(Path directory, OnnxMetadata metadata) {
        Tokenizer tokenizer = Tokenizer.load(directory);
        if (!tokenizer.fingerprint().equals(metadata.tokenizerFingerprint())) {
            String found = tokenizer.fingerprint();
            tokenizer.close();
            throw new OnnxException(directory + ": the tokenizer (fingerprint " + found
                    + ") is not the one that the model was exported with (" + metadata.tokenizerFingerprint()
                    + "). Put its files back, or export the checkpoint again.");
        }
        return tokenizer;
    }

    /** One batch of rows of several lengths, all of the token that pads. */
    private static void warmUp(OnnxSession session, ModelConfig config, int maxLength) {
        int columns = Math.min(maxLength, WARM_UP[WARM_UP.length - 1]);
        int[] ids = new int[WARM_UP.length * columns];
        int[] mask = new int[ids.length];
        Arrays.fill(ids, config.padTokenId());
        for (int row = 0; row < WARM_UP.length; row++) {
            Arrays.fill(mask, row * columns, row * columns + Math.min(columns, WARM_UP[row]), 1);
        }
        session.run(new Inputs(WARM_UP.length, columns, ids, mask, new int[ids.length]));
    }

    /** What the file says of itself: task, labels, maximum length, proof. */
    public OnnxMetadata metadata() {
        return metadata;
    }

    /** How much of a text is read. */
    public LengthLimit limit() {
        return runs.limit();
    }

    /** Version of ONNX Runtime. */
    public String runtimeVersion() {
        return session.runtimeVersion();
    }

    /**
     * What the model answers, with its thresholds.
     *
     * @throws IllegalArgumentException where it is no text classifier or regressor
     */
    public Task.OfText task() {
        return metadata.textTask()
                .map(graft::apply)
                .orElseThrow(() -> new IllegalArgumentException(directory + " holds a " + metadata.modelClass()
                        + ", which is no text classifier or regressor. Export a fine-tuned one to predict."));
    }

    /** The answer for one text. */
    public Prediction predict(String text) {
        return predict(List.of(TextInput.of(text))).get(0);
    }

    /** The answer for a pair of texts. */
    public Prediction predict(String text, String pair) {
        return predict(List.of(TextInput.of(text, pair))).get(0);
    }

    /**
     * The answer for each text or pair, in their order.
     *
     * @throws IllegalArgumentException where the model is no text classifier or regressor
     */
    public List<Prediction> predict(List<TextInput> texts) {
        return predict(texts, Cancellation.byCaller());
    }

    /**
     * As {@link #predict(List)}, within this time.
     *
     * @throws DeadlineException where that does not suffice; no answer is then given
     */
    public List<Prediction> predict(List<TextInput> texts, Duration limit) {
        return predict(texts, Cancellation.after(limit));
    }

    /**
     * As {@link #predict(List)}, until it is cancelled.
     *
     * @throws java.util.concurrent.CancellationException where it is
     * @throws DeadlineException at the deadline
     */
    public List<Prediction> predict(List<TextInput> texts, Cancellation cancellation) {
        return answer(texts, cancellation).stream().map(Answer::prediction).toList();
    }

    /**
     * As {@link #predict(List)}, with how each text was read.
     *
     * @throws IllegalArgumentException where the model is no text classifier or regressor
     */
    public List<Answer> answer(List<TextInput> texts) {
        return answer(texts, Cancellation.byCaller());
    }

    /** As {@link #answer(List)}, until it is cancelled; see {@link #predict(List, Cancellation)}. */
    public List<Answer> answer(List<TextInput> texts, Cancellation cancellation) {
        Task.OfText task = task();
        TextLogits read = read(texts, cancellation);
        List<Answer> answers = new ArrayList<>(texts.size());
        for (int i = 0; i < read.tokens().length; i++) {
            int tokens = read.tokens()[i];
            Prediction prediction = Prediction.of(task, read.logits()[i]);
            answers.add(new Answer(prediction, tokens, tokens > limit().maxLength()));
        }
        return answers;
    }

    /**
     * The logits (L) of each text or pair, in their order.
     *
     * @throws IllegalArgumentException where the model is no text classifier or regressor
     */
    public float[][] logits(List<TextInput> texts) {
        return read(texts, Cancellation.byCaller()).logits();
    }

    /**
     * The logits (L) and lengths of texts or pairs, in their order, until it is cancelled.
     *
     * @throws IllegalArgumentException where the model is no text classifier or regressor
     * @throws java.util.concurrent.CancellationException where it is cancelled
     * @throws DeadlineException at the deadline
     */
    public TextLogits read(List<TextInput> texts, Cancellation cancellation) {
        task();
        List<TextInput> checked = checked(texts);
        TextRuns.Rows rows =
                whileOpen(() -> runs.run(checked, cancellation, (batch, stop) -> session.run(batch, LOGITS, stop)));
        return new TextLogits(rows.values(), rows.tokens());
    }

    /**
     * How contexts are read and answers to questions are chosen.
     *
     * @throws IllegalArgumentException where the model answers no questions
     */
    public AnswerRules answerRules() {
        if (!metadata.task().equals(Task.QuestionAnswering.NAME)) {
            throw new IllegalArgumentException(directory + " holds a " + metadata.modelClass()
                    + ", which answers no questions. Export a model that was fine-tuned with --task qa.");
        }
        return contextRuns.rules();
    }

    /**
     * The answer to a question out of its context, which may be longer than the model reads at once.
     *
     * @throws IllegalArgumentException as {@link #answerQuestions}
     */
    public FoundAnswer answer(String question, String context) {
        return answerQuestions(List.of(TextInput.of(question, context))).get(0);
    }

    /**
     * The answer to each question, in their order. The windows over all contexts are held at once, some 20 bytes a token.
     *
     * @param questions each with its context as the second text
     * @throws IllegalArgumentException where the model answers no questions, or one has no context or a blank text
     * @throws ai.graft.tokenizer.QuestionTooLongException where a question leaves no room for its context
     */
    public List<FoundAnswer> answerQuestions(List<TextInput> questions) {
        return answerQuestions(questions, Cancellation.byCaller());
    }

    /** As the other, until it is cancelled; see {@link #predict(List, Cancellation)}. */
    public List<FoundAnswer> answerQuestions(List<TextInput> questions, Cancellation cancellation) {
        answerRules();
        List<TextInput> checked = checked(questions);
        for (int i = 0; i < checked.size(); i++) {
            AnswerRules.requireQuestion(i, checked.get(i).text(), checked.get(i).pair());
        }
        return whileOpen(() -> contextRuns.answer(checked, cancellation));
    }

    /**
     * How the model's files say that texts become vectors; empty where they do not.
     *
     * @throws ai.graft.model.checkpoint.CheckpointException where they ask for what is not known here
     */
    public Optional<SentenceVectors> vectors() {
        return vectors.get();
    }

    /**
     * A vector (H) for each text or pair, in their order, as the model's files say ({@link #vectors}).
     *
     * @throws IllegalArgumentException where they say nothing, or the model is no bare encoder
     */
    public float[][] embed(List<TextInput> texts) {
        SentenceVectors recipe = vectors()
                .orElseThrow(() -> new IllegalArgumentException(directory
                        + " has no 1_Pooling/config.json, which would say how texts become vectors. Name the pooling, as the"
                        + " model's card does."));
        return embed(texts, recipe.pooling(), recipe.normalized());
    }

    /**
     * A vector (H) for each text or pair, in their order.
     *
     * @param normalized whether each vector is scaled to length 1
     * @throws IllegalArgumentException where the model is no bare encoder
     */
    public float[][] embed(List<TextInput> texts, Pooling pooling, boolean normalized) {
        return embed(texts, pooling, normalized, Cancellation.byCaller());
    }

    /** As the other, until it is cancelled; see {@link #predict(List, Cancellation)}. */
    public float[][] embed(List<TextInput> texts, Pooling pooling, boolean normalized, Cancellation cancellation) {
        List<TextInput> checked = checked(texts);
        return whileOpen(() -> {
            if (!session.outputs().contains(HIDDEN)) {
                throw new IllegalArgumentException(directory + " holds a " + metadata.modelClass()
                        + ", which gives no hidden states. Export a bare encoder to embed texts.");
            }
            float[][] vectors = runs.run(
                            checked,
                            cancellation,
                            (batch, stop) -> pooling.apply(session.run(batch, HIDDEN, stop), batch))
                    .values();
            if (normalized) {
                Arrays.setAll(vectors, i -> Pooling.normalized(vectors[i], config.hiddenSize()));
            }
            return vectors;
        });
    }

    /**
     * The raw outputs of any head for a batch of ids, by name and in row order: {@code logits} (B, L), (B, S, L) or (B, S, V);
     * {@code start_logits} and {@code end_logits} (B, S); {@code last_hidden_state} (B, S, H) and {@code pooler_output} (B, H).
     * Runs on the caller's thread, beside the predictor's workers, and cannot be ended early.
     *
     * @throws IllegalArgumentException naming an id that the model's tables do not have, or a row that is too long
     */
    public Map<String, float[]> run(Inputs batch) {
        batch.check(config);
        return whileOpen(() -> session.run(batch));
    }

    private static List<TextInput> checked(List<TextInput> texts) {
        Objects.requireNonNull(texts, "texts");
        for (int i = 0; i < texts.size(); i++) {
            int index = i;
            Objects.requireNonNull(texts.get(i), () -> "texts[" + index + "]");
        }
        return List.copyOf(texts);
    }

    private <R> R whileOpen(Supplier<R> call) {
        requireOpen(); // callers that come while others are waited for are not kept waiting
        calls.readLock().lock();
        try {
            requireOpen();
            return call.get();
        } finally {
            calls.readLock().unlock();
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the predictor of " + directory + " was closed; open it again to use it");
        }
    }

    /**
     * Waits for running calls, then frees everything; calls that come meanwhile or later are an {@link IllegalStateException}.
     * Give calls that may be long a {@link Cancellation}, and cancel it to close sooner. Closing twice does no harm.
     */
    @Override
    public void close() {
        closed = true;
        calls.writeLock().lock();
        try {
            rowRuns.close();
            session.close();
        } finally {
            calls.writeLock().unlock();
        }
    }
}
