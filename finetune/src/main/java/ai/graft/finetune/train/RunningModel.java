package ai.graft.finetune.train;

import ai.graft.model.task.Task;
import ai.graft.tokenizer.LengthLimit;
import java.util.Map;

/** A fine-tuned model on whatever runtime. May be shared between threads; whoever opened it closes it. */
public sealed interface RunningModel extends AutoCloseable permits TextModel, Answerer {
    /** What the model is for. */
    Task task();

    /** How much of a text is read. */
    LengthLimit limit();

    /** What the model runs on, for a report: names and values, the runtime's version first. */
    Map<String, String> runtime();

    @Override
    void close();
}
