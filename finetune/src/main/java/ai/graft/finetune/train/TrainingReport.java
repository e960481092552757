package ai.graft.finetune.train;

import ai.graft.finetune.engine.Precision;
import ai.graft.finetune.evaluate.Evaluation;
import ai.graft.finetune.evaluate.JudgedTexts;
import ai.graft.finetune.report.History;
import ai.graft.tokenizer.LengthLimit;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * How a model came to be.
 *
 * @param baseModel what it began from
 * @param options the settings as asked for
 * @param rates, epochs, precision what was chosen where they were left open
 * @param steps steps done
 * @param seconds the training took, evaluations included
 * @param examplesPerSecond training examples over these seconds; of a masked language model tokens
 * @param history every step; of a masked language model with the start before them
 * @param best when the validation metric was best; the model has these weights
 * @param limit how much of a text is read
 * @param trainTexts training texts
 * @param trainTooLong those of them that are longer
 * @param judged the validation texts, and the best weights' answers to them; for several labels with the thresholds that
 *     were chosen on them
 * @param data where the texts came from
 * @param lessonSettings what else decided how it was taught, by name
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
        DataFacts data,
        Map<String, String> lessonSettings) {

    public TrainingReport {
        lessonSettings = Collections.unmodifiableMap(new LinkedHashMap<>(lessonSettings));
    }

    /** Perplexity before the first step, where it was measured. */
    OptionalDouble perplexityBefore() {
        return history.points().stream()
                .filter(point -> point.step() == 0)
                .flatMapToDouble(point ->
                        Stream.ofNullable(point.validation().get("perplexity")).mapToDouble(Double::doubleValue))
                .findFirst();
    }

    /** How the best weights did on the validation data. */
    public Evaluation validation() {
        return judged.evaluation();
    }
}
