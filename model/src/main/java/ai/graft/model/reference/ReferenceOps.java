package ai.graft.model.reference;

import ai.graft.model.config.Activation;
import ai.graft.model.network.Attention;
import ai.graft.model.network.DropoutRates;
import ai.graft.model.network.DropoutSite;
import ai.graft.model.network.Init;
import ai.graft.model.network.Inputs;
import ai.graft.model.network.Ops;
import ai.graft.model.network.Positions;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Computes a network in doubles, one obvious loop an operation. Far too slow to use, easy to trust: other interpreters, the
 * handling of padding, and gradients (by finite differences) are judged by it. Tables and matrices are read by rows where they
 * lie, so that a mapped checkpoint stays on its disk.
 */
public final class ReferenceOps implements Ops<DoubleTensor> {
    private final Inputs inputs;
    private final Function<String, Elements> weights;
    private final DropoutRates dropout;
    private final byte[] noise;
    private int usedNoise;

    /**
     * For prediction: nothing is dropped.
     *
     * @param weights elements of a weight, by name
     */
    public ReferenceOps(Inputs inputs, Function<String, Elements> weights) {
        this(inputs, weights, DropoutRates.NONE, new byte[0]);
    }

    /**
     * For a training pass.
     *
     * @param weights elements of a weight, by name
     * @param noise the step's random bytes, {@link ShapeOps#dropoutBytes} of them
     */
    public ReferenceOps(Inputs inputs, Function<String, Elements> weights, DropoutRates dropout, byte[] noise) {
        this.inputs = inputs;
        this.weights = weights;
        this.dropout = dropout;
        this.noise = noise;
    }

    @Override
    public DoubleTensor inputIds() {
        return ids(inputs.inputIds());
    }

    @Override
    public DoubleTensor tokenTypeIds() {
        return ids(inputs.tokenTypeIds());
    }

    private DoubleTensor ids(int[] values) {
        return new DoubleTensor(
                new int[] {inputs.rows(), inputs.columns()},
                Arrays.stream(values).asDoubleStream().toArray());
    }

    @Override
    public DoubleTensor weight(String name, Init init, int... shape) {
        return new DoubleTensor(shape, weights.apply(name));
    }

    @Override
    public DoubleTensor embedding(DoubleTensor ids, DoubleTensor table, int padRow) {
        int hidden = table.columns();
        double[] out = new double[ids.data().length * hidden];
        double[] row = new double[hidden];
        for (int i = 0; i < ids.data().length; i++) {
            table.readRow((int) ids.data()[i], row);
            System.arraycopy(row, 0, out, i * hidden, hidden);
        }
        return new DoubleTensor(new int[] {ids.shape()[0], ids.shape()[1], hidden}, out);
    }

    @Override
    public DoubleTensor positionEmbedding(Positions positions, DoubleTensor table) {
        int rows = inputs.rows();
        int columns = inputs.columns();
        double[] ids = new double[rows * columns];
        for (int b = 0; b < rows; b++) {
            int tokens = 0;
            for (int s = 0; s < columns; s++) {
                int at = b * columns + s;
                if (positions instanceof Positions.AfterPadding after) {
                    boolean real = inputs.inputIds()[at] != after.padTokenId();
                    tokens += real ? 1 : 0;
                    ids[at] = after.padTokenId() + (real ? tokens : 0);
                } else {
                    ids[at] = s;
                }
            }
        }
        return embedding(new DoubleTensor(new int[] {rows, columns}, ids), table);
    }

    @Override
    public DoubleTensor linear(DoubleTensor x, DoubleTensor weight, DoubleTensor bias) {
        int in = x.columns();
        int out = weight.shape()[0];
        double[] y = new double[x.rows() * out];
        double[] values = x.data();
        double[] shift = bias.data();
        double[] row = new double[in];
        for (int o = 0; o < out; o++) {
            weight.readRow(o, row);
            for (int r = 0; r < x.rows(); r++) {
                double sum = shift[o];
                for (int i = 0; i < in; i++) {
                    sum += values[r * in + i] * row[i];
                }
                y[r * out + o] = sum;
            }
        }
        int[] shape = x.shape().clone();
        shape[shape.length - 1] = out;
        return new DoubleTensor(shape, y);
    }

    @Override
    public DoubleTensor lowRank(DoubleTensor x, DoubleTensor down, DoubleTensor up, double scale) {
        DoubleTensor product = linear(linear(x, down, zeros(down.shape()[0])), up, zeros(up.shape()[0]));
        return new DoubleTensor(
                product.shape(),
                Arrays.stream(product.data()).map(value -> scale * value).toArray());
    }

    private static DoubleTensor zeros(int size) {
        return new DoubleTensor(new int[] {size}, new double[size]);
    }

    @Override
    public DoubleTensor layerNorm(DoubleTensor x, DoubleTensor weight, DoubleTensor bias, double eps) {
        int n = x.columns();
        double[] y = new double[x.data().length];
        double[] factors = weight.data();
        double[] shifts = bias.data();
        for (int r = 0; r < x.rows(); r++) {
            double mean = 0;
            for (int i = 0; i < n; i++) {
                mean += x.data()[r * n + i] / n;
            }
            double variance = 0;
            for (int i = 0; i < n; i++) {
                double d = x.data()[r * n + i] - mean;
                variance += d * d / n;
            }
            double scale = 1 / Math.sqrt(variance + eps);
            for (int i = 0; i < n; i++) {
                y[r * n + i] = (x.data()[r * n + i] - mean) * scale * factors[i] + shifts[i];
            }
        }
        return new DoubleTensor(x.shape(), y);
    }

    @Override
    public DoubleTensor attention(DoubleTensor query, DoubleTensor key, DoubleTensor value, Attention spec) {
        int rows = query.shape()[1];
        DoubleTensor weights = dropout(attentionWeights(query, key, spec.heads()), DropoutSite.ATTENTION); // (B,A,Q,S)
        int hidden = query.columns();
        int size = hidden / spec.heads();
        int columns = key.shape()[1];
        double[] out = new double[query.data().length];
        for (int b = 0; b < query.shape()[0]; b++) {
            for (int q = 0; q < rows; q++) {
                for (int h = 0; h < hidden; h++) {
                    int from = ((b * spec.heads() + h / size) * rows + q) * columns;
                    double sum = 0;
                    for (int s = 0; s < columns; s++) {
                        sum += weights.data()[from + s] * value.data()[(b * columns + s) * hidden + h];
                    }
                    out[(b * rows + q) * hidden + h] = sum;
                }
            }
        }
        return new DoubleTensor(query.shape(), out);
    }

    /** softmax(query·keyᵀ/√D) over the tokens that are no padding: (B, A, Q, S). */
    private DoubleTensor attentionWeights(DoubleTensor query, DoubleTensor key, int heads) {
        int batch = query.shape()[0];
        int rows = query.shape()[1];
        int columns = key.shape()[1];
        int hidden = query.columns();
        int size = hidden / heads;
        double[] weights = new double[batch * heads * rows * columns];
        for (int b = 0; b < batch; b++) {
            for (int a = 0; a < heads; a++) {
                for (int q = 0; q < rows; q++) {
                    double[] scores = new double[columns];
                    for (int s = 0; s < columns; s++) {
                        for (int d = 0; d < size; d++) {
                            scores[s] += query.data()[(b * rows + q) * hidden + a * size + d]
                                    * key.data()[(b * columns + s) * hidden + a * size + d]
                                    / Math.sqrt(size);
                        }
                        // The most negative float stands for "no attention", as in transformers.
                        scores[s] += inputs.attentionMask()[b * columns + s] == 0 ? -Float.MAX_VALUE : 0;
                    }
                    System.arraycopy(softmax(scores), 0, weights, ((b * heads + a) * rows + q) * columns, columns);
                }
            }
        }
        return new DoubleTensor(new int[] {batch, heads, rows, columns}, weights);
    }

    static double[] softmax(double[] scores) {
        double max = Arrays.stream(scores).max().orElseThrow();
        double[] exp = Arrays.stream(scores).map(s -> Math.exp(s - max)).toArray();
        double sum = Arrays.stream(exp).sum();
        return Arrays.stream(exp).map(e -> e / sum).toArray();
    }

    @Override
    public DoubleTensor activation(DoubleTensor x, Activation function) {
        DoubleUnaryOperator f = switch (function) {
            case GELU -> v -> v * 0.5 * (1 + ErrorFunction.erf(v / Math.sqrt(2)));
            case GELU_TANH -> v -> 0.5 * v * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v * v * v)));
            case RELU -> v -> Math.max(0, v);
            case SILU -> v -> v / (1 + Math.exp(-v));
            case TANH -> Math::tanh;
        };
        return new DoubleTensor(x.shape(), Arrays.stream(x.data()).map(f).toArray());
    }

    @Override
    public DoubleTensor add(DoubleTensor a, DoubleTensor b) {
        double[] sum = new double[a.data().length];
        for (int i = 0; i < sum.length; i++) {
            sum[i] = a.data()[i] + b.data()[i % b.data().length];
        }
        return new DoubleTensor(a.shape(), sum);
    }

    @Override
    public DoubleTensor dropout(DoubleTensor x, DropoutSite site) {
        int threshold = dropout.threshold(site);
        if (threshold == 0) {
            return x;
        }
        double[] kept = new double[x.data().length];
        for (int i = 0; i < kept.length; i++) {
            int random = noise[usedNoise++] & 0xff;
            kept[i] = random >= threshold ? x.data()[i] * dropout.scale(site) : 0;
        }
        return new DoubleTensor(x.shape(), kept);
    }

    @Override
    public DoubleTensor firstToken(DoubleTensor x) {
        int hidden = x.columns();
        double[] first = new double[x.shape()[0] * hidden];
        for (int b = 0; b < x.shape()[0]; b++) {
            System.arraycopy(x.data(), b * x.shape()[1] * hidden, first, b * hidden, hidden);
        }
        return new DoubleTensor(new int[] {x.shape()[0], 1, hidden}, first);
    }

    @Override
    public DoubleTensor meanToken(DoubleTensor x) {
        int hidden = x.columns();
        double[] means = new double[inputs.rows() * hidden];
        for (int b = 0; b < inputs.rows(); b++) {
            int tokens = 0;
            for (int s = 0; s < inputs.columns(); s++) {
                tokens += inputs.attentionMask()[b * inputs.columns() + s];
            }
            for (int s = 0; s < inputs.columns(); s++) {
                int at = b * inputs.columns() + s;
                for (int h = 0; inputs.attentionMask()[at] == 1 && h < hidden; h++) {
                    means[b * hidden + h] += x.data()[at * hidden + h] / tokens;
                }
            }
        }
        return new DoubleTensor(new int[] {inputs.rows(), 1, hidden}, means);
    }

    @Override
    public DoubleTensor squeezeToken(DoubleTensor x) {
        return new DoubleTensor(new int[] {x.shape()[0], x.columns()}, x.data());
    }

    @Override
    public DoubleTensor layer(int index, DoubleTensor x, UnaryOperator<DoubleTensor> body) {
        return body.apply(x);
    }
}
