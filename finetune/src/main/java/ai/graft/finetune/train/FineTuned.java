package ai.graft.finetune.train;

import ai.graft.finetune.engine.ComputeDevice;
import ai.graft.finetune.engine.Precision;
import ai.graft.finetune.explain.Explanation;
import ai.graft.finetune.explain.IntegratedGradients;
import ai.graft.model.checkpoint.AtomicDirectory;
import ai.graft.model.checkpoint.Checkpoint;
import ai.graft.model.checkpoint.CheckpointException;
import ai.graft.model.checkpoint.DType;
import ai.graft.model.checkpoint.GraftFile;
import ai.graft.model.network.Head;
import ai.graft.model.task.Answer;
import ai.graft.model.task.Prediction;
import ai.graft.model.task.Task;
import ai.graft.model.task.TextLogits;
import ai.graft.tokenizer.LengthLimit;
import ai.graft.tokenizer.LongTexts;
import ai.graft.tokenizer.TextInput;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A fine-tuned text classifier or regressor on PyTorch. May be shared: prediction is safe from any thread. Whoever opened or
 * trained it closes it.
 */
public final class FineTuned implements TextModel, Trained {
    private static final int TEXTS_TOGETHER = 4096;

    private final Task.OfText task;
    private final TorchModel model;

    FineTuned(Task.OfText task, TorchModel model) {
        this.task = task;
        this.model = model;
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
        if (!(checkpoint.head() instanceof Head.SequenceClassification)) {
            throw new CheckpointException(checkpoint.config().origin() + ": architecture "
                    + checkpoint.config().architecture().orElse("unknown")
                    + " has no classification head. Fine-tune it first with 'graft train --model "
                    + nameOrDirectory + " --train FILE --out DIR'.");
        }
        Task.OfText task = GraftFile.read(checkpoint.directory())
                .apply(Task.of(checkpoint.config().labels(), checkpoint.config().problemType()));
        return new FineTuned(task, TorchModel.open(checkpoint, task, precision, device, longTexts));
    }

    @Override
    public Task.OfText task() {
        return task;
    }

    /** Tokens that are read at once, special tokens included. */
    public int maxLength() {
        return limit().maxLength();
    }

    @Override
    public LengthLimit limit() {
        return model.limit();
    }

    @Override
    public Map<String, String> runtime() {
        return model.runtime();
    }

    @Override
    public Optional<TrainingReport> report() {
        return model.report();
    }

    /** The answer for one text. */
    public Prediction predict(String text) {
        return predict(List.of(TextInput.of(text))).get(0);
    }

    /** The answer for each text or pair, in their order. Runs in batches of like length. */
    public List<Prediction> predict(List<TextInput> texts) {
        return answer(texts).stream().map(Answer::prediction).toList();
    }

    /**
     * Which words carried the answer for a text: integrated gradients from a text of masks.
     *
     * @param label whose logit is explained; the best one if empty
     * @param steps places to begin with, 1 to 800: {@link IntegratedGradients#DEFAULT_STEPS} are enough for most texts, and more
     *     are looked at where they are not
     * @throws IllegalArgumentException where the model gives numbers, does not know the label, or the text has no words
     */
    public Explanation explain(TextInput text, Optional<String> label, int steps) {
        return new Explainer(task, model).explain(text, label, steps);
    }

    /** {@inheritDoc} So many texts at once that batches are full, so few that their ids do not fill memory. */
    @Override
    public TextLogits read(List<TextInput> texts) {
        float[][] logits = new float[texts.size()][];
        int[] tokens = new int[texts.size()];
        for (int from = 0; from < texts.size(); from += TEXTS_TOGETHER) {
            TokenizedTexts part = tokenize(texts.subList(from, Math.min(texts.size(), from + TEXTS_TOGETHER)));
            System.arraycopy(Inference.logits(model.network(), part), 0, logits, from, part.texts());
            System.arraycopy(part.wholeLengths(), 0, tokens, from, part.texts());
        }
        return new TextLogits(logits, tokens);
    }

    /** The logits of each text, in their order. */
    float[][] logits(List<TextInput> texts) {
        return read(texts).logits();
    }

    /** What its weights take in fp32. */
    long bytes() {
        return ModelWriter.bytes(model.network().weights(), DType.F32);
    }

    TokenizedTexts tokenize(List<TextInput> texts) {
        return TokenizedTexts.of(texts, model.tokenizer(), model.config().model(), limit());
    }

    @Override
    public void save(AtomicDirectory reserved, DType stored) {
        model.save(task, reserved, stored);
    }

    @Override
    public void close() {
        model.close();
    }
}
