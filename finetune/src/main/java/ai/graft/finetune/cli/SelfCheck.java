package ai.graft.finetune.cli;

import ai.graft.finetune.engine.ComputeDevice;
import ai.graft.finetune.engine.ParameterGroup;
import ai.graft.finetune.engine.Precision;
import ai.graft.finetune.engine.Targets;
import ai.graft.finetune.engine.TorchNetwork;
import ai.graft.finetune.engine.TrainingSetup;
import ai.graft.model.checkpoint.LoadReport;
import ai.graft.model.checkpoint.Loaded;
import ai.graft.model.checkpoint.PretrainedNetwork;
import ai.graft.model.config.ConfigFile;
import ai.graft.model.network.DropoutRates;
import ai.graft.model.network.Extent;
import ai.graft.model.network.Head;
import ai.graft.model.network.Inputs;
import ai.graft.model.network.Network;
import ai.graft.model.network.WeightSpec;
import ai.graft.model.reference.DoubleTensor;
import ai.graft.model.reference.Elements;
import ai.graft.model.reference.ReferenceLoss;
import ai.graft.model.reference.ReferenceOps;
import ai.graft.model.reference.ShapeOps;
import ai.graft.model.task.Loss;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Trains one pass of a tiny random network on PyTorch and compares logits, loss and gradients with the reference
 * interpreter's, whose gradients are finite differences in doubles.
 */
final class SelfCheck {
    /** fp32 against doubles on a network this small differs by some 1e-7. */
    static final double TOLERANCE = 1e-5;

    private static final double STEP = 1e-4;
    private static final String CONFIG = """
            {"model_type": "bert", "vocab_size": 11, "hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2,
             "intermediate_size": 12, "max_position_embeddings": 8, "type_vocab_size": 2, "initializer_range": 0.5}
            """;
    /** One weight of each depth: the gradient passes everything. */
    private static final List<String> GRADIENTS = List.of(
            "bert.embeddings.LayerNorm.weight", "bert.encoder.layer.0.attention.self.query.bias", "classifier.bias");

    private final Network network =
            Network.of(ConfigFile.parse(CONFIG, "self check").model());
    private final Head head = new Head.SequenceClassification(3);
    private final Inputs inputs =
            new Inputs(2, 4, new int[] {2, 7, 9, 3, 2, 5, 3, 0}, new int[] {1, 1, 1, 1, 1, 1, 1, 0}, new int[] {
                0, 0, 1, 1, 0, 0, 0, 0
            });
    private final int[] labels = {2, 0};
    private final Map<String, double[]> weights = new LinkedHashMap<>();
    private final List<String> names = new ArrayList<>();

    /**
     * The largest difference between PyTorch's numbers and the reference's.
     *
     * @throws RuntimeException whatever PyTorch throws where it does not work at all
     */
    double largestDifference() {
        LoadReport nothing = new LoadReport("self check", List.of(), List.of(), List.of(), List.of(), List.of());
        PretrainedNetwork fresh = new PretrainedNetwork(network, head, new Loaded(Map.of(), nothing), 1);
        for (WeightSpec weight : ShapeOps.weights(network, head)) {
            weights.put(weight.name(), doubles(fresh.values(weight)));
            names.add(weight.name());
        }
        try (TorchNetwork torch = TorchNetwork.forTraining(network, head, fresh::values, setup(), ComputeDevice.CPU)) {
            double worst = difference(torch.logits(inputs), reference().data());
            double loss = torch.backward(inputs, new Targets.Ids(labels, 0), 1, false, 0, 0);
            worst = Math.max(worst, Math.abs(loss - loss()));
            for (String name : GRADIENTS) {
                worst = Math.max(worst, difference(torch.gradient(name), gradient(name)));
            }
            return worst;
        }
    }

    private TrainingSetup setup() {
        return new TrainingSetup(
                Loss.CrossEntropy.plain(),
                DropoutRates.NONE,
                Precision.FP32,
                Extent.HEAD_ONLY,
                List.of(new ParameterGroup(names, 1, 0)),
                0.9,
                0.999,
                1e-8,
                OptionalDouble.empty());
    }

    private DoubleTensor reference() {
        ReferenceOps ops = new ReferenceOps(inputs, name -> Elements.of(weights.getOrDefault(name, new double[0])));
        return network.forward(ops, head, Extent.ALL_TOKENS).logits().orElseThrow();
    }

    private double loss() {
        return ReferenceLoss.of(Loss.CrossEntropy.plain(), reference(), new double[] {labels[0], labels[1]});
    }

    /** By central differences. */
    private double[] gradient(String name) {
        double[] values = weights.getOrDefault(name, new double[0]);
        double[] gradient = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            double value = values[i];
            values[i] = value + STEP;
            double above = loss();
            values[i] = value - STEP;
            gradient[i] = (above - loss()) / (2 * STEP);
            values[i] = value;
        }
        return gradient;
    }

    /** A NaN counts as infinitely far. */
    private static double difference(float[] actual, double[] expected) {
        if (actual.length != expected.length) {
            return Double.POSITIVE_INFINITY;
        }
        double worst = 0;
        for (int i = 0; i < actual.length; i++) {
            double difference = Math.abs(actual[i] - expected[i]);
            worst = Math.max(worst, Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference);
        }
        return worst;
    }

    private static double[] doubles(float[] values) {
        double[] wide = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            wide[i] = values[i];
        }
        return wide;
    }
}
