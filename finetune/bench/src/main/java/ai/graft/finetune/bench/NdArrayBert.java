package ai.graft.finetune.bench;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.Activation;
import ai.djl.nn.core.Embedding;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.training.GradientCollector;
import ai.djl.training.loss.SoftmaxCrossEntropyLoss;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * BERT with a classification head, built from DJL's {@code NDArray} operations and trained with its gradient collector:
 * the baseline of the training engine. Random weights, fp32, the fused kernels that DJL offers (linear, layer norm, GELU,
 * AdamW), dropout on hidden states, attention probabilities and the pooled state.
 *
 * <p>Same mathematics as Hugging Face's {@code BertForSequenceClassification}: post-norm layers, exact GELU, layer norm
 * with 1e-12, clipping by the global norm, decoupled weight decay 0.01 except on biases and layer norms.
 *
 * <p>Belongs to the thread that made it. Close it: weights, gradients and moments are native memory.
 */
public final class NdArrayBert implements AutoCloseable {
    private static final float LAYER_NORM_EPSILON = 1e-12f;
    private static final float INITIALIZER_RANGE = 0.02f;
    private static final double WEIGHT_DECAY = 0.01;
    private static final double MAX_GRADIENT_NORM = 1.0;
    private static final double NORM_EPSILON = 1e-6; // as torch.nn.utils.clip_grad_norm_
    /** Added to scores of padding: exp of it is 0, and unlike infinity it leaves no NaN. */
    private static final float MASKED = -1e9f;

    private final BertShape shape;
    private final float dropout;
    private final NDManager manager;
    private final Engine engine;
    private final Map<String, NDArray> parameters = new LinkedHashMap<>();
    private final List<AdamW> optimizers = new ArrayList<>(); // in the order of the parameters
    private final SoftmaxCrossEntropyLoss crossEntropy = new SoftmaxCrossEntropyLoss();
    private int steps;

    /**
     * Makes a network on the CPU with weights drawn as BERT's are: normal with deviation 0.02, biases 0, norms 1.
     *
     * @param shape its size
     * @param dropout probability in [0, 1) on hidden states, attention probabilities and before the classifier
     * @param seed of weights and dropout; it seeds the engine of the whole process
     * @throws IllegalArgumentException when {@code dropout} is outside [0, 1)
     */
    public NdArrayBert(BertShape shape, double dropout, int seed) {
        if (!(dropout >= 0 && dropout < 1)) {
            throw new IllegalArgumentException("dropout is " + dropout + ", it must be 0 or more and below 1");
        }
        this.shape = shape;
        this.dropout = (float) dropout;
        manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
        engine = manager.getEngine();
        engine.setRandomSeed(seed);
        createParameters();
        parameters.forEach((name, value) -> optimizers.add(new AdamW(value, decays(name) ? WEIGHT_DECAY : 0)));
    }

    private static boolean decays(String name) {
        return !name.endsWith(".bias") && !name.contains("LayerNorm");
    }

    private void createParameters() {
        int hidden = shape.hidden();
        weight("embeddings.word_embeddings", shape.vocabulary(), hidden);
        weight("embeddings.position_embeddings", shape.positions(), hidden);
        weight("embeddings.token_type_embeddings", 2, hidden);
        createLayerNorm("embeddings.LayerNorm");
        for (int layer = 0; layer < shape.layers(); layer++) {
            String name = "encoder.layer." + layer;
            createLinear(name + ".attention.self.query", hidden, hidden);
            createLinear(name + ".attention.self.key", hidden, hidden);
            createLinear(name + ".attention.self.value", hidden, hidden);
            createLinear(name + ".attention.output.dense", hidden, hidden);
            createLayerNorm(name + ".attention.output.LayerNorm");
            createLinear(name + ".intermediate.dense", shape.intermediate(), hidden);
            createLinear(name + ".output.dense", hidden, shape.intermediate());
            createLayerNorm(name + ".output.LayerNorm");
        }
        createLinear("pooler.dense", hidden, hidden);
        createLinear("classifier", shape.labels(), hidden);
    }

    private void createLinear(String name, int outputs, int inputs) {
        weight(name, outputs, inputs);
        parameter(name + ".bias", manager.zeros(new Shape(outputs)));
    }

    private void createLayerNorm(String name) {
        parameter(name + ".weight", manager.ones(new Shape(shape.hidden())));
        parameter(name + ".bias", manager.zeros(new Shape(shape.hidden())));
    }

    private void weight(String name, int rows, int columns) {
        parameter(
                name + ".weight",
                manager.randomNormal(0, INITIALIZER_RANGE, new Shape(rows, columns), DataType.FLOAT32));
    }

    private void parameter(String name, NDArray value) {
        value.setRequiresGradient(true);
        parameters.put(name, value);
    }

    /**
     * Trains on one batch: forward, backward, clipping, AdamW.
     *
     * @param inputIds ids in [0, V), (B, S) row after row
     * @param attentionMask 1 for tokens, 0 for padding, (B, S)
     * @param tokenTypeIds 0 or 1, (B, S)
     * @param labels indices in [0, L), (B)
     * @param learningRate of this step
     * @return the mean cross-entropy of the batch before the update, with dropout
     * @throws IllegalArgumentException when the arrays do not have B or B times S entries, S from 1 to the positions
     */
    public double step(int[] inputIds, int[] attentionMask, int[] tokenTypeIds, int[] labels, double learningRate) {
        checkSizes(inputIds, attentionMask, tokenTypeIds, labels);
        Shape tokens = new Shape(labels.length, inputIds.length / labels.length);
        try (NDManager scope = manager.newSubManager()) {
            NDArray ids = scope.create(longs(inputIds), tokens);
            NDArray types = scope.create(longs(tokenTypeIds), tokens);
            NDArray mask = scope.create(additive(attentionMask), new Shape(tokens.get(0), 1, 1, tokens.get(1)));
            NDArray expected = scope.create(longs(labels), new Shape(labels.length));
            double loss;
            try (GradientCollector collector = engine.newGradientCollector()) {
                NDArray logits = forward(ids, types, mask, scope);
                NDArray value = crossEntropy.evaluate(new NDList(expected), new NDList(logits));
                collector.backward(value);
                loss = value.getFloat();
            }
            update(scope, learningRate);
            return loss;
        }
    }

    /** Arrays that the network holds now, natively: weights and moments, nothing of a step that is over. */
    int liveArrays() {
        return manager.getManagedArrays().size();
    }

    /** The values of a parameter, copied. */
    float[] values(String name) {
        NDArray value = parameters.get(name);
        if (value == null) {
            throw new IllegalArgumentException("no parameter '" + name + "', there are " + parameters.keySet());
        }
        return value.toFloatArray();
    }

    private void checkSizes(int[] inputIds, int[] attentionMask, int[] tokenTypeIds, int[] labels) {
        int size = inputIds.length;
        boolean rectangular = labels.length > 0 && size > 0 && size % labels.length == 0;
        if (!rectangular || attentionMask.length != size || tokenTypeIds.length != size) {
            throw new IllegalArgumentException("a batch needs B labels and B times S entries of each other kind, got "
                    + labels.length + " labels, inputIds " + size + ", attentionMask " + attentionMask.length
                    + ", tokenTypeIds " + tokenTypeIds.length);
        }
        if (size / labels.length > shape.positions()) {
            throw new IllegalArgumentException("the rows have " + size / labels.length + " tokens, the network knows "
                    + shape.positions() + " positions; truncate the rows");
        }
    }

    private NDArray forward(NDArray ids, NDArray types, NDArray mask, NDManager scope) {
        NDArray x = embeddings(ids, types, scope); // (B, S, H)
        for (int layer = 0; layer < shape.layers(); layer++) {
            x = layer("encoder.layer." + layer, x, mask);
        }
        NDArray pooled = linear("pooler.dense", x.get(":, 0")).tanh(); // (B, H)
        return linear("classifier", drop(pooled)); // (B, L)
    }

    private NDArray embeddings(NDArray ids, NDArray types, NDManager scope) {
        NDArray positions = scope.arange(0, (int) ids.getShape().get(1), 1, DataType.INT64);
        NDArray sum = lookUp("word", ids).add(lookUp("position", positions)).add(lookUp("token_type", types));
        return drop(layerNorm("embeddings.LayerNorm", sum));
    }

    private NDArray lookUp(String kind, NDArray ids) {
        NDArray table = parameters.get("embeddings." + kind + "_embeddings.weight");
        return Embedding.embedding(ids, table, SparseFormat.DENSE).singletonOrThrow();
    }

    private NDArray layer(String name, NDArray x, NDArray mask) {
        NDArray attended = linear(name + ".attention.output.dense", attention(name + ".attention.self", x, mask));
        NDArray middle = layerNorm(name + ".attention.output.LayerNorm", x.add(drop(attended)));
        NDArray widened = Activation.gelu(linear(name + ".intermediate.dense", middle)); // (B, S, intermediate)
        NDArray narrowed = linear(name + ".output.dense", widened);
        return layerNorm(name + ".output.LayerNorm", middle.add(drop(narrowed))); // (B, S, H)
    }

    private NDArray attention(String name, NDArray x, NDArray mask) {
        NDArray query = heads(linear(name + ".query", x)); // (B, A, S, D)
        NDArray key = heads(linear(name + ".key", x));
        NDArray value = heads(linear(name + ".value", x));
        double scale = 1 / Math.sqrt(shape.hidden() / (double) shape.heads());
        NDArray scores = query.mul(scale).matMul(key.transpose(0, 1, 3, 2)).add(mask); // (B, A, S, S)
        NDArray context = drop(scores.softmax(-1)).matMul(value);
        return context.transpose(0, 2, 1, 3).reshape(x.getShape());
    }

    private NDArray heads(NDArray x) {
        Shape of = x.getShape();
        return x.reshape(of.get(0), of.get(1), shape.heads(), shape.hidden() / shape.heads())
                .transpose(0, 2, 1, 3);
    }

    private NDArray linear(String name, NDArray x) {
        return Linear.linear(x, parameters.get(name + ".weight"), parameters.get(name + ".bias"))
                .singletonOrThrow();
    }

    private NDArray layerNorm(String name, NDArray x) {
        Shape last = new Shape(shape.hidden());
        NDArray weight = parameters.get(name + ".weight");
        return LayerNorm.layerNorm(x, last, weight, parameters.get(name + ".bias"), LAYER_NORM_EPSILON)
                .singletonOrThrow();
    }

    private NDArray drop(NDArray x) {
        return dropout == 0 ? x : Dropout.dropout(x, dropout, true).singletonOrThrow();
    }

    private void update(NDManager scope, double learningRate) {
        List<NDArray> gradients = new ArrayList<>();
        for (NDArray parameter : parameters.values()) {
            NDArray gradient = parameter.getGradient();
            gradient.attach(scope);
            gradients.add(gradient);
        }
        double scale = Math.min(1, MAX_GRADIENT_NORM / (globalNorm(gradients) + NORM_EPSILON));
        steps++;
        for (int i = 0; i < gradients.size(); i++) {
            optimizers.get(i).update(gradients.get(i), scale, steps, learningRate);
        }
    }

    private static double globalNorm(List<NDArray> gradients) {
        double squares = 0;
        for (NDArray gradient : gradients) {
            double norm = gradient.norm().getFloat();
            squares += norm * norm;
        }
        return Math.sqrt(squares);
    }

    private static long[] longs(int[] values) {
        long[] longs = new long[values.length];
        for (int i = 0; i < values.length; i++) {
            longs[i] = values[i];
        }
        return longs;
    }

    private static float[] additive(int[] attentionMask) {
        float[] mask = new float[attentionMask.length];
        for (int i = 0; i < mask.length; i++) {
            mask[i] = attentionMask[i] == 1 ? 0 : MASKED;
        }
        return mask;
    }

    @Override
    public void close() {
        manager.close();
    }
}
