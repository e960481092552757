package ai.graft.finetune.train;

import ai.graft.finetune.engine.Precision;
import ai.graft.finetune.evaluate.Evaluation;
import ai.graft.finetune.evaluate.JudgedTexts;
import ai.graft.finetune.report.History;
import ai.graft.tokenizer.LengthLimit;
import java.util.Optional;

/**
 * How a model came to be.
 *
 * @param baseModel what it began from
 * @param options the settings as asked for
 * @param rates, epochs, precision what was chosen where they were left open
 * @param steps steps done
 * @param seconds the training took, evaluations included
 * @param examplesPerSecond training examples over these seconds
 * @param history every step
 * @param best when the validation metric was best; the model has these weights
 * @param limit how much of a text is read
 * @param trainTexts training texts
 * @param trainTooLong those of them that are longer
 * @param judged the validation texts, and the best weights' answers to them; for several labels with the thresholds that
 *     were chosen on them
 * @param data where the texts came from
 */
public record TrainingReport(
        String baseModel,
        TrainingOptions options,
        LearningRates rates,
        double epochs,
        Precision precision,
        int steps,
        double seconds,
        double examplesPerSecond,
        History history,
        Optional<BestWeights> best,
        LengthLimit limit,
        int trainTexts,
        int trainTooLong,
        JudgedTexts judged,
        DataFacts data) {

    /** How the best weights did on the validation data. */
    public Evaluation validation() {
        return judged.evaluation();
    }
}
