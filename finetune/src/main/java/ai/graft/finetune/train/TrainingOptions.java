package ai.graft.finetune.train;

import ai.graft.finetune.engine.ComputeDevice;
import ai.graft.finetune.engine.Precision;
import ai.graft.model.config.ModelConfig;
import ai.graft.model.task.AnswerRules;
import ai.graft.tokenizer.LongTexts;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Settings of a training; {@link #defaults} give a sensible model. What is empty is decided from the data, the model or the
 * machine.
 *
 * @param epochs passes over the training data, parts allowed; by default 1 to 8, more for little data and many labels ({@link
 *     BatchPlan#defaultEpochs})
 * @param batchSize rows a batch at most
 * @param batchTokens rows × longest row of a batch at most
 * @param accumulate batches a step: their gradients' mean is applied
 * @param learningRate peak of the schedule, of the last layer; by default as the model is wide ({@link LearningRates})
 * @param headLearningRate the peak for a new head and the pooler below it; by default ten times the other
 * @param weightDecay AdamW's decoupled decay of all weights but biases and layer norms
 * @param warmup below 1 a share of the steps, else steps
 * @param maxGradNorm gradients' global norm is clipped to it; empty for no clipping
 * @param maxLength tokens a text is cut to, special tokens included; by default 256, for questions
 *     with their contexts 384, or what the model has room for
 * @param longTexts what becomes of texts beyond that
 * @param precision by default bf16 where the processor has instructions for it
 * @param seed decides new weights, the order of batches, dropout and the validation split
 * @param layers of the encoder that are kept, evenly spaced; by default all
 * @param transfer how much of the model is trained, and how; if empty all of it, and where labelled texts are few pairs first
 * @param freeze what is not trained, of a {@link Transfer.Full full} transfer
 * @param layerDecay factor of the learning rate from one layer to the next below; by default 1, or what the transfer says
 * @param classWeights how much the labels count
 * @param labelSmoothing share of the target spread over all labels
 * @param focalLoss gamma of the focal loss, by which rows that are right already count less; 0 for plain cross-entropy
 * @param evalMetric by which the best weights are chosen; by default accuracy, micro_f1, pearson
 *     or, of answers, f1
 * @param evalSteps steps between evaluations; by default about 500, and so few that there are six evaluations or more
 * @param patience evaluations without a better metric after which training stops; 0 for never
 * @param validationShare of the training data that is held back where no validation data are given; if empty a tenth, and nothing
 *     of labelled texts where they are few
 * @param unknownLabels what becomes of validation rows whose label no training row has
 * @param answerRules of question answering
 * @param hiddenDropout by default the configuration's, as the next two
 * @param task single-label, multi-label or regression; by default what the labels look like
 */
public record TrainingOptions(
        OptionalDouble epochs,
        int batchSize,
        int batchTokens,
        int accumulate,
        OptionalDouble learningRate,
        OptionalDouble headLearningRate,
        double weightDecay,
        double warmup,
        Schedule.Kind schedule,
        OptionalDouble maxGradNorm,
        OptionalInt maxLength,
        LongTexts longTexts,
        Optional<Precision> precision,
        long seed,
        OptionalInt layers,
        Optional<Transfer> transfer,
        Freeze freeze,
        OptionalDouble layerDecay,
        ClassWeights classWeights,
        double labelSmoothing,
        double focalLoss,
        Optional<String> evalMetric,
        OptionalInt evalSteps,
        int patience,
        Optional<Double> validationShare,
        UnknownLabels unknownLabels,
        AnswerRules answerRules,
        OptionalDouble hiddenDropout,
        OptionalDouble attentionDropout,
        OptionalDouble classifierDropout,
        double beta1,
        double beta2,
        double eps,
        Optional<String> task,
        ComputeDevice device) {

    /** What is held back of the training data where nothing else is said. */
    public static final double DEFAULT_VALIDATION_SHARE = 0.1;

    public TrainingOptions {
        require(positive(epochs), "epochs", epochs.orElse(1), "above 0 and finite");
        require(batchSize >= 1, "batch-size", batchSize, "1 or more");
        require(batchTokens >= 8, "batch-tokens", batchTokens, "8 or more");
        require(accumulate >= 1, "accumulate", accumulate, "1 or more");
        requireRate("lr", learningRate);
        requireRate("head-lr", headLearningRate);
        require(weightDecay >= 0 && weightDecay < 1, "weight-decay", weightDecay, "0 to below 1");
        require(warmup >= 0 && warmup <= Integer.MAX_VALUE, "warmup", warmup, "0 or more");
        require(positive(maxGradNorm), "clip", maxGradNorm.orElse(1), "above 0 and finite");
        require(maxLength.isEmpty() || maxLength.getAsInt() >= 4, "max-length", maxLength.orElse(4), "4 or more");
        double decay = layerDecay.orElse(1);
        Transfer way = transfer.orElseGet(Transfer.Full::new);
        require(decay > 0 && decay <= 1, "layer-decay", decay, "above 0 and at most 1");
        require(
                !(way instanceof Transfer.Gradual && layerDecay.isPresent() && decay == 1),
                "layer-decay",
                decay,
                "below 1 for transfer gradual, which wants smaller rates in lower layers");
        require(
                way instanceof Transfer.Full || freeze instanceof Freeze.Nothing,
                "freeze",
                freeze,
                "nothing where transfer is " + way + ", which says itself what is trained");
        require(labelSmoothing >= 0 && labelSmoothing < 1, "label-smoothing", labelSmoothing, "0 to below 1");
        require(focalLoss >= 0 && Double.isFinite(focalLoss), "focal-loss", focalLoss, "0 or more and finite");
        require(
                focalLoss == 0 || labelSmoothing == 0,
                "label-smoothing",
                labelSmoothing,
                "0 beside focal-loss " + focalLoss + ": one asks for less certain answers, the other weighs by them");
        require(layers.isEmpty() || layers.getAsInt() >= 1, "layers", layers.orElse(1), "1 or more");
        require(evalSteps.isEmpty() || evalSteps.getAsInt() >= 1, "eval-steps", evalSteps.orElse(1), "1 or more");
        require(patience >= 0, "patience", patience, "0 or more");
        double held = validationShare.orElse(0.5);
        require(held > 0 && held < 1, "validation-share", held, "between 0 and 1");
        require(beta1 >= 0 && beta1 < 1, "beta1", beta1, "0 to below 1");
        require(beta2 >= 0 && beta2 < 1, "beta2", beta2, "0 to below 1");
        require(positive(OptionalDouble.of(eps)), "eps", eps, "above 0 and finite");
    }

    private static boolean positive(OptionalDouble value) {
        return value.isEmpty() || (value.getAsDouble() > 0 && Double.isFinite(value.getAsDouble()));
    }

    /** The length asked for, else {@code absent} or what the model has room for. */
    int maxLength(ModelConfig model, int absent) {
        int room = model.maxTokens();
        if (maxLength.orElse(1) > room) {
            throw new IllegalArgumentException(
                    "max-length is " + maxLength.getAsInt() + ", the model has room for " + room + " tokens");
        }
        return maxLength.orElse(Math.min(absent, room));
    }

    /** The layer decay asked for, else the transfer's. */
    double decayALayer() {
        return layerDecay.orElse(way().layerDecay());
    }

    /** The transfer asked for; full where none was and none has been chosen. */
    Transfer way() {
        return transfer.orElseGet(Transfer.Full::new);
    }

    /** The same settings with this transfer. */
    TrainingOptions with(Transfer other) {
        return new TrainingOptions(
                epochs,
                batchSize,
                batchTokens,
                accumulate,
                learningRate,
                headLearningRate,
                weightDecay,
                warmup,
                schedule,
                maxGradNorm,
                maxLength,
                longTexts,
                precision,
                seed,
                layers,
                Optional.of(other),
                freeze,
                layerDecay,
                classWeights,
                labelSmoothing,
                focalLoss,
                evalMetric,
                evalSteps,
                patience,
                validationShare,
                unknownLabels,
                answerRules,
                hiddenDropout,
                attentionDropout,
                classifierDropout,
                beta1,
                beta2,
                eps,
                task,
                device);
    }

    private static void requireRate(String name, OptionalDouble rate) {
        require(rate.orElse(0.5) > 0 && rate.orElse(0.5) < 1, name, rate.orElse(0), "above 0 and below 1");
    }

    private static void require(boolean holds, String name, Object value, String wanted) {
        if (!holds) {
            throw new IllegalArgumentException(name + " is " + value + ", expected " + wanted);
        }
    }

    /** The defaults. */
    public static TrainingOptions defaults() {
        return builder().build();
    }

    /** Begins with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects settings; each method sets one and gives the builder back. For one thread. */
    public static final class Builder {
        private OptionalDouble epochs = OptionalDouble.empty();
        private int batchSize = 32;
        private int batchTokens = 4096;
        private int accumulate = 1;
        private OptionalDouble learningRate = OptionalDouble.empty();
        private OptionalDouble headLearningRate = OptionalDouble.empty();
        private double weightDecay = 0.01;
        private double warmup = 0.06;
        private Schedule.Kind schedule = Schedule.Kind.LINEAR;
        private OptionalDouble maxGradNorm = OptionalDouble.of(1);
        private OptionalInt maxLength = OptionalInt.empty();
        private LongTexts longTexts = LongTexts.HEAD;
        private Optional<Precision> precision = Optional.empty();
        private long seed = 42;
        private OptionalInt layers = OptionalInt.empty();
        private Optional<Transfer> transfer = Optional.empty();
        private Freeze freeze = new Freeze.Nothing();
        private OptionalDouble layerDecay = OptionalDouble.empty();
        private ClassWeights classWeights = new ClassWeights.Equal();
        private double labelSmoothing;
        private double focalLoss;
        private Optional<String> evalMetric = Optional.empty();
        private OptionalInt evalSteps = OptionalInt.empty();
        private int patience;
        private Optional<Double> validationShare = Optional.empty();
        private UnknownLabels unknownLabels = UnknownLabels.REFUSE;
        private AnswerRules answerRules = AnswerRules.DEFAULTS;
        private OptionalDouble hiddenDropout = OptionalDouble.empty();
        private OptionalDouble attentionDropout = OptionalDouble.empty();
        private OptionalDouble classifierDropout = OptionalDouble.empty();
        private double beta1 = 0.9;
        private double beta2 = 0.999;
        private double eps = 1e-8;
        private Optional<String> task = Optional.empty();
        private ComputeDevice device = ComputeDevice.CPU;

        private Builder() {}

        public Builder epochs(double value) {
            epochs = OptionalDouble.of(value);
            return this;
        }

        public Builder batchSize(int value) {
            batchSize = value;
            return this;
        }

        public Builder batchTokens(int value) {
            batchTokens = value;
            return this;
        }

        public Builder accumulate(int value) {
            accumulate = value;
            return this;
        }

        public Builder learningRate(double value) {
            learningRate = OptionalDouble.of(value);
            return this;
        }

        public Builder headLearningRate(double value) {
            headLearningRate = OptionalDouble.of(value);
            return this;
        }

        public Builder weightDecay(double value) {
            weightDecay = value;
            return this;
        }

        public Builder warmup(double value) {
            warmup = value;
            return this;
        }

        public Builder schedule(Schedule.Kind value) {
            schedule = value;
            return this;
        }

        /** 0 for no clipping. */
        public Builder maxGradNorm(double value) {
            maxGradNorm = value == 0 ? OptionalDouble.empty() : OptionalDouble.of(value);
            return this;
        }

        public Builder maxLength(int value) {
            maxLength = OptionalInt.of(value);
            return this;
        }

        public Builder longTexts(LongTexts value) {
            longTexts = value;
            return this;
        }

        public Builder precision(Precision value) {
            precision = Optional.of(value);
            return this;
        }

        public Builder seed(long value) {
            seed = value;
            return this;
        }

        public Builder layers(int value) {
            layers = OptionalInt.of(value);
            return this;
        }

        public Builder transfer(Transfer value) {
            transfer = Optional.of(value);
            return this;
        }

        public Builder freeze(Freeze value) {
            freeze = value;
            return this;
        }

        public Builder layerDecay(double value) {
            layerDecay = OptionalDouble.of(value);
            return this;
        }

        public Builder classWeights(ClassWeights value) {
            classWeights = value;
            return this;
        }

        public Builder labelSmoothing(double value) {
            labelSmoothing = value;
            return this;
        }

        public Builder focalLoss(double gamma) {
            focalLoss = gamma;
            return this;
        }

        public Builder evalMetric(String value) {
            evalMetric = Optional.of(value);
            return this;
        }

        public Builder evalSteps(int value) {
            evalSteps = OptionalInt.of(value);
            return this;
        }

        public Builder patience(int value) {
            patience = value;
            return this;
        }

        public Builder validationShare(double value) {
            validationShare = Optional.of(value);
            return this;
        }

        public Builder unknownLabels(UnknownLabels value) {
            unknownLabels = value;
            return this;
        }

        public Builder answerRules(AnswerRules value) {
            answerRules = value;
            return this;
        }

        public Builder hiddenDropout(double value) {
            hiddenDropout = OptionalDouble.of(value);
            return this;
        }

        public Builder attentionDropout(double value) {
            attentionDropout = OptionalDouble.of(value);
            return this;
        }

        public Builder classifierDropout(double value) {
            classifierDropout = OptionalDouble.of(value);
            return this;
        }

        public Builder beta1(double value) {
            beta1 = value;
            return this;
        }

        public Builder beta2(double value) {
            beta2 = value;
            return this;
        }

        public Builder eps(double value) {
            eps = value;
            return this;
        }

        /** {@code single-label}, {@code multi-label} or {@code regression}. */
        public Builder task(String value) {
            if (!List.of("single-label", "multi-label", "regression").contains(value)) {
                throw new IllegalArgumentException(
                        "task is '" + value + "', expected single-label, multi-label or regression");
            }
            task = Optional.of(value);
            return this;
        }

        public Builder device(ComputeDevice value) {
            device = value;
            return this;
        }

        /**
         * The settings.
         *
         * @throws IllegalArgumentException naming the setting that is out of range
         */
        public TrainingOptions build() {
            return new TrainingOptions(
                    epochs,
                    batchSize,
                    batchTokens,
                    accumulate,
                    learningRate,
                    headLearningRate,
                    weightDecay,
                    warmup,
                    schedule,
                    maxGradNorm,
                    maxLength,
                    longTexts,
                    precision,
                    seed,
                    layers,
                    transfer,
                    freeze,
                    layerDecay,
                    classWeights,
                    labelSmoothing,
                    focalLoss,
                    evalMetric,
                    evalSteps,
                    patience,
                    validationShare,
                    unknownLabels,
                    answerRules,
                    hiddenDropout,
                    attentionDropout,
                    classifierDropout,
                    beta1,
                    beta2,
                    eps,
                    task,
                    device);
        }
    }
}
