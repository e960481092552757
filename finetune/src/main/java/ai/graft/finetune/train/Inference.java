package ai.graft.finetune.train;

import ai.graft.finetune.engine.TorchNetwork;
import ai.graft.tokenizer.TokenBudget;
import java.util.Arrays;

/** Runs a network over many texts in batches of like length. */
final class Inference {
    /** Enough to keep the products of a small encoder at full rate, little enough to stay in the processor's caches. */
    private static final TokenBudget BUDGET = new TokenBudget(4096, 64);

    /** The logits of each text, in the order of the texts. */
    static float[][] logits(TorchNetwork network, TokenizedTexts texts) {
        float[][] logits = new float[texts.size()][];
        for (int[] group : BUDGET.group(texts.lengths())) {
            float[] flat = network.logits(texts.batch(group));
            int columns = flat.length / group.length;
            for (int i = 0; i < group.length; i++) {
                logits[group[i]] = Arrays.copyOfRange(flat, i * columns, (i + 1) * columns);
            }
        }
        return logits;
    }

    private Inference() {}
}
