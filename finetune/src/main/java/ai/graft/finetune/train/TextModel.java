package ai.graft.finetune.train;

import ai.graft.datasets.Dataset;
import ai.graft.finetune.evaluate.Evaluation;
import ai.graft.finetune.evaluate.JudgedTexts;
import ai.graft.finetune.evaluate.OutOfScope;
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
     * How well a single-label model tells texts that belong to no label from those that belong to one.
     *
     * @param inside texts that belong to a label, 1 or more
     * @param outside texts that belong to none, 1 or more
     * @throws IllegalArgumentException where the model is none for a single label, or there are no texts
     */
    default OutOfScope outOfScope(List<TextInput> inside, List<TextInput> outside) {
        if (!(task() instanceof Task.SingleLabel single)) {
            throw new IllegalArgumentException(
                    "out of scope is what belongs to no label of a single-label model, but this one is " + task().name()
                            + ".");
        }
        List<TextInput> texts = new ArrayList<>(inside);
        texts.addAll(outside);
        float[][] logits = read(texts).logits();
        double[] confidences = new double[logits.length];
        double[] energies = new double[logits.length];
        for (int i = 0; i < logits.length; i++) {
            confidences[i] = Prediction.of(single, logits[i]).score();
            energies[i] = Task.SingleLabel.energy(logits[i]);
        }
        return OutOfScope.of(inside.size(), confidences, energies);
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
