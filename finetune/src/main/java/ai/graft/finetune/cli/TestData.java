package ai.graft.finetune.cli;

import ai.graft.datasets.Dataset;
import ai.graft.datasets.QuestionSet;
import ai.graft.finetune.evaluate.JudgedTexts;
import ai.graft.finetune.train.Answerer;
import ai.graft.finetune.train.EvaluationReport;
import ai.graft.finetune.train.RunningModel;
import ai.graft.finetune.train.TextModel;
import ai.graft.finetune.train.UnknownLabels;
import ai.graft.tokenizer.TextInput;
import java.util.List;

/**
 * What {@code graft evaluate} judges a model by.
 *
 * @param <M> the models that can be judged by it
 */
sealed interface TestData<M extends RunningModel> {
    JudgedTexts judge(M model);

    /** What a report says of it. */
    EvaluationReport.Data facts();

    /** Labelled texts. */
    record Texts(Dataset set, UnknownLabels unknownLabels) implements TestData<TextModel> {
        @Override
        public JudgedTexts judge(TextModel model) {
            return model.judge(set, unknownLabels);
        }

        /** The texts alone. */
        List<TextInput> inputs() {
            return set.examples().stream()
                    .map(example -> new TextInput(example.text(), example.textPair()))
                    .toList();
        }

        @Override
        public EvaluationReport.Data facts() {
            return new EvaluationReport.Data(set.name(), set.description(), set.fingerprint());
        }
    }

    /** Questions with answers. */
    record Questions(QuestionSet set) implements TestData<Answerer> {
        @Override
        public JudgedTexts judge(Answerer model) {
            return model.judge(set);
        }

        @Override
        public EvaluationReport.Data facts() {
            return new EvaluationReport.Data(set.name(), set.description(), set.fingerprint());
        }
    }
}
