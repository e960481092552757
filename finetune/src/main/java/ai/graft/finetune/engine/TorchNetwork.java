package ai.graft.finetune.engine;

import ai.djl.ndarray.NDArray;
import ai.graft.model.network.Head;
import ai.graft.model.network.Inputs;
import ai.graft.model.network.Network;
import ai.graft.model.network.WeightSpec;
import ai.graft.model.reference.ShapeOps;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * A network with its weights on PyTorch, ready to predict and, where it was opened with a setup, to train.
 *
 * <p>Prediction may be called from any thread. {@link #backward} and {@link #update} belong to one thread, and nobody predicts
 * while they run.
 */
public final class TorchNetwork implements AutoCloseable {
    /** What padding gets added to its attention scores; finite, so that a row of padding alone gives no NaN. */
    private static final float MASKED = -1e30f;

    /** Elements of a weight that are handed over at once. */
    private static final int PART = 1 << 20;

    /** Updates from one trim of the heap to the next, besides those where memory peaks. */
    private static final int UPDATES_A_TRIM = 10;

    private final Network network;
    private final Head head;
    private final List<WeightSpec> weights;
    private final Optional<TrainingSetup> training;
    private final Optional<TrainingScript> trainingScript;
    private final TorchModule module;
    private final NativeHeap heap = new NativeHeap();
    private int updates;

    private TorchNetwork(
            Network network,
            Head head,
            List<WeightSpec> weights,
            Optional<TrainingSetup> training,
            Optional<TrainingScript> trainingScript,
            TorchModule module) {
        this.network = network;
        this.head = head;
        this.weights = weights;
        this.training = training;
        this.trainingScript = trainingScript;
        this.module = module;
    }

    /**
     * Opens a network for prediction.
     *
     * @param values elements of a weight in row order, asked for once each and copied
     */
    public static TorchNetwork forPrediction(
            Network network,
            Head head,
            Function<WeightSpec, float[]> values,
            Precision precision,
            ComputeDevice device) {
        return open(network, head, values, precision, Optional.empty(), device);
    }

    /** Opens a network for training; it predicts in fp32. */
    public static TorchNetwork forTraining(
            Network network,
            Head head,
            Function<WeightSpec, float[]> values,
            TrainingSetup training,
            ComputeDevice device) {
        return open(network, head, values, Precision.FP32, Optional.of(training), device);
    }

    private static TorchNetwork open(
            Network network,
            Head head,
            Function<WeightSpec, float[]> values,
            Precision precision,
            Optional<TrainingSetup> training,
            ComputeDevice device) {
        return open(network, head, values, precision, training, device, device.cuda());
    }

    /** With the choice of attention's kernel, which the device makes elsewhere. */
    static TorchNetwork open(
            Network network,
            Head head,
            Function<WeightSpec, float[]> values,
            Precision precision,
            Optional<TrainingSetup> training,
            ComputeDevice device,
            boolean fusedAttention) {
        List<WeightSpec> weights = ShapeOps.weights(network, head);
        List<String> names = weights.stream().map(WeightSpec::name).toList();
        training.ifPresent(setup -> requireWeights(names, setup.names()));
        NetworkScript script = new NetworkScript(network, head, weights, fusedAttention, precision, training);
        TorchModule module = new TorchModule(script.source(), script.attributes(), device);
        TorchNetwork opened = new TorchNetwork(network, head, weights, training, script.training(), module);
        try {
            opened.fill(values);
        } catch (RuntimeException | Error e) {
            module.close();
            throw e;
        }
        return opened;
    }

    private static void requireWeights(List<String> present, List<String> trained) {
        for (String name : trained) {
            if (!present.contains(name)) {
                throw new IllegalArgumentException("the network has no weight '" + name + "' to train");
            }
        }
    }

    /** Sets the number of threads that PyTorch computes with, for the whole process. */
    public static void threads(int threads) {
        TorchModule.threads(threads);
    }

    /** The number of threads that PyTorch computes with. */
    public static int threads() {
        return TorchModule.threads();
    }

    /** PyTorch's version. */
    public static String version() {
        return TorchModule.version();
    }

    private void fill(Function<WeightSpec, float[]> values) {
        run("clear");
        for (int i = 0; i < weights.size(); i++) {
            fill(i, weights.get(i), values.apply(weights.get(i)));
        }
        if (training.isPresent()) {
            run("prepare");
        }
    }

    /** Part by part, so that no second copy of a large weight is needed. */
    private void fill(int index, WeightSpec weight, float[] values) {
        if (values.length != weight.size()) {
            throw new IllegalArgumentException("weight '" + weight.name() + "' has " + values.length
                    + " elements, expected " + weight.size() + " for shape " + weight.shape());
        }
        long[] shape = weight.shape().stream().mapToLong(Integer::longValue).toArray();
        try (TorchModule.Scope scope = module.scope()) {
            scope.train("add", scope.empty(shape));
        }
        for (int from = 0; from < values.length; from += PART) {
            int size = Math.min(PART, values.length - from);
            try (TorchModule.Scope scope = module.scope()) {
                scope.train("fill", scope.doubles(index), scope.doubles(from), scope.floatsFrom(values, from, size));
            }
        }
    }

    private void run(String method) {
        try (TorchModule.Scope scope = module.scope()) {
            scope.train(method, scope.floats(new float[1], 1));
        }
    }

    /** Every weight in the network's order. */
    public List<WeightSpec> weights() {
        return weights;
    }

    /** The head's logits, flattened in row order. */
    public float[] logits(Inputs inputs) {
        inputs.check(network.config());
        try (TorchModule.Scope scope = module.scope()) {
            return scope.predict("predict", batch(scope, inputs)).get(0).toFloatArray();
        }
    }

    /**
     * Of a masked-LM head: the negative log-likelihood of every labelled token, row by row. Nothing is computed for the others
     * above the encoder.
     *
     * @param targets (B, S), {@link ai.graft.model.task.Loss#IGNORED} where there is no label
     */
    public float[] tokenLosses(Inputs inputs, Targets.Ids targets) {
        inputs.check(network.config());
        try (TorchModule.Scope scope = module.scope()) {
            NDArray[] batch = batch(scope, inputs);
            return scope.predict("token_losses", batch[0], batch[1], batch[2], targets(scope, targets))
                    .get(0)
                    .toFloatArray();
        }
    }

    /** Hidden states (B, S, H) first, then the pooler's output and the logits where the head has them; fp32. */
    public List<float[]> everything(Inputs inputs) {
        return arrays("everything", inputs);
    }

    /** Of a bare encoder, without a head: the embeddings' output, then every layer's, each (B, S, H); fp32. */
    public List<float[]> hiddenStates(Inputs inputs) {
        return arrays("states", inputs);
    }

    /**
     * What an output does on the straight way of the words' embeddings from those of other ids to its own; fp32.
     *
     * @param logits of every place, (N, L) flattened in row order
     * @param slopes by how much the output grows with the place through each token, (N, S) flattened in row order
     */
    @SuppressWarnings("ArrayRecordComponent") // summed up at once; never compared
    public record Slopes(float[] logits, float[] slopes) {}

    /**
     * Follows an output of a classifier from other words to a text's own. From any thread; one at a time.
     *
     * @param text one row without padding
     * @param start ids where the way begins, (S): positions and types are those of the text
     * @param places on the way, from 0 for the start to 1 for the text, (N)
     * @param label number of the output
     */
    public Slopes slopes(Inputs text, int[] start, double[] places, int label) {
        text.check(network.config());
        if (!(head instanceof Head.SequenceClassification) || text.rows() != 1 || start.length != text.columns()) {
            throw new IllegalArgumentException("slopes need a classifier, one text and a start of its length, got "
                    + head + ", " + text.rows() + " texts of " + text.columns() + " tokens and a start of "
                    + start.length);
        }
        float[] rounded = new float[places.length];
        for (int i = 0; i < rounded.length; i++) {
            rounded[i] = (float) places[i];
        }
        synchronized (module) { // the program keeps the way in attributes
            try (TorchModule.Scope scope = module.scope()) {
                NDArray[] batch = batch(scope, repeated(text, places.length));
                NDArray from = scope.longs(start, 1, start.length);
                NDArray at = scope.floats(rounded, rounded.length, 1, 1);
                List<NDArray> result =
                        scope.train("slopes", batch[0], batch[1], batch[2], from, at, scope.doubles(label));
                return new Slopes(result.get(0).toFloatArray(), result.get(1).toFloatArray());
            }
        }
    }

    private static Inputs repeated(Inputs row, int times) {
        int columns = row.columns();
        int[][] cells = new int[3][times * columns];
        for (int i = 0; i < times; i++) {
            System.arraycopy(row.inputIds(), 0, cells[0], i * columns, columns);
            System.arraycopy(row.attentionMask(), 0, cells[1], i * columns, columns);
            System.arraycopy(row.tokenTypeIds(), 0, cells[2], i * columns, columns);
        }
        return new Inputs(times, columns, cells[0], cells[1], cells[2]);
    }

    private List<float[]> arrays(String method, Inputs inputs) {
        inputs.check(network.config());
        try (TorchModule.Scope scope = module.scope()) {
            return scope.predict(method, batch(scope, inputs)).stream()
                    .map(NDArray::toFloatArray)
                    .toList();
        }
    }

    /**
     * One pass forward and backward. The gradients replace those of the pass before, or are added to them.
     *
     * @param scale what the loss is multiplied by before it is differentiated: 1/passes where several make one step
     * @param add whether to add to the gradients that are there
     * @param seed of the dropout, and {@code pass}, the pass's number: together they decide what is dropped
     * @return the batch's loss, not multiplied
     */
    public double backward(Inputs inputs, Targets targets, double scale, boolean add, long seed, long pass) {
        inputs.check(network.config());
        if (!add) {
            run("forget");
        }
        double loss = forward(inputs, targets, seed, pass);
        heap.trimNowAndThen(); // where most is in use: what the pass forward left free would not fit the gradients
        try (TorchModule.Scope scope = module.scope()) {
            scope.train(add ? "accumulate" : "backward", scope.floats(new float[] {(float) scale}, 1));
        }
        return loss;
    }

    /** A call of its own, so that the random bytes are freed before gradients need room. */
    private double forward(Inputs inputs, Targets targets, long seed, long pass) {
        TrainingSetup setup = training.orElseThrow();
        try (TorchModule.Scope scope = module.scope()) {
            NDArray[] batch = batch(scope, inputs);
            long bytes = ShapeOps.dropoutBytes(
                    network, head, setup.extent(), setup.dropout(), inputs.rows(), inputs.columns());
            NDArray noise =
                    scope.bytes(Math.toIntExact(Math.max(1, bytes)), buffer -> DropoutNoise.fill(buffer, seed, pass));
            NDArray loss = scope.train("forward", batch[0], batch[1], batch[2], targets(scope, targets), noise)
                    .get(0);
            return loss.toFloatArray()[0];
        }
    }

    /**
     * One step of AdamW on the gradients of the passes since the last.
     *
     * @return the gradients' global norm before clipping
     */
    public double update(double learningRate) {
        return update(group -> learningRate * group.learningRateFactor());
    }

    /**
     * The same with a learning rate for each group. A group with rate 0 keeps its values; its moments go on.
     *
     * @return the gradients' global norm before clipping
     */
    public double update(ToDoubleFunction<ParameterGroup> learningRate) {
        double[] rates = training.orElseThrow().groups().stream()
                .mapToDouble(learningRate)
                .toArray();
        try (TorchModule.Scope scope = module.scope()) {
            return scope.train("update", scope.doubles(rates)).get(0).toFloatArray()[0];
        } finally {
            updates++;
            if (updates % UPDATES_A_TRIM == 0) {
                heap.trim();
            }
        }
    }

    /** Copies the trained weights aside. */
    public void remember() {
        run("remember");
    }

    /** Puts the weights of the last {@link #remember} back. */
    public void recall() {
        run("recall");
    }

    /** Ends training: moments, gradients and the copy of the best weights are freed, the weights stay. */
    public void release() {
        run("release");
    }

    /** A copy of a weight's elements in row order. */
    public float[] weight(WeightSpec weight) {
        int index = weights.indexOf(weight);
        if (index < 0) {
            throw new IllegalArgumentException("the network has no weight '" + weight.name() + "'");
        }
        return read("weight", index);
    }

    /** A copy of the gradient of a trained weight, as the last {@link #backward} left it, before clipping. */
    public float[] gradient(String name) {
        OptionalInt index = trainingScript.orElseThrow().gradientIndex(name);
        return index.isPresent() ? read("gradient", index.getAsInt()) : read("table_gradient", 0);
    }

    private float[] read(String method, int index) {
        try (TorchModule.Scope scope = module.scope()) {
            return scope.predict(method, scope.doubles(index)).get(0).toFloatArray();
        }
    }

    private static NDArray targets(TorchModule.Scope scope, Targets targets) {
        if (targets instanceof Targets.Ids ids) {
            int[] values = ids.values();
            return ids.columns() == 0
                    ? scope.longs(values, values.length)
                    : scope.longs(values, values.length / ids.columns(), ids.columns());
        } else if (targets instanceof Targets.Values cells) {
            return scope.floats(cells.values(), cells.values().length / cells.columns(), cells.columns());
        }
        throw new AssertionError(targets);
    }

    private static NDArray[] batch(TorchModule.Scope scope, Inputs inputs) {
        int rows = inputs.rows();
        int columns = inputs.columns();
        float[] mask = new float[rows * columns];
        for (int i = 0; i < mask.length; i++) {
            mask[i] = inputs.attentionMask()[i] == 0 ? MASKED : 0;
        }
        return new NDArray[] {
            scope.longs(inputs.inputIds(), rows, columns),
            scope.floats(mask, rows, 1, 1, columns),
            scope.longs(inputs.tokenTypeIds(), rows, columns)
        };
    }

    @Override
    public void close() {
        module.close();
    }
}
