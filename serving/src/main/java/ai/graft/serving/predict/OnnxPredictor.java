package ai.graft.serving.predict;

import ai.graft.model.checkpoint.GraftFile;
import ai.graft.model.config.ConfigFile;
import ai.graft.model.config.ModelConfig;
import ai.graft.model.network.Inputs;
import ai.graft.model.task.Answer;
import ai.graft.model.task.Pooling;
import ai.graft.model.task.Prediction;
import ai.graft.model.task.Task;
import ai.graft.serving.bundle.BundledModel;
import ai.graft.tokenizer.Batch;
import ai.graft.tokenizer.FittedIds;
import ai.graft.tokenizer.LengthLimit;
import ai.graft.tokenizer.LongTexts;
import ai.graft.tokenizer.TextInput;
import ai.graft.tokenizer.TokenBudget;
import ai.graft.tokenizer.TokenIds;
import ai.graft.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An exported model on ONNX Runtime: texts in, answers or vectors out.
 *
 * <p>Texts longer than the model reads are cut or read in windows, as it was trained to. Many texts run in batches of like length, and results come
 * in the caller's order. May be shared between threads; whoever opened it closes it. {@link #close} waits for running calls,
 * calls after it are an {@link IllegalStateException}.
 */
public final class OnnxPredictor implements AutoCloseable {
    /** Name of the model's file in an exported directory. */
    public static final String MODEL = "model.onnx";

    /** Enough rows to fill the products of a small encoder, few enough to stay in the processor's caches. */
    private static final TokenBudget BUDGET = new TokenBudget(1024, 64);

    private static final String LOGITS = "logits";
    private static final String HIDDEN = "last_hidden_state";

    private final Path directory;
    private final OnnxSession session;
    private final OnnxMetadata metadata;
    private final ModelConfig config;
    private final Tokenizer tokenizer;
    private final GraftFile graft;
    private final LengthLimit limit;

    private OnnxPredictor(
            Path directory,
            OnnxSession session,
            OnnxMetadata metadata,
            ModelConfig config,
            Tokenizer tokenizer,
            GraftFile graft,
            LengthLimit limit) {
        this.directory = directory;
        this.session = session;
        this.metadata = metadata;
        this.config = config;
        this.tokenizer = tokenizer;
        this.graft = graft;
        this.limit = limit;
    }

    /** Opens an exported directory on the CPU, with a thread for each core. */
    public static OnnxPredictor open(Path directory) {
        return open(directory, Device.CPU, OnnxSession.ALL_CORES);
    }

    /** Opens an exported directory that reads long texts as the model was trained to; see the other. */
    public static OnnxPredictor open(Path directory, Device device, int threads) {
        return open(directory, device, threads, Optional.empty());
    }

    /**
     * Opens an exported directory.
     *
     * @param threads that share the work of one call; {@link OnnxSession#ALL_CORES} for one each core
     * @param longTexts what becomes of long texts, in place of what the model was trained with
     * @throws OnnxException where {@code model.onnx} is missing or none of Graft's, the tokenizer is not the one that it was
     *     exported with, or the device is not there: it is never replaced quietly
     * @throws ai.graft.model.config.ConfigException where {@code config.json} cannot be used
     * @throws ai.graft.tokenizer.TokenizerException where the tokenizer's files cannot be used
     */
    public static OnnxPredictor open(Path directory, Device device, int threads, Optional<LongTexts> longTexts) {
        Path file = directory.resolve(MODEL);
        OnnxSession session = OnnxSession.open(file, device, threads);
        try {
            OnnxMetadata metadata = OnnxMetadata.parse(session.metadata(), file.toString());
            FileContract.check(session, metadata, file);
            ModelConfig config =
                    ConfigFile.read(directory.resolve("config.json")).model();
            GraftFile graft = GraftFile.read(directory);
            LengthLimit limit = new LengthLimit(
                    metadata.maxLength(), longTexts.orElseGet(() -> graft.longTexts(LongTexts::parse, LongTexts.HEAD)));
            Tokenizer tokenizer = openTokenizer(directory, metadata);
            return new OnnxPredictor(directory, session, metadata, config, tokenizer, graft, limit);
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

    /** What the file says of itself: task, labels, maximum length, proof. */
    public OnnxMetadata metadata() {
        return metadata;
    }

    /** How much of a text is read. */
    public LengthLimit limit() {
        return limit;
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
        return answer(texts).stream().map(Answer::prediction).toList();
    }

    /**
     * As {@link #predict(List)}, with how each text was read.
     *
     * @throws IllegalArgumentException where the model is no text classifier or regressor
     */
    public List<Answer> answer(List<TextInput> texts) {
        Task task = requireTask();
        List<FittedIds> fitted = limit.fit(tokenizer, texts);
        float[][] logits = inBatches(fitted, batch -> session.run(batch, LOGITS));
        List<Answer> answers = new ArrayList<>(texts.size());
        for (int i = 0; i < logits.length; i++) {
            int tokens = fitted.get(i).wholeLength();
            answers.add(new Answer(Prediction.of(task, logits[i]), tokens, tokens > limit.maxLength()));
        }
        return answers;
    }

    /**
     * The logits (L) of each text or pair, in their order.
     *
     * @throws IllegalArgumentException where the model is no text classifier or regressor
     */
    public float[][] logits(List<TextInput> texts) {
        requireTask();
        return inBatches(limit.fit(tokenizer, texts), batch -> session.run(batch, LOGITS));
    }

    /**
     * A vector (H) for each text or pair, in their order.
     *
     * @param normalized whether each vector is scaled to length 1
     * @throws IllegalArgumentException where the model is no bare encoder
     */
    public float[][] embed(List<TextInput> texts, Pooling pooling, boolean normalized) {
        if (!session.outputs().contains(HIDDEN)) {
            throw new IllegalArgumentException(directory + " holds a " + metadata.modelClass()
                    + ", which gives no hidden states. Export a bare encoder to embed texts.");
        }
        float[][] vectors =
                inBatches(limit.fit(tokenizer, texts), batch -> pooling.apply(session.run(batch, HIDDEN), batch));
        if (normalized) {
            Arrays.setAll(vectors, i -> Pooling.normalized(vectors[i], config.hiddenSize()));
        }
        return vectors;
    }

    /**
     * The raw outputs of any head for a batch of ids, by name and in row order: {@code logits} (B, L), (B, S, L) or (B, S, V);
     * {@code start_logits} and {@code end_logits} (B, S); {@code last_hidden_state} (B, S, H) and {@code pooler_output} (B, H).
     *
     * @throws IllegalArgumentException naming an id that the model's tables do not have
     */
    public Map<String, float[]> run(Inputs batch) {
        batch.check(config);
        return session.run(batch);
    }

    private Task requireTask() {
        return metadata.textTask()
                .map(graft::apply)
                .orElseThrow(() -> new IllegalArgumentException(directory + " holds a " + metadata.modelClass()
                        + ", which is no text classifier or regressor. Export a fine-tuned one to predict."));
    }

    private interface Run {
        /** Rows of equal size, one after the other. */
        float[] of(Inputs batch);
    }

    /** A result for each text: of its one piece, or the mean of its windows'. */
    private float[][] inBatches(List<FittedIds> texts, Run run) {
        List<TokenIds> rows =
                texts.stream().flatMap(text -> text.pieces().stream()).toList();
        float[][] results = new float[rows.size()][];
        for (int[] group : BUDGET.group(rows.stream().mapToInt(TokenIds::length).toArray())) {
            float[] flat = run.of(batch(rows, group));
            int size = flat.length / group.length;
            for (int i = 0; i < group.length; i++) {
                results[group[i]] = Arrays.copyOfRange(flat, i * size, (i + 1) * size);
            }
        }
        float[][] means = new float[texts.size()][];
        int row = 0;
        for (int i = 0; i < means.length; i++) {
            int end = row + texts.get(i).pieces().size();
            means[i] = mean(Arrays.copyOfRange(results, row, end));
            row = end;
        }
        return means;
    }

    private static float[] mean(float[][] windows) {
        float[] mean = windows[0];
        for (int window = 1; window < windows.length; window++) {
            for (int i = 0; i < mean.length; i++) {
                mean[i] += windows[window][i];
            }
        }
        for (int i = 0; windows.length > 1 && i < mean.length; i++) {
            mean[i] /= windows.length;
        }
        return mean;
    }

    private Inputs batch(List<TokenIds> rows, int[] group) {
        Batch batch = Batch.pad(Arrays.stream(group).mapToObj(rows::get).toList(), config.padTokenId());
        // A model without types, or with one, takes type 0 everywhere, whatever the tokenizer says.
        int[] types = config.typeVocabSize() > 1 ? batch.tokenTypeIds() : new int[batch.inputIds().length];
        Inputs inputs = new Inputs(batch.rows(), batch.columns(), batch.inputIds(), batch.attentionMask(), types);
        inputs.check(config);
        return inputs;
    }

    @Override
    public void close() {
        session.close();
        tokenizer.close();
    }
}
