package ai.graft.finetune.cli;

import ai.graft.datasets.Dataset;
import ai.graft.datasets.QuestionSet;
import ai.graft.finetune.evaluate.Evaluation;
import ai.graft.finetune.train.FineTuned;
import ai.graft.finetune.train.FineTunedAnswerer;
import ai.graft.finetune.train.FineTuning;
import ai.graft.finetune.train.Trained;
import ai.graft.finetune.train.UnknownLabels;
import java.util.Optional;

/**
 * What {@code graft train} was given to learn from.
 *
 * @param <T> the model that comes out
 */
sealed interface TrainingData<T extends Trained> {
    T train(FineTuning tuning);

    /** How the model does on the test data; empty where none were given. */
    Optional<Evaluation> test(T trained);

    /** Labelled texts. */
    record Texts(Dataset rows, Optional<Dataset> validation, Optional<Dataset> test, UnknownLabels unknownLabels)
            implements TrainingData<FineTuned> {
        @Override
        public FineTuned train(FineTuning tuning) {
            return validation.map(set -> tuning.train(rows, set)).orElseGet(() -> tuning.train(rows));
        }

        @Override
        public Optional<Evaluation> test(FineTuned trained) {
            return test.map(set -> trained.judge(set, unknownLabels).evaluation());
        }
    }

    /** Questions with answers. */
    record Questions(QuestionSet questions, Optional<QuestionSet> validation, Optional<QuestionSet> test)
            implements TrainingData<FineTunedAnswerer> {
        @Override
        public FineTunedAnswerer train(FineTuning tuning) {
            return validation.map(set -> tuning.train(questions, set)).orElseGet(() -> tuning.train(questions));
        }

        @Override
        public Optional<Evaluation> test(FineTunedAnswerer trained) {
            return test.map(trained::evaluate);
        }
    }
}
