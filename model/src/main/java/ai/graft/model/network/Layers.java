package ai.graft.model.network;

/** Linear layers and norms with their weights by name, for the pages of the architectures. */
final class Layers<T> {
    private final Ops<T> ops;
    private final String prefix;

    Layers(Ops<T> ops, String prefix) {
        this.ops = ops;
        this.prefix = prefix;
    }

    T table(String name, int rows, int columns) {
        return ops.weight(prefix + name + ".weight", Init.NORMAL, rows, columns);
    }

    T linear(T x, String name, int in, int out) {
        return ops.linear(
                x,
                ops.weight(prefix + name + ".weight", Init.NORMAL, out, in),
                ops.weight(prefix + name + ".bias", Init.ZEROS, out));
    }

    T layerNorm(T x, String name, int size, double eps) {
        return ops.layerNorm(
                x,
                ops.weight(prefix + name + ".weight", Init.ONES, size),
                ops.weight(prefix + name + ".bias", Init.ZEROS, size),
                eps);
    }
}
