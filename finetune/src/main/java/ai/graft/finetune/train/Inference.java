package ai.graft.finetune.train;

import ai.graft.finetune.engine.TorchNetwork;
import ai.graft.tokenizer.TokenBudget;

/** Runs a network over many texts in batches of like length; nothing of a batch but its logits outlives it. */
final class Inference {
    /** Enough to keep the products of a small encoder at full rate, little enough to stay in the processor's caches. */
    static final TokenBudget BUDGET = new TokenBudget(4096, 64);

    /** The logits of each text, in the order of the texts: of several windows the mean. */
    static float[][] logits(TorchNetwork network, TokenizedTexts texts) {
        double[][] sums = new double[texts.texts()][0];
        int[] windows = new int[texts.texts()];
        for (int[] group : BUDGET.group(texts.lengths())) {
            float[] flat = network.logits(texts.batch(group));
            int[] owners = texts.owners(group);
            int columns = flat.length / group.length;
            for (int i = 0; i < group.length; i++) {
                int text = owners[i];
                sums[text] = windows[text] == 0 ? new double[columns] : sums[text];
                add(sums[text], flat, i * columns);
                windows[text]++;
            }
        }
        return means(sums, windows);
    }

    private static void add(double[] sum, float[] flat, int from) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += flat[from + i];
        }
    }

    private static float[][] means(double[][] sums, int[] counts) {
        float[][] means = new float[sums.length][];
        for (int text = 0; text < means.length; text++) {
            means[text] = new float[sums[text].length];
            for (int i = 0; i < means[text].length; i++) {
                means[text][i] = (float) (sums[text][i] / counts[text]);
            }
        }
        return means;
    }

    /** Whether no number is NaN or infinite. */
    static boolean isFinite(float[]... rows) {
        double sum = 0;
        for (float[] row : rows) {
            for (float value : row) {
                sum += 0 * value; // 0, or NaN for what is not finite
            }
        }
        return sum == 0;
    }

    private Inference() {}
}
