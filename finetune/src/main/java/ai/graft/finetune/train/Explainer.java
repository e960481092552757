package ai.graft.finetune.train;

import ai.graft.finetune.engine.TorchNetwork;
import ai.graft.finetune.explain.Explanation;
import ai.graft.finetune.explain.IntegratedGradients;
import ai.graft.model.network.Inputs;
import ai.graft.model.task.Prediction;
import ai.graft.model.task.Task;
import ai.graft.tokenizer.Encoding;
import ai.graft.tokenizer.LongTexts;
import ai.graft.tokenizer.TextInput;
import ai.graft.tokenizer.Truncation;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Follows a label's logit through the network from a text of masks to the text. The mask's embedding is the baseline because the
 * encoder learned to read it as a word that is not known, while padding, which gets no attention, was never trained where a
 * word stands; the special tokens around the text stay what they are, and so carry nothing.
 */
record Explainer(Task.OfText task, TorchModel model) {

    Explanation explain(TextInput input, Optional<String> asked, int steps) {
        if (task instanceof Task.Regression) {
            throw new IllegalArgumentException("the model gives numbers (" + task.name()
                    + "), but only labels are explained. Name a single-label or multi-label model.");
        }
        Encoding encoding = encoding(input);
        Inputs row = IdRows.of(List.of(encoding.ids()), model.config().model()).batch(new int[] {0});
        float[] logits = model.network().logits(row);
        int label = asked.map(this::number).orElseGet(() -> best(logits));
        String name = task.labels().get(label);
        double score = Prediction.of(task, logits).scores().getOrDefault(name, Double.NaN);
        int[] masked = masked(encoding);
        IntegratedGradients parts = IntegratedGradients.of(
                places -> points(model.network().slopes(row, masked, places, label), places.length, label), steps);
        boolean cut =
                model.limit().fit(model.tokenizer(), List.of(input)).get(0).wholeLength() > encoding.length();
        return Explanation.of(input, encoding, name, score, parts, cut);
    }

    /** What the model reads at once; of a text that is read in windows the first. */
    private Encoding encoding(TextInput input) {
        int length = model.limit().maxLength();
        Truncation truncation = model.limit().beyond() == LongTexts.HEAD_TAIL
                ? Truncation.headTail(length)
                : Truncation.longestFirst(length);
        Encoding encoding = model.tokenizer().encode(input.text(), input.pair(), truncation);
        if (Arrays.stream(encoding.specialTokensMask()).allMatch(special -> special == 1)) {
            throw new IllegalArgumentException(
                    "the text is empty: there are no words to explain. Give one with words.");
        }
        return encoding;
    }

    private int number(String label) {
        int number = task.labels().indexOf(label);
        if (number < 0) {
            throw new IllegalArgumentException(
                    "label '" + label + "' is not among those of the model, " + task.labels() + ". Name one of them.");
        }
        return number;
    }

    private static int best(float[] logits) {
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            best = logits[i] > logits[best] ? i : best;
        }
        return best;
    }

    /** Padding takes the mask's place in a vocabulary that has none. */
    private int[] masked(Encoding encoding) {
        int mask = model.tokenizer().maskId().orElseGet(model.tokenizer()::padId);
        int[] ids = encoding.inputIds().clone();
        for (int i = 0; i < ids.length; i++) {
            ids[i] = encoding.specialTokensMask()[i] == 1 ? ids[i] : mask;
        }
        return ids;
    }

    private static IntegratedGradients.Points points(TorchNetwork.Slopes found, int places, int label) {
        int labels = found.logits().length / places;
        int tokens = found.slopes().length / places;
        double[] outputs = new double[places];
        double[][] slopes = new double[places][tokens];
        for (int place = 0; place < places; place++) {
            outputs[place] = found.logits()[place * labels + label];
            for (int token = 0; token < tokens; token++) {
                slopes[place][token] = found.slopes()[place * tokens + token];
            }
        }
        return new IntegratedGradients.Points(outputs, slopes);
    }
}
