package ai.graft.finetune.replay;

import ai.graft.finetune.engine.ComputeDevice;
import ai.graft.finetune.engine.ParameterGroup;
import ai.graft.finetune.engine.Precision;
import ai.graft.finetune.engine.Targets;
import ai.graft.finetune.engine.TorchNetwork;
import ai.graft.finetune.engine.TrainingSetup;
import ai.graft.finetune.train.ParameterGroups;
import ai.graft.model.checkpoint.Checkpoint;
import ai.graft.model.checkpoint.LoraAdapter;
import ai.graft.model.checkpoint.PretrainedNetwork;
import ai.graft.model.checkpoint.Tensor;
import ai.graft.model.config.ConfigFile;
import ai.graft.model.network.DropoutRates;
import ai.graft.model.network.Extent;
import ai.graft.model.network.Head;
import ai.graft.model.network.Lora;
import ai.graft.model.network.WeightSpec;
import ai.graft.model.reference.ShapeOps;
import ai.graft.model.task.Loss;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Trains on recorded batches without dropout, and reports every number by which two trainers can be compared: step by step
 * the learning rate, loss and gradient norm; the first step's gradients; in the end logits and weights.
 */
public final class Replay {
    private static final int FIRST_ELEMENTS = 4;

    private final ConfigFile config;
    private final ReplaySettings settings;
    private final Head head;
    private final Loss loss;
    private final List<JsonBatch> batches;
    private final TorchNetwork network;
    private final List<ParameterGroup> groups;
    private final Start start;
    private final ObjectNode result = JsonNodeFactory.instance.objectNode();

    private Replay(
            Start start,
            ReplaySettings settings,
            Loss loss,
            List<JsonBatch> batches,
            TorchNetwork network,
            List<ParameterGroup> groups) {
        this.config = start.config();
        this.settings = settings;
        this.head = start.weights().head();
        this.loss = loss;
        this.batches = batches;
        this.network = network;
        this.groups = groups;
        this.start = start;
    }

    /**
     * Where a recorded training begins.
     *
     * @param weights of the network with its head
     * @param adapter beside it; then nothing but its weights is trained
     */
    public record Start(ConfigFile config, PretrainedNetwork weights, Optional<LoraAdapter> adapter) {

        /** A checkpoint with the head that its {@code architectures} names. */
        public static Start of(Checkpoint checkpoint) {
            return new Start(checkpoint.config(), checkpoint.load(checkpoint.head(), false, 0), Optional.empty());
        }

        /** The same with an adapter beside it. */
        public Start with(LoraAdapter adapter) {
            return new Start(config, weights, Optional.of(adapter));
        }

        /** The weights with those of the adapter. */
        private PretrainedNetwork trained() {
            return adapter.map(own -> weights.adapted(own.lora()).with(own.weights()))
                    .orElse(weights);
        }

        private List<String> frozen(List<WeightSpec> all, ReplaySettings settings) {
            return adapter.map(own -> all.stream()
                            .map(WeightSpec::name)
                            .filter(name -> !own.weights().containsKey(name))
                            .toList())
                    .orElse(settings.frozen());
        }

        /** Recordings with an adapter call their weights as PEFT does. */
        private String name(String weight) {
            return adapter.isPresent() ? LoraAdapter.PREFIX + weight : weight;
        }
    }

    /**
     * Replays one variant.
     *
     * @param recording {@code model_class}, {@code variants} and {@code batches}
     * @param forward one more batch, run after the last step
     * @return {@code steps}, {@code final}, {@code grads_step1} and {@code params}; with an adapter {@code merged_params} too
     */
    public static ObjectNode run(
            Start start,
            JsonNode recording,
            JsonNode forward,
            String variant,
            Precision precision,
            ComputeDevice device) {
        JsonNode hyperParameters = recording.path("variants").path(variant);
        if (!hyperParameters.isObject()) {
            List<String> known = new ArrayList<>();
            recording.path("variants").fieldNames().forEachRemaining(known::add);
            throw new IllegalArgumentException("variant '" + variant + "' is not among " + known);
        }
        ReplaySettings settings = ReplaySettings.read(hyperParameters);
        PretrainedNetwork weights = start.trained();
        Head head = weights.head();
        Loss loss = HeadOutputs.loss(head, start.config(), settings.classWeights(), settings.labelSmoothing());
        List<JsonBatch> batches = new ArrayList<>();
        recording.path("batches").forEach(batch -> batches.add(JsonBatch.read(batch)));
        List<WeightSpec> all = ShapeOps.weights(weights.network(), head);
        List<ParameterGroup> groups = ParameterGroups.of(
                all,
                start.frozen(all, settings),
                settings.weightDecay(),
                settings.layerDecay(),
                start.config().model().numHiddenLayers());
        TrainingSetup setup = new TrainingSetup(
                loss,
                DropoutRates.NONE,
                precision,
                Extent.HEAD_ONLY,
                groups,
                settings.beta1(),
                settings.beta2(),
                settings.eps(),
                settings.maxGradNorm());
        try (TorchNetwork network = TorchNetwork.forTraining(weights.network(), head, weights::values, setup, device)) {
            return new Replay(start, settings, loss, batches, network, groups).run(JsonBatch.read(forward));
        }
    }

    private ObjectNode run(JsonBatch forward) {
        ArrayNode steps = result.putArray("steps");
        int needed = settings.schedule().totalSteps() * settings.accumulation();
        if (batches.size() < needed) {
            throw new IllegalArgumentException(
                    "the variant takes " + needed + " batches, the recording has " + batches.size());
        }
        for (int step = 0; step < settings.schedule().totalSteps(); step++) {
            steps.add(step(step));
        }
        finish(forward);
        return result;
    }

    private ObjectNode step(int step) {
        ObjectNode out = JsonNodeFactory.instance.objectNode();
        double rate = settings.learningRate() * settings.schedule().factor(step);
        ArrayNode microLosses = JsonNodeFactory.instance.arrayNode();
        double sum = 0;
        for (int micro = 0; micro < settings.accumulation(); micro++) {
            JsonBatch batch = batches.get(step * settings.accumulation() + micro);
            Targets targets = batch.targets(head, loss)
                    .orElseThrow(() -> new IllegalArgumentException("a batch of the recording has no labels"));
            double value = network.backward(batch.inputs(), targets, 1.0 / settings.accumulation(), micro > 0, 0, step);
            microLosses.add(value);
            sum += value;
        }
        if (step == 0) {
            recordGradients();
        }
        double norm = network.update(rate);
        out.put("step", step + 1)
                .put("lr", rate)
                .put("loss", sum / settings.accumulation())
                .put("grad_norm", norm);
        if (settings.accumulation() > 1) {
            out.set("micro_losses", microLosses);
        }
        return out;
    }

    private void recordGradients() {
        ObjectNode gradients = result.putObject("grads_step1");
        groups.forEach(group ->
                group.names().forEach(name -> sums(gradients.putObject(start.name(name)), network.gradient(name))));
    }

    private void finish(JsonBatch forward) {
        float[] logits = network.logits(forward.inputs());
        ObjectNode last = result.putObject("final");
        int rows = forward.inputs().rows();
        int columns = forward.inputs().columns();
        HeadOutputs.put(last, head, logits, rows, columns);
        Loss plain = HeadOutputs.loss(head, config, List.of(), 0); // the model's own: no weights, no smoothing
        forward.targets(head, plain)
                .ifPresent(targets -> last.put("loss", HeadOutputs.loss(plain, logits, rows, columns, targets)));
        ObjectNode params = result.putObject("params");
        for (WeightSpec weight : network.weights()) {
            describe(params.putObject(start.name(weight.name())), network.weight(weight));
        }
        start.adapter().ifPresent(adapter -> putMerged(result.putObject("merged_params"), adapter.lora()));
    }

    /** The layers beside which adapters stand, with what these learned. */
    private void putMerged(ObjectNode out, Lora lora) {
        Map<String, Tensor> learned = new LinkedHashMap<>();
        network.weights()
                .forEach(weight -> learned.put(weight.name(), Tensor.ofFloats(weight.shape(), network.weight(weight))));
        learned.keySet().removeIf(name -> !Lora.isAdapter(name));
        LoraAdapter trained = new LoraAdapter(lora, learned);
        network.weights().stream()
                .filter(weight -> learned.containsKey(Lora.down(weight.name())))
                .forEach(weight ->
                        describe(out.putObject(weight.name()), trained.merge(weight, network.weight(weight))));
    }

    private static void describe(ObjectNode out, float[] values) {
        sums(out, values);
        ArrayNode first = out.putArray("first");
        for (int i = 0; i < Math.min(FIRST_ELEMENTS, values.length); i++) {
            first.add(values[i]);
        }
    }

    private static void sums(ObjectNode out, float[] values) {
        double sum = 0;
        double absolute = 0;
        for (float value : values) {
            sum += value;
            absolute += Math.abs(value);
        }
        out.put("sum", sum).put("abs_sum", absolute);
    }
}
