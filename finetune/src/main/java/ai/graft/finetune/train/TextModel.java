package ai.graft.finetune.train;

import ai.graft.datasets.Dataset;
import ai.graft.finetune.evaluate.Evaluation;
import ai.graft.finetune.evaluate.JudgedTexts;
import ai.graft.model.task.Answer;
import ai.graft.model.task.Prediction;
import ai.graft.model.task.Task;
import ai.graft.model.task.TextLogits;
import ai.graft.tokenizer.TextInput;
import java.util.ArrayList;
import java.util.List;

/**
 * A text classifier or regressor on whatever runtime: what gives logits is answered with and judged in one way. May be shared
 * between threads; whoever opened it closes it.
 */
public sealed interface TextModel extends RunningModel permits FineTuned, OnnxTextModel {
    @Override
    Task.OfText task();

    /** The logits (L) and lengths of texts or pairs, in their order. Runs in batches of like length. */
    TextLogits read(List<TextInput> texts);

    /** The answer for each text or pair, in their order, with how it was read. */
    default List<Answer> answer(List<TextInput> texts) {
        TextLogits read = read(texts);
        List<Answer> answers = new ArrayList<>(texts.size());
        for (int i = 0; i < read.tokens().length; i++) {
            int tokens = read.tokens()[i];
            Prediction prediction = Prediction.of(task(), read.logits()[i]);
            answers.add(new Answer(prediction, tokens, tokens > limit().maxLength()));
        }
        return answers;
    }

    /**
     * Judges the model on labelled texts.
     *
     * @throws ai.graft.datasets.DatasetException naming the row whose label the model does not know
     */
    default Evaluation evaluate(Dataset data) {
        return judge(data).evaluation();
    }

    /**
     * Judges the model on labelled texts, and keeps the texts beside the judgement.
     *
     * @throws ai.graft.datasets.DatasetException as {@link #evaluate}
     */
    default JudgedTexts judge(Dataset data) {
        return judge(data, UnknownLabels.REFUSE);
    }

    /** The same for data that may have labels that the model does not know. */
    default JudgedTexts judge(Dataset data, UnknownLabels unknown) {
        LabelledRows labels = LabelledRows.of(task(), data, unknown);
        TextLogits read = read(TokenizedTexts.inputs(data));
        return JudgedData.of(labels.evaluate(read.logits()), data, read.tokens(), limit());
    }
}
