package ai.graft.model.network;

import ai.graft.model.config.Activation;
import java.util.function.UnaryOperator;

/**
 * The operations that networks are written in. An interpreter gives them a meaning: it counts shapes, computes numbers,
 * writes a training program or an ONNX graph. They are few and coarse, so that each interpreter can choose its best
 * kernel, and an architecture is one page of them.
 *
 * <p>Axis letters: B batch, S sequence, H hidden, A heads, D head size, V vocabulary, L labels. Every linear layer's
 * weight is (out, in), as PyTorch keeps it. Interpreters are used by one thread and for one pass.
 *
 * @param <T> whatever the interpreter calls a tensor
 */
public interface Ops<T> {

    /** Token ids (B, S). */
    T inputIds();

    /** Token types (B, S), 0 where the caller gave none. */
    T tokenTypeIds();

    /** The weight of this Hugging Face name; the only place where names, shapes and initialisers stand. */
    T weight(String name, Init init, int... shape);

    /** Rows of a table (V, H) by ids (B, S): (B, S, H). The row {@code padRow} is never trained through a look-up. */
    T embedding(T ids, T table, int padRow);

    /** {@link #embedding} without a pad row. */
    default T embedding(T ids, T table) {
        return embedding(ids, table, -1);
    }

    /** Rows of a table of learned positions: (1 or B, S, H). */
    T positionEmbedding(Positions positions, T table);

    /** x·weightᵀ + bias over the last axis. */
    T linear(T x, T weight, T bias);

    /**
     * scale · x·downᵀ·upᵀ over the last axis: what an adapter adds to a linear layer. Only what trains has adapters; they are
     * merged before a network is written for others.
     *
     * @throws UnsupportedOperationException where an interpreter has no use for it
     */
    default T lowRank(T x, T down, T up, double scale) {
        throw new UnsupportedOperationException("merge the adapters into their layers first");
    }

    /** Normalised over the last axis by its own mean and variance, scaled and shifted (Ba et al., arXiv 1607.06450). */
    T layerNorm(T x, T weight, T bias, double eps);

    /**
     * Scaled dot-product attention (Vaswani et al., arXiv 1706.03762) of {@code query} (B, Q, H) over {@code key} and
     * {@code value} (B, S, H): (B, Q, H). Padding gets no attention: the interpreter knows the mask. The attention weights
     * pass the dropout site {@link DropoutSite#ATTENTION}.
     */
    T attention(T query, T key, T value, Attention spec);

    T activation(T x, Activation function);

    /** Element-wise sum; a first axis of 1 is repeated. */
    T add(T a, T b);

    /** Drops elements in training, does nothing else. */
    T dropout(T x, DropoutSite site);

    /** The first token alone, as a sequence of one: (B, S, H) to (B, 1, H). */
    T firstToken(T x);

    /** The mean of each text's tokens, padding left out, as a sequence of one: (B, S, H) to (B, 1, H); of none 0. */
    T meanToken(T x);

    /** Drops the sequence axis of {@link #firstToken} and {@link #meanToken}: (B, 1, H) to (B, H). */
    T squeezeToken(T x);

    /**
     * The tokens that a loss counts, where labels are known, which is in training: (B, S, H) to (N, H). Elsewhere all tokens
     * as they are.
     */
    default T labelled(T x) {
        return x;
    }

    /** A boundary around one encoder layer: where an interpreter may cut, freeze or report. */
    T layer(int index, T x, UnaryOperator<T> body);
}
