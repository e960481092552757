package ai.graft.finetune.replay;

import ai.graft.model.network.Inputs;

/** Sentence vectors out of hidden states, as sentence-transformers makes them. */
final class Pooling {

    /** The mean of the hidden states (B, S, H) over the tokens whose mask is 1: (B, H). */
    static float[] mean(float[] hidden, Inputs inputs) {
        int size = hidden.length / inputs.rows() / inputs.columns();
        float[] mean = new float[inputs.rows() * size];
        for (int r = 0; r < inputs.rows(); r++) {
            double[] sum = new double[size];
            int tokens = 0;
            for (int c = 0; c < inputs.columns(); c++) {
                int at = r * inputs.columns() + c;
                if (inputs.attentionMask()[at] == 1) {
                    tokens++;
                    for (int h = 0; h < size; h++) {
                        sum[h] += hidden[at * size + h];
                    }
                }
            }
            for (int h = 0; h < size; h++) {
                mean[r * size + h] = (float) (sum[h] / Math.max(1, tokens));
            }
        }
        return mean;
    }

    /** Each vector of this size scaled to length 1. */
    static float[] normalized(float[] vectors, int size) {
        float[] scaled = new float[vectors.length];
        for (int from = 0; from < vectors.length; from += size) {
            double squares = 0;
            for (int i = from; i < from + size; i++) {
                squares += (double) vectors[i] * vectors[i];
            }
            double length = Math.max(1e-12, Math.sqrt(squares));
            for (int i = from; i < from + size; i++) {
                scaled[i] = (float) (vectors[i] / length);
            }
        }
        return scaled;
    }

    private Pooling() {}
}
