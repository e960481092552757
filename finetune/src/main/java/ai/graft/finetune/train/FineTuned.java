package ai.graft.finetune.train;

import ai.graft.datasets.Dataset;
import ai.graft.finetune.engine.ComputeDevice;
import ai.graft.finetune.engine.Precision;
import ai.graft.finetune.engine.TorchNetwork;
import ai.graft.finetune.evaluate.Evaluation;
import ai.graft.model.checkpoint.AtomicDirectory;
import ai.graft.model.checkpoint.Checkpoint;
import ai.graft.model.checkpoint.CheckpointException;
import ai.graft.model.checkpoint.DType;
import ai.graft.model.checkpoint.GraftFile;
import ai.graft.model.checkpoint.PretrainedNetwork;
import ai.graft.model.config.ConfigFile;
import ai.graft.model.network.Head;
import ai.graft.model.task.Prediction;
import ai.graft.model.task.Task;
import ai.graft.tokenizer.TextInput;
import ai.graft.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A fine-tuned text classifier or regressor on PyTorch. May be shared: prediction is safe from any thread. Whoever opened or
 * trained it closes it.
 */
public final class FineTuned implements AutoCloseable {
    private final ConfigFile config;
    private final Task task;
    private final Tokenizer tokenizer;
    private final int maxLength;
    private final TorchNetwork network;
    private final Optional<TrainingReport> report;

    FineTuned(
            ConfigFile config,
            Task task,
            Tokenizer tokenizer,
            int maxLength,
            TorchNetwork network,
            Optional<TrainingReport> report) {
        this.config = config;
        this.task = task;
        this.tokenizer = tokenizer;
        this.maxLength = maxLength;
        this.network = network;
        this.report = report;
    }

    /** Opens a saved model on the CPU, in fp32. */
    public static FineTuned open(Path directory) {
        return open(directory.toString(), Precision.FP32, ComputeDevice.CPU);
    }

    /**
     * Opens a model that Graft or transformers saved.
     *
     * @throws CheckpointException where it has no sequence-classification head, or its files are not sound
     */
    public static FineTuned open(String nameOrDirectory, Precision precision, ComputeDevice device) {
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
        Task task = Task.of(checkpoint.config().labels(), checkpoint.config().problemType());
        Tokenizer tokenizer = Tokenizer.load(checkpoint.directory());
        try {
            TorchNetwork network =
                    TorchNetwork.forPrediction(pretrained.network(), head, pretrained::values, precision, device);
            int maxLength = GraftFile.maxLength(
                    checkpoint.directory(), checkpoint.config().model());
            return new FineTuned(checkpoint.config(), task, tokenizer, maxLength, network, Optional.empty());
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
     * Complains where {@link #save} would refuse the directory, so that it does so before a long training.
     *
     * @throws CheckpointException as {@link #save}
     */
    public static void requireWritable(Path directory) {
        AtomicDirectory.replaceOutput(directory, GraftJson.FILE).close();
    }

    /** What the model answers. */
    public Task task() {
        return task;
    }

    /** Tokens a text is cut to, special tokens included. */
    public int maxLength() {
        return maxLength;
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
        List<Prediction> predictions = new ArrayList<>(texts.size());
        for (float[] logits : logits(texts)) {
            predictions.add(Prediction.of(task, logits));
        }
        return predictions;
    }

    /** The logits of each text, in their order. */
    float[][] logits(List<TextInput> texts) {
        return Inference.logits(network, tokenize(texts));
    }

    TokenizedTexts tokenize(List<TextInput> texts) {
        return TokenizedTexts.of(texts, tokenizer, config.model(), maxLength);
    }

    /**
     * Judges the model on labelled texts.
     *
     * @throws ai.graft.datasets.DatasetException naming the row whose label the model does not know
     */
    public Evaluation evaluate(Dataset data) {
        LabelledRows labels = LabelledRows.of(task, data);
        return labels.evaluate(logits(TokenizedTexts.inputs(data)));
    }

    /** {@link #save(Path, DType)} in F32. */
    public void save(Path directory) {
        save(directory, DType.F32);
    }

    /**
     * Writes the model in Hugging Face's layout, with proof and provenance beside it: {@code config.json}, {@code
     * model.safetensors}, tokenizer files, {@code graft.json}, {@code golden.json}, {@code README.md}, and after a training
     * {@code history.csv} and pictures. The directory appears whole or not at all; a former model in its place is replaced.
     *
     * @param stored {@link DType#F32} or {@link DType#F16}
     * @throws CheckpointException where the directory holds something else, or cannot be written
     */
    public void save(Path directory, DType stored) {
        new ModelWriter(config, task, tokenizer, maxLength, network, report).write(directory, stored);
    }

    @Override
    public void close() {
        network.close();
        tokenizer.close();
    }
}
