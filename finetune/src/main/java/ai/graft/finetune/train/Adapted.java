package ai.graft.finetune.train;

import ai.graft.model.checkpoint.AtomicDirectory;
import ai.graft.model.checkpoint.DType;
import ai.graft.model.task.Task;
import java.util.Optional;

/**
 * An encoder that was trained on with the texts of a domain, with its masked-LM head: what a fine-tuning may begin from. Whoever
 * trained it closes it.
 */
public final class Adapted implements Trained {
    private final Task.MaskedWords task;
    private final TorchModel model;

    Adapted(Task.MaskedWords task, TorchModel model) {
        this.task = task;
        this.model = model;
    }

    /** Perplexity on the validation documents before the first step. */
    public double perplexityBefore() {
        return report().orElseThrow().perplexityBefore().orElseThrow();
    }

    /** Perplexity on the validation documents with the best weights, which are the model's; the same words were hidden. */
    public double perplexity() {
        return report().orElseThrow().validation().metric("perplexity");
    }

    @Override
    public Optional<TrainingReport> report() {
        return model.report();
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
