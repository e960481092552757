package ai.graft.finetune.train;

import ai.graft.datasets.DatasetException;
import ai.graft.datasets.Question;
import ai.graft.datasets.QuestionSet;
import ai.graft.finetune.engine.Targets;
import ai.graft.finetune.engine.TorchNetwork;
import ai.graft.finetune.evaluate.BestThreshold;
import ai.graft.finetune.evaluate.Evaluation;
import ai.graft.finetune.evaluate.SpanEvaluation;
import ai.graft.finetune.evaluate.SpanPredictions;
import ai.graft.model.config.ModelConfig;
import ai.graft.model.task.AnswerRules;
import ai.graft.model.task.FoundAnswer;
import ai.graft.model.task.Loss;
import ai.graft.model.task.Task;
import ai.graft.tokenizer.LengthLimit;
import ai.graft.tokenizer.LongTexts;
import ai.graft.tokenizer.TokenSpan;
import ai.graft.tokenizer.Tokenizer;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Questions are to be answered with stretches of their contexts. */
final class QuestionLesson implements Lesson<FineTunedAnswerer> {
    private static final int DEFAULT_MAX_LENGTH = 384;

    private final TrainingOptions settings;
    private final QuestionSet train;
    private final List<Question> learned; // those of train whose answer's place, or absence, is known
    private final QuestionSet validation;
    private final AnswerRules rules;

    /** Refuses data that cannot be used. */
    QuestionLesson(TrainingOptions settings, QuestionSet train, QuestionSet validation) {
        this.settings = settings;
        this.train = train;
        this.learned = train.questions().stream().filter(Question::trainable).toList();
        this.validation = validation;
        if (learned.isEmpty()) {
            throw new DatasetException(train.name() + ": no question has an answer that stands where the file says,"
                    + " so there is nothing to learn. " + train.description() + ".");
        }
        // Until a threshold is chosen, no answer wins where its logits are higher than the best candidate's.
        this.rules = settings.answerRules()
                .withNoAnswerThreshold(train.hasImpossible() ? Optional.of(0.0) : Optional.empty());
        requireMetric();
    }

    /** Judges answers of nothing once, so that data or a metric that cannot be used are refused before the training. */
    private void requireMetric() {
        SpanEvaluation.of(validation.questions(), SpanPredictions.of(Map.of())).metric(metric());
    }

    @Override
    public Task task() {
        return new Task.QuestionAnswering(rules);
    }

    @Override
    public Loss loss() {
        return new Loss.Span();
    }

    /** Start and end are chosen among the positions of a window. */
    @Override
    public int labels() {
        return settings.maxLength().orElse(DEFAULT_MAX_LENGTH);
    }

    @Override
    public String metric() {
        return settings.evalMetric().orElse("f1");
    }

    @Override
    public LengthLimit limit(ModelConfig model) {
        return new LengthLimit(settings.maxLength(model, DEFAULT_MAX_LENGTH), LongTexts.WINDOWS);
    }

    @Override
    public DataFacts facts() {
        return new DataFacts(
                JudgedData.fileName(train.name()), train.description(), validation.description(), train.fingerprint());
    }

    @Override
    public Material prepare(Tokenizer tokenizer, ModelConfig model, LengthLimit limit) {
        return new Windows(
                rows(learned, tokenizer, model, limit),
                rows(validation.questions(), tokenizer, model, limit),
                limit.maxLength());
    }

    private ContextRows rows(List<Question> questions, Tokenizer tokenizer, ModelConfig model, LengthLimit limit) {
        return Answers.named(
                questions, () -> ContextRows.of(Answers.inputs(questions), tokenizer, model, limit.maxLength(), rules));
    }

    @Override
    public FineTunedAnswerer model(Task concluded, TorchModel trained) {
        return new FineTunedAnswerer((Task.QuestionAnswering) concluded, trained);
    }

    /** The windows as rows. */
    private final class Windows implements Material {
        /** The column that stands for no answer. */
        private static final int NO_ANSWER = 0;

        private final ContextRows rows;
        private final AnswerPlaces places;
        private final ContextRows validationRows;
        private final int maxLength;

        Windows(ContextRows rows, ContextRows validationRows, int maxLength) {
            this.rows = rows;
            this.places = new AnswerPlaces(learned, rows);
            this.validationRows = validationRows;
            this.maxLength = maxLength;
        }

        @Override
        public int[] lengths() {
            return rows.lengths();
        }

        @Override
        public LabelledBatch batch(int[] indices, long pass) {
            return new LabelledBatch(rows.batch(indices), targets(indices), indices.length);
        }

        /** Start and end of each window's answer; the first column for both where the window does not hold it. */
        private Targets targets(int[] indices) {
            int[] positions = new int[2 * indices.length];
            for (int i = 0; i < indices.length; i++) {
                Optional<TokenSpan> place = places.of(indices[i]);
                positions[2 * i] = place.map(TokenSpan::first).orElse(NO_ANSWER);
                positions[2 * i + 1] = place.map(TokenSpan::last).orElse(NO_ANSWER);
            }
            return new Targets.Ids(positions, 2);
        }

        @Override
        public int texts() {
            return rows.questions();
        }

        @Override
        public int tooLong() {
            return rows.inWindows();
        }

        @Override
        public Optional<String> note() {
            return Optional.of(places.note());
        }

        @Override
        public Optional<Evaluation> judge(TorchNetwork network) {
            return validationRows.answers(network, rules).map(answers -> Answers.evaluation(validation, answers));
        }

        /** The threshold from which there is no answer is chosen for the best weights. */
        @Override
        public Conclusion conclude(TorchNetwork network) {
            AnswerRules always = rules.withNoAnswerThreshold(Optional.empty());
            List<FoundAnswer> answers = validationRows.answers(network, always).orElseThrow();
            SpanPredictions predictions = Answers.predictions(validation, answers);
            SpanEvaluation evaluation = SpanEvaluation.of(validation.questions(), predictions);
            if (rules.noAnswerThreshold().isEmpty()) {
                return conclusion(always, evaluation, answers);
            }
            double threshold = evaluation.bestF1().map(BestThreshold::threshold).orElse(0.0);
            return conclusion(
                    always.withNoAnswerThreshold(Optional.of(threshold)),
                    SpanEvaluation.of(validation.questions(), predictions.withThreshold(threshold)),
                    answers);
        }

        private Conclusion conclusion(AnswerRules chosen, SpanEvaluation evaluation, List<FoundAnswer> answers) {
            return new Conclusion(
                    new Task.QuestionAnswering(chosen), Answers.judged(evaluation, validation, answers, maxLength));
        }
    }
}
