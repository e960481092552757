package ai.graft.model.network;

import ai.graft.model.config.Activation;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Passes every operation on, and adds an adapter's product to the linear layers that have one. */
final class LoraOps<T> implements Ops<T> {
    private final Ops<T> ops;
    private final Lora lora;

    /** By the tensors that the interpreter gave for them. */
    private final Map<T, Matrix> matrices = new IdentityHashMap<>();

    /** Every linear layer's weight. */
    private final Set<String> layers = new LinkedHashSet<>();

    private record Matrix(String name, int out, int in) {}

    LoraOps(Ops<T> ops, Lora lora) {
        this.ops = ops;
        this.lora = lora;
    }

    /** Refuses targets that are no layer's name: a misspelt one would train less than was asked for. */
    void requireAll() {
        for (String target : lora.targets()) {
            if (layers.stream().noneMatch(weight -> Lora.adapts(target, weight))) {
                throw new IllegalArgumentException("no linear layer is called " + target + "; give "
                        + layers.stream()
                                .filter(Lora::isInALayer)
                                .map(Lora::layer)
                                .distinct()
                                .collect(Collectors.joining(", "))
                        + " or " + Lora.ALL_LINEAR);
            }
        }
    }

    @Override
    public T weight(String name, Init init, int... shape) {
        T weight = ops.weight(name, init, shape);
        if (shape.length == 2) {
            matrices.put(weight, new Matrix(name, shape[0], shape[1]));
        }
        return weight;
    }

    @Override
    public T linear(T x, T weight, T bias) {
        T plain = ops.linear(x, weight, bias);
        Matrix matrix = Objects.requireNonNull(matrices.get(weight));
        layers.add(matrix.name());
        if (!lora.adapts(matrix.name())) {
            return plain;
        }
        T down = ops.weight(Lora.down(matrix.name()), Init.ADAPTER_DOWN, lora.rank(), matrix.in());
        T up = ops.weight(Lora.up(matrix.name()), Init.ADAPTER_UP, matrix.out(), lora.rank());
        return ops.add(plain, ops.lowRank(ops.dropout(x, DropoutSite.ADAPTER), down, up, lora.scale()));
    }

    @Override
    public T lowRank(T x, T down, T up, double scale) {
        return ops.lowRank(x, down, up, scale);
    }

    @Override
    public T inputIds() {
        return ops.inputIds();
    }

    @Override
    public T tokenTypeIds() {
        return ops.tokenTypeIds();
    }

    @Override
    public T embedding(T ids, T table, int padRow) {
        return ops.embedding(ids, table, padRow);
    }

    @Override
    public T positionEmbedding(Positions positions, T table) {
        return ops.positionEmbedding(positions, table);
    }

    @Override
    public T layerNorm(T x, T weight, T bias, double eps) {
        return ops.layerNorm(x, weight, bias, eps);
    }

    @Override
    public T attention(T query, T key, T value, Attention spec) {
        return ops.attention(query, key, value, spec);
    }

    @Override
    public T activation(T x, Activation function) {
        return ops.activation(x, function);
    }

    @Override
    public T add(T a, T b) {
        return ops.add(a, b);
    }

    @Override
    public T dropout(T x, DropoutSite site) {
        return ops.dropout(x, site);
    }

    @Override
    public T labelled(T x) {
        return ops.labelled(x);
    }

    @Override
    public T firstToken(T x) {
        return ops.firstToken(x);
    }

    @Override
    public T meanToken(T x) {
        return ops.meanToken(x);
    }

    @Override
    public T squeezeToken(T x) {
        return ops.squeezeToken(x);
    }

    @Override
    public T layer(int index, T x, UnaryOperator<T> body) {
        return ops.layer(index, x, body);
    }
}
