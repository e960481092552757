package ai.graft.model.reference;

import ai.graft.model.config.Activation;
import ai.graft.model.network.Attention;
import ai.graft.model.network.DropoutRates;
import ai.graft.model.network.DropoutSite;
import ai.graft.model.network.Extent;
import ai.graft.model.network.Head;
import ai.graft.model.network.Init;
import ai.graft.model.network.Network;
import ai.graft.model.network.Ops;
import ai.graft.model.network.Positions;
import ai.graft.model.network.WeightSpec;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * Runs a network over shapes alone: what weights it asks for, in order, and how many dropout bytes a training step takes.
 * A tensor is its shape. Any two shapes that do not fit are a mistake in a network's page: {@link IllegalStateException}.
 */
public final class ShapeOps implements Ops<int[]> {
    private final int batch;
    private final int sequence;
    private final DropoutRates dropout;
    private final Map<String, WeightSpec> weights = new LinkedHashMap<>();
    private long dropoutBytes;

    private ShapeOps(int batch, int sequence, DropoutRates dropout) {
        this.batch = batch;
        this.sequence = sequence;
        this.dropout = dropout;
    }

    /** Every weight of a network with this head, each once, in the order in which the network asks for them. */
    public static List<WeightSpec> weights(Network network, Head head) {
        ShapeOps ops = new ShapeOps(2, 3, DropoutRates.NONE);
        network.forward(ops, head, Extent.ALL_TOKENS);
        return List.copyOf(ops.weights.values());
    }

    /** Number of random bytes that a pass over a batch (B, S) takes. */
    public static long dropoutBytes(
            Network network, Head head, Extent extent, DropoutRates dropout, int batch, int sequence) {
        ShapeOps ops = new ShapeOps(batch, sequence, dropout);
        network.forward(ops, head, extent);
        return ops.dropoutBytes;
    }

    @Override
    public int[] inputIds() {
        return new int[] {batch, sequence};
    }

    @Override
    public int[] tokenTypeIds() {
        return new int[] {batch, sequence};
    }

    @Override
    public int[] weight(String name, Init init, int... shape) {
        WeightSpec spec = new WeightSpec(name, init, IntStream.of(shape).boxed().toList());
        WeightSpec before = weights.putIfAbsent(name, spec);
        require(before == null || before.equals(spec), name, shape);
        return shape;
    }

    @Override
    public int[] embedding(int[] ids, int[] table, int padRow) {
        return new int[] {ids[0], ids[1], table[1]};
    }

    @Override
    public int[] positionEmbedding(Positions positions, int[] table) {
        return new int[] {1, sequence, table[1]};
    }

    @Override
    public int[] linear(int[] x, int[] weight, int[] bias) {
        require(last(x) == weight[1] && bias[0] == weight[0], "linear", x);
        int[] shape = x.clone();
        shape[shape.length - 1] = weight[0];
        return shape;
    }

    @Override
    public int[] lowRank(int[] x, int[] down, int[] up, double scale) {
        require(last(x) == down[1] && down[0] == up[1], "lowRank", x);
        int[] shape = x.clone();
        shape[shape.length - 1] = up[0];
        return shape;
    }

    @Override
    public int[] layerNorm(int[] x, int[] weight, int[] bias, double eps) {
        require(last(x) == weight[0] && last(x) == bias[0], "layerNorm", x);
        return x;
    }

    @Override
    public int[] attention(int[] query, int[] key, int[] value, Attention spec) {
        require(last(query) % spec.heads() == 0 && Arrays.equals(key, value), "attention", query);
        drop((long) query[0] * spec.heads() * query[1] * key[1], DropoutSite.ATTENTION);
        return query;
    }

    @Override
    public int[] activation(int[] x, Activation function) {
        return x;
    }

    @Override
    public int[] add(int[] a, int[] b) {
        require(a.length == b.length && last(a) == last(b), "add", b);
        return a;
    }

    @Override
    public int[] dropout(int[] x, DropoutSite site) {
        drop(Arrays.stream(x).asLongStream().reduce(1, Math::multiplyExact), site);
        return x;
    }

    @Override
    public int[] firstToken(int[] x) {
        return new int[] {x[0], 1, x[2]};
    }

    @Override
    public int[] meanToken(int[] x) {
        return firstToken(x);
    }

    @Override
    public int[] squeezeToken(int[] x) {
        require(x[1] == 1, "squeezeToken", x);
        return new int[] {x[0], x[2]};
    }

    @Override
    public int[] layer(int index, int[] x, UnaryOperator<int[]> body) {
        return body.apply(x);
    }

    private void drop(long elements, DropoutSite site) {
        if (dropout.threshold(site) > 0) {
            dropoutBytes = Math.addExact(dropoutBytes, elements);
        }
    }

    private static int last(int[] shape) {
        return shape[shape.length - 1];
    }

    private static void require(boolean fits, String what, int[] shape) {
        if (!fits) {
            throw new IllegalStateException(what + ": shapes do not fit at " + Arrays.toString(shape));
        }
    }
}
