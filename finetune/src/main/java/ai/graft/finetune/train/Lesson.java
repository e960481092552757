package ai.graft.finetune.train;

import ai.graft.model.checkpoint.PretrainedNetwork;
import ai.graft.model.config.ModelConfig;
import ai.graft.model.network.Head;
import ai.graft.model.task.Loss;
import ai.graft.model.task.Task;
import ai.graft.tokenizer.LengthLimit;
import ai.graft.tokenizer.Tokenizer;
import java.util.Map;
import java.util.Optional;

/**
 * What is to be learned, whatever it is learned from: a task with its data. {@link Course} does the rest.
 *
 * @param <T> the model that comes out
 */
interface Lesson<T extends Trained> {
    /** The task, before anything of it was tuned on the validation data. */
    Task task();

    /** What stands on the encoder while it is trained. */
    default Head head() {
        return task().head();
    }

    /** What stands on the encoder in the model that comes out. */
    default Head savedHead() {
        return head();
    }

    /** What training makes small. */
    Loss loss();

    /** How many an answer is chosen among; more take longer to learn. */
    int labels();

    /** Passes over so many rows, where none are asked for. */
    default double epochs(int rows, int batchSize) {
        return BatchPlan.defaultEpochs(rows, batchSize, labels());
    }

    /** Name of the metric that the best weights are chosen by. */
    String metric();

    /** Whether the weights that the training begins with are judged too, and kept where none are better. */
    default boolean judgesStart() {
        return false;
    }

    /** Whether the best weights are chosen by judging on the way; else the last are kept. */
    default boolean choosesWeights() {
        return true;
    }

    /** What there is to say of the weights that the training begins with, in one sentence. */
    default Optional<String> note(PretrainedNetwork pretrained) {
        return Optional.empty();
    }

    /** How much of a text the model reads. */
    LengthLimit limit(ModelConfig model);

    /** Tokenises the data; takes a while, and runs beside the opening of the network. */
    Material prepare(Tokenizer tokenizer, ModelConfig model, LengthLimit limit);

    /** Where the data came from. */
    DataFacts facts();

    /** What else there is to record of how it is taught, by name. */
    default Map<String, String> recorded() {
        return Map.of();
    }

    /** The model, once it is trained. */
    T model(Task task, TorchModel trained);
}
