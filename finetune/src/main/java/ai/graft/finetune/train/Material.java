package ai.graft.finetune.train;

import ai.graft.finetune.engine.TorchNetwork;
import ai.graft.finetune.evaluate.Evaluation;
import ai.graft.finetune.evaluate.JudgedTexts;
import ai.graft.model.task.Task;
import java.util.Optional;

/** The data of a lesson as a network reads them: the rows that are trained on, and the judgement by the validation data. */
interface Material extends TrainingRows {
    /** Number of training texts, some of which may be several rows. */
    int texts();

    /** How many of them are longer than the model reads at once. */
    int tooLong();

    /** What else there is to say of the training data, in one sentence. */
    default Optional<String> note() {
        return Optional.empty();
    }

    /** How the network does on the validation data; empty where its outputs are not finite. */
    Optional<Evaluation> judge(TorchNetwork network);

    /** The last judgement, with what is chosen on the validation data for the best weights. */
    Conclusion conclude(TorchNetwork network);

    /**
     * What a training ends with.
     *
     * @param task with thresholds, where it has some
     * @param judged the validation data, answered with them
     * @param fitted the head that was fitted to the network's vectors in the end, where it was not trained with it
     */
    record Conclusion(Task task, JudgedTexts judged, Optional<LinearHead> fitted) {
        Conclusion(Task task, JudgedTexts judged) {
            this(task, judged, Optional.empty());
        }

        Conclusion with(LinearHead head) {
            return new Conclusion(task, judged, Optional.of(head));
        }
    }
}
