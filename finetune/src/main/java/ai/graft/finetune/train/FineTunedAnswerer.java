package ai.graft.finetune.train;

import ai.graft.finetune.engine.ComputeDevice;
import ai.graft.finetune.engine.Precision;
import ai.graft.model.checkpoint.AtomicDirectory;
import ai.graft.model.checkpoint.Checkpoint;
import ai.graft.model.checkpoint.CheckpointException;
import ai.graft.model.checkpoint.DType;
import ai.graft.model.checkpoint.GraftFile;
import ai.graft.model.network.Head;
import ai.graft.model.task.FoundAnswer;
import ai.graft.model.task.Task;
import ai.graft.tokenizer.LengthLimit;
import ai.graft.tokenizer.LongTexts;
import ai.graft.tokenizer.TextInput;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A model on PyTorch that was fine-tuned to answer questions. May be shared: answering is safe from any thread. Whoever opened
 * or trained it closes it.
 */
public final class FineTunedAnswerer implements Answerer, Trained {
    private final Task.QuestionAnswering task;
    private final TorchModel model;

    FineTunedAnswerer(Task.QuestionAnswering task, TorchModel model) {
        this.task = task;
        this.model = model;
    }

    /** Opens a saved model on the CPU, in fp32. */
    public static FineTunedAnswerer open(Path directory) {
        return open(directory.toString(), Precision.FP32, ComputeDevice.CPU);
    }

    /**
     * Opens a model that Graft or transformers saved.
     *
     * @throws CheckpointException where it has no question-answering head, or its files are not sound
     */
    public static FineTunedAnswerer open(String nameOrDirectory, Precision precision, ComputeDevice device) {
        Checkpoint checkpoint = Checkpoint.open(nameOrDirectory);
        if (!(checkpoint.head() instanceof Head.QuestionAnswering)) {
            throw new CheckpointException(checkpoint.config().origin() + ": architecture "
                    + checkpoint.config().architecture().orElse("unknown")
                    + " has no question-answering head. Fine-tune it first with 'graft train --task qa --model "
                    + nameOrDirectory + " --train FILE --out DIR'.");
        }
        Task.QuestionAnswering task = new Task.QuestionAnswering(
                GraftFile.read(checkpoint.directory()).answerRules());
        return new FineTunedAnswerer(
                task, TorchModel.open(checkpoint, task, precision, device, Optional.of(LongTexts.WINDOWS)));
    }

    @Override
    public Task.QuestionAnswering task() {
        return task;
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

    @Override
    public List<FoundAnswer> answer(List<TextInput> questions) {
        return Answers.inParts(questions, this::answerPart);
    }

    private List<FoundAnswer> answerPart(List<TextInput> questions) {
        return ContextRows.of(questions, model.tokenizer(), model.config().model(), limit().maxLength(), rules())
                .answers(model.network(), rules())
                .orElseThrow(() -> new IllegalStateException(
                        "the network gave NaN or infinity, so its weights are not sound. Train it again."));
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
