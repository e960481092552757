package ai.graft.model.network;

import java.util.Arrays;
import java.util.Locale;

/** Sentence vectors out of hidden states, as sentence-transformers makes them. */
public enum Pooling {
    /** The mean over the tokens whose mask is 1. */
    MEAN,
    /** The first token's hidden state. */
    CLS;

    /** As {@code classifier_pooling} of {@code config.json} calls it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The pooling of this {@link #label}.
     *
     * @throws IllegalArgumentException naming those there are
     */
    public static Pooling parse(String label) {
        return Arrays.stream(values())
                .filter(pooling -> pooling.label().equals(label))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException("classifier_pooling is '" + label + "', known are mean and cls"));
    }

    /** The vectors (B, H) of hidden states (B, S, H), in a network. */
    <T> T of(Ops<T> ops, T hidden) {
        return ops.squeezeToken(
                switch (this) {
                    case MEAN -> ops.meanToken(hidden);
                    case CLS -> ops.firstToken(hidden);
                });
    }

    /**
     * One vector a row.
     *
     * @param hidden hidden states (B, S, H) in row order
     * @return (B, H) in row order
     */
    public float[] apply(float[] hidden, Inputs inputs) {
        int size = hidden.length / inputs.rows() / inputs.columns();
        float[] pooled = new float[inputs.rows() * size];
        for (int r = 0; r < inputs.rows(); r++) {
            switch (this) {
                case MEAN -> mean(hidden, inputs, r, size, pooled);
                case CLS -> System.arraycopy(hidden, r * inputs.columns() * size, pooled, r * size, size);
            }
        }
        return pooled;
    }

    private static void mean(float[] hidden, Inputs inputs, int row, int size, float[] pooled) {
        double[] sum = new double[size];
        int tokens = 0;
        for (int c = 0; c < inputs.columns(); c++) {
            int at = row * inputs.columns() + c;
            if (inputs.attentionMask()[at] == 1) {
                tokens++;
                for (int h = 0; h < size; h++) {
                    sum[h] += hidden[at * size + h];
                }
            }
        }
        for (int h = 0; h < size; h++) {
            pooled[row * size + h] = (float) (sum[h] / Math.max(1, tokens));
        }
    }

    /** Each vector of this size scaled to length 1. */
    public static float[] normalized(float[] vectors, int size) {
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
}
