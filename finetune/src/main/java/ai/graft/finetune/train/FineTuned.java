package ai.graft.finetune.train;

import ai.graft.finetune.engine.ComputeDevice;
import ai.graft.finetune.engine.Precision;
import ai.graft.finetune.engine.TorchNetwork;
import ai.graft.model.checkpoint.AtomicDirectory;
import ai.graft.model.checkpoint.Checkpoint;
import ai.graft.model.checkpoint.CheckpointException;
import ai.graft.model.checkpoint.DType;
import ai.graft.model.checkpoint.GraftFile;
import ai.graft.model.checkpoint.PretrainedNetwork;
import ai.graft.model.config.ConfigFile;
import ai.graft.model.network.Head;
import ai.graft.model.task.Answer;
import ai.graft.model.task.Prediction;
import ai.graft.model.task.Task;
import ai.graft.model.task.TextLogits;
import ai.graft.tokenizer.LengthLimit;
import ai.graft.tokenizer.LongTexts;
import ai.graft.tokenizer.TextInput;
import ai.graft.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A fine-tuned text classifier or regressor on PyTorch. May be shared: prediction is safe from any thread. Whoever opened or
 * trained it closes it.
 */
public final class FineTuned implements TextModel {
    private static final int TEXTS_TOGETHER = 4096;

    private final ConfigFile config;
    private final Task task;
    private final Tokenizer tokenizer;
    private final LengthLimit limit;
    private final TorchNetwork network;
    private final Precision precision;
    private final Optional<TrainingReport> report;

    FineTuned(
            ConfigFile config,
            Task task,
            Tokenizer tokenizer,
            LengthLimit limit,
            TorchNetwork network,
            Precision precision,
            Optional<TrainingReport> report) {
        this.config = config;
        this.task = task;
        this.tokenizer = tokenizer;
        this.limit = limit;
        this.network = network;
        this.precision = precision;
        this.report = report;
    }

    /** Opens a saved model on the CPU, in fp32. */
    public static FineTuned open(Path directory) {
        return open(directory.toString(), Precision.FP32, ComputeDevice.CPU);
    }

    /** Opens a model that reads long texts as it was trained to; see the other. */
    public static FineTuned open(String nameOrDirectory, Precision precision, ComputeDevice device) {
        return open(nameOrDirectory, precision, device, Optional.empty());
    }

    /**
     * Opens a model that Graft or transformers saved.
     *
     * @param longTexts what becomes of long texts, in place of what the model was trained with
     * @throws CheckpointException where it has no sequence-classification head, or its files are not sound
     */
    public static FineTuned open(
            String nameOrDirectory, Precision precision, ComputeDevice device, Optional<LongTexts> longTexts) {
        Checkpoint checkpoint = Checkpoint.open(nameOrDirectory);
        Head head = checkpoint.head();
        if (!(head instanceof Head.SequenceClassification)) {
            throw new CheckpointException(checkpoint.config().origin() + ": architecture "
                    + checkpoint.config().architecture().orElse("unknown")
                    + " has no classification head. Fine-tune it first with 'graft train --model "
                    + nameOrDirectory + " --train FILE --out DIR'.");
        }
        PretrainedNetwork pretrained = checkpoint.load(head, false, 0);
        requireWhole(checkpoint, pretrained);
        GraftFile graft = GraftFile.read(checkpoint.directory());
        Task task = graft.apply(
                Task.of(checkpoint.config().labels(), checkpoint.config().problemType()));
        Tokenizer tokenizer = Tokenizer.load(checkpoint.directory());
        try {
            TorchNetwork network =
                    TorchNetwork.forPrediction(pretrained.network(), head, pretrained::values, precision, device);
            LongTexts beyond = longTexts.orElseGet(() -> graft.longTexts(LongTexts::parse, LongTexts.HEAD));
            LengthLimit limit =
                    new LengthLimit(graft.maxLength(checkpoint.config().model()), beyond);
            return new FineTuned(checkpoint.config(), task, tokenizer, limit, network, precision, Optional.empty());
        } catch (RuntimeException | Error e) {
            tokenizer.close();
            throw e;
        }
    }

    /** A head drawn at random answers at random: refused. */
    private static void requireWhole(Checkpoint checkpoint, PretrainedNetwork pretrained) {
        List<String> missing = pretrained.loaded().report().missing();
        if (!missing.isEmpty()) {
            throw new CheckpointException(checkpoint.directory() + ": the head is not whole, missing are " + missing
                    + ". Fine-tune the model first.");
        }
    }

    /**
     * Begins the directory that a model will be saved in, and keeps other writers out until it is closed. Done before a
     * long training, it shows at once what would fail at its end.
     *
     * @throws CheckpointException where the directory holds something else, cannot be written, or another training is
     *     writing there
     */
    public static AtomicDirectory reserve(Path directory) {
        return AtomicDirectory.replaceOutput(directory, GraftJson.FILE);
    }

    @Override
    public Task task() {
        return task;
    }

    /** Tokens that are read at once, special tokens included. */
    public int maxLength() {
        return limit.maxLength();
    }

    @Override
    public LengthLimit limit() {
        return limit;
    }

    @Override
    public Map<String, String> runtime() {
        return runtime(precision);
    }

    /** What PyTorch is and computes with. */
    static Map<String, String> runtime(Precision precision) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("PyTorch", TorchNetwork.version());
        facts.put("threads", Integer.toString(TorchNetwork.threads()));
        facts.put("precision", precision.name().toLowerCase(Locale.ROOT));
        return facts;
    }

    /** How the model came to be; empty for one that was opened. */
    public Optional<TrainingReport> report() {
        return report;
    }

    /** The answer for one text. */
    public Prediction predict(String text) {
        return predict(List.of(TextInput.of(text))).get(0);
    }

    /** The answer for each text or pair, in their order. Runs in batches of like length. */
    public List<Prediction> predict(List<TextInput> texts) {
        return answer(texts).stream().map(Answer::prediction).toList();
    }

    /** {@inheritDoc} So many texts at once that batches are full, so few that their ids do not fill memory. */
    @Override
    public TextLogits read(List<TextInput> texts) {
        float[][] logits = new float[texts.size()][];
        int[] tokens = new int[texts.size()];
        for (int from = 0; from < texts.size(); from += TEXTS_TOGETHER) {
            TokenizedTexts part = tokenize(texts.subList(from, Math.min(texts.size(), from + TEXTS_TOGETHER)));
            System.arraycopy(Inference.logits(network, part), 0, logits, from, part.texts());
            System.arraycopy(part.wholeLengths(), 0, tokens, from, part.texts());
        }
        return new TextLogits(logits, tokens);
    }

    /** The logits of each text, in their order. */
    float[][] logits(List<TextInput> texts) {
        return read(texts).logits();
    }

    TokenizedTexts tokenize(List<TextInput> texts) {
        return TokenizedTexts.of(texts, tokenizer, config.model(), limit);
    }

    /** {@link #save(Path, DType)} in F32. */
    public void save(Path directory) {
        save(directory, DType.F32);
    }

    /**
     * Writes the model in Hugging Face's layout, with proof and provenance beside it: {@code config.json}, {@code
     * model.safetensors}, tokenizer files, {@code graft.json}, {@code golden.json}, {@code README.md}, and after a training
     * {@code history.csv}, {@code report.html} and pictures. The directory appears whole or not at all; a former model in its place is replaced.
     *
     * @param stored {@link DType#F32} or {@link DType#F16}
     * @throws CheckpointException as {@link #reserve}, or where a file cannot be written: the former model is then
     *     still in its place, whole
     */
    public void save(Path directory, DType stored) {
        try (AtomicDirectory output = reserve(directory)) {
            save(output, stored);
        }
    }

    /**
     * {@link #save(Path, DType)} into a directory that was reserved; the caller closes it.
     *
     * @throws CheckpointException where a file cannot be written: the former model is then still in its place, whole
     */
    public void save(AtomicDirectory reserved, DType stored) {
        new ModelWriter(config, task, tokenizer, limit, network, report).write(reserved, stored);
    }

    @Override
    public void close() {
        network.close();
        tokenizer.close();
    }
}
