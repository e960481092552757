package ai.graft.serving.layout;

import ai.graft.model.network.Inputs;

/** A text with the ids that it has by hand: the tokenizer's letter a is 5, [CLS] 2, [SEP] 3. */
final class WorkedText {
    static final String TEXT = "a b";

    static Inputs ids() {
        return new Inputs(1, 4, new int[] {2, 5, 6, 3}, new int[] {1, 1, 1, 1}, new int[4]);
    }

    /** The label of the largest logit. */
    static String label(double[] logits) {
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            best = logits[i] > logits[best] ? i : best;
        }
        return String.valueOf((char) ('a' + best));
    }

    private WorkedText() {}
}
