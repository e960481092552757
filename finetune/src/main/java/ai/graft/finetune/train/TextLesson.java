package ai.graft.finetune.train;

import ai.graft.datasets.Dataset;
import ai.graft.finetune.engine.Targets;
import ai.graft.finetune.engine.TorchNetwork;
import ai.graft.finetune.evaluate.Evaluation;
import ai.graft.finetune.evaluate.JudgedTexts;
import ai.graft.finetune.evaluate.MultiLabelEvaluation;
import ai.graft.model.config.ModelConfig;
import ai.graft.model.task.Loss;
import ai.graft.model.task.Task;
import ai.graft.tokenizer.LengthLimit;
import ai.graft.tokenizer.TextInput;
import ai.graft.tokenizer.Tokenizer;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Texts are to be given labels or numbers: those that people gave them, or what a teacher makes of them.
 *
 * @param texts to learn from
 * @param targets what each of them should be answered with
 * @param absentMaxLength tokens of a text at most, where the settings leave it open and the model has room
 * @param recorded what else there is to record of how they were taught
 */
record TextLesson(
        TrainingOptions settings,
        Task.OfText task,
        Loss loss,
        String metric,
        List<TextInput> texts,
        RowTargets targets,
        Dataset validation,
        boolean heldBack,
        LabelledRows validationLabels,
        DataFacts facts,
        int absentMaxLength,
        Map<String, String> recorded)
        implements Lesson<FineTuned> {
    static final int DEFAULT_MAX_LENGTH = 256;

    private static final String NOTHING_HELD_BACK =
            "no rows are held back: they are few, all are learned from, and figures are of these rows. Judge the model by others, with --test";

    /** What rows of texts should be answered with, by their numbers. */
    interface RowTargets {
        Targets of(int[] rows);
    }

    /**
     * Refuses data and metrics that cannot be used.
     *
     * @param heldBack whether the validation data are others than those trained on, so that something can be chosen by them
     */
    static TextLesson of(TrainingOptions settings, Dataset train, Dataset validation, boolean heldBack) {
        Task.OfText task = TaskFinder.find(train, settings.task());
        LabelledRows validationLabels = LabelledRows.of(task, validation, settings.unknownLabels());
        String metric = settings.evalMetric().orElseGet(() -> defaultMetric(task));
        requireMetric(metric, validationLabels);
        LabelledRows labelled = LabelledRows.of(task, train);
        return new TextLesson(
                settings,
                task,
                loss(settings, task, labelled),
                metric,
                TokenizedTexts.inputs(train),
                labelled::targets,
                validation,
                heldBack,
                validationLabels,
                new DataFacts(
                        JudgedData.fileName(train.name()),
                        train.description(),
                        heldBack ? validation.description() : "the training rows: nothing was held back",
                        train.fingerprint(),
                        heldBack ? "validation" : "train"),
                DEFAULT_MAX_LENGTH,
                Map.of());
    }

    /** The metric that best weights are chosen by, where none is asked for. */
    static String defaultMetric(Task task) {
        if (task instanceof Task.SingleLabel) {
            return "accuracy";
        }
        return task instanceof Task.MultiLabel ? "micro_f1" : "pearson";
    }

    /** Judges answers of 0 once, so that data or a metric that cannot be used are refused before the training. */
    private static void requireMetric(String metric, LabelledRows validation) {
        float[][] zeros = new float[validation.size()][validation.columns()];
        validation.evaluate(zeros).metric(metric);
    }

    private static Loss loss(TrainingOptions settings, Task.OfText task, LabelledRows labelled) {
        List<Double> weights = settings.classWeights().of(task, labelled.counts(), labelled.size());
        double gamma = settings.focalLoss();
        if (task instanceof Task.SingleLabel) {
            return gamma > 0
                    ? new Loss.Focal(weights, gamma)
                    : new Loss.CrossEntropy(weights, settings.labelSmoothing());
        } else if (task instanceof Task.MultiLabel) {
            return gamma > 0 ? new Loss.BinaryFocal(weights, gamma) : new Loss.BinaryCrossEntropy(weights);
        } else if (gamma > 0) {
            throw new IllegalArgumentException("focal-loss is " + gamma + ", but the task is " + task.name()
                    + ", whose numbers are not right or wrong. Leave it out, or say --task single-label.");
        }
        return new Loss.MeanSquared();
    }

    @Override
    public int labels() {
        return task.labels().size();
    }

    @Override
    public LengthLimit limit(ModelConfig model) {
        return new LengthLimit(settings.maxLength(model, absentMaxLength), settings.longTexts());
    }

    /** Where no rows are held back there is nothing to choose weights by. */
    @Override
    public boolean choosesWeights() {
        return heldBack;
    }

    @Override
    public double epochs(int rows, int batchSize) {
        double epochs = Lesson.super.epochs(rows, batchSize);
        return heldBack ? epochs : Math.max(epochs, LittleData.epochs(rows, batchSize));
    }

    @Override
    public Material prepare(Tokenizer tokenizer, ModelConfig model, LengthLimit limit) {
        return read(tokenizer, model, limit);
    }

    /** The texts as ids. */
    Texts read(Tokenizer tokenizer, ModelConfig model, LengthLimit limit) {
        return new Texts(
                TokenizedTexts.of(texts, tokenizer, model, limit),
                TokenizedTexts.of(validation, tokenizer, model, limit),
                limit);
    }

    @Override
    public FineTuned model(Task concluded, TorchModel trained) {
        return new FineTuned((Task.OfText) concluded, trained);
    }

    /** The texts as rows. */
    final class Texts implements Material {
        private final TokenizedTexts tokenized;
        private final TokenizedTexts validationTexts;
        private final LengthLimit limit;

        private Texts(TokenizedTexts tokenized, TokenizedTexts validationTexts, LengthLimit limit) {
            this.tokenized = tokenized;
            this.validationTexts = validationTexts;
            this.limit = limit;
        }

        TokenizedTexts train() {
            return tokenized;
        }

        TokenizedTexts validation() {
            return validationTexts;
        }

        @Override
        public Optional<String> note() {
            return heldBack ? Optional.empty() : Optional.of(NOTHING_HELD_BACK);
        }

        @Override
        public int[] lengths() {
            return tokenized.lengths();
        }

        @Override
        public LabelledBatch batch(int[] rows, long pass) {
            return new LabelledBatch(tokenized.batch(rows), targets.of(tokenized.owners(rows)), rows.length);
        }

        @Override
        public int texts() {
            return tokenized.texts();
        }

        @Override
        public int tooLong() {
            return tokenized.tooLong();
        }

        @Override
        public Optional<Evaluation> judge(TorchNetwork network) {
            float[][] logits = Inference.logits(network, validationTexts);
            return Inference.isFinite(logits) ? Optional.of(judge(logits)) : Optional.empty();
        }

        Evaluation judge(float[][] logits) {
            return validationLabels.evaluate(logits);
        }

        @Override
        public Conclusion conclude(TorchNetwork network) {
            return conclude(Inference.logits(network, validationTexts));
        }

        /** The weights were chosen with thresholds of one half and a temperature of one; both are chosen for the weights. */
        Conclusion conclude(float[][] logits) {
            Evaluation evaluation = judge(logits);
            Task concluded = task;
            if (!heldBack) { // on what was learned by heart, any certainty is right
                return new Conclusion(concluded, judged(evaluation));
            } else if (task instanceof Task.SingleLabel) {
                Task.SingleLabel calibrated = validationLabels.calibrated(logits);
                concluded = calibrated;
                evaluation = validationLabels.judgedBy(calibrated).evaluate(logits);
            } else if (evaluation instanceof MultiLabelEvaluation multi) {
                MultiLabelEvaluation best = multi.withBestThresholds();
                int count = task.labels().size(); // the validation data may have labels that the task does not know
                concluded = new Task.MultiLabel(task.labels(), best.thresholds().subList(0, count));
                evaluation = best;
            }
            return new Conclusion(concluded, judged(evaluation));
        }

        private JudgedTexts judged(Evaluation evaluation) {
            return JudgedData.of(evaluation, validation, validationTexts.wholeLengths(), limit);
        }
    }
}
