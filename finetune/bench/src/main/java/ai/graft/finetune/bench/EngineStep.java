package ai.graft.finetune.bench;

import ai.graft.finetune.engine.ComputeDevice;
import ai.graft.finetune.engine.Precision;
import ai.graft.finetune.engine.Targets;
import ai.graft.finetune.engine.TorchNetwork;
import ai.graft.finetune.engine.TrainingSetup;
import ai.graft.finetune.train.ParameterGroups;
import ai.graft.model.config.ConfigFile;
import ai.graft.model.network.DropoutRates;
import ai.graft.model.network.Extent;
import ai.graft.model.network.Head;
import ai.graft.model.network.Init;
import ai.graft.model.network.Inputs;
import ai.graft.model.network.Network;
import ai.graft.model.network.WeightSpec;
import ai.graft.model.reference.ShapeOps;
import ai.graft.model.task.Loss;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SplittableRandom;

/** Steps of Graft's engine: BERT with a classifier, random weights, clipping at 1, weight decay 0.01 as usual. */
final class EngineStep implements TrainingStep {
    private static final double LEARNING_RATE = 1e-5;
    private static final double DEVIATION = 0.02; // BERT's initializer_range
    private static final double WEIGHT_DECAY = 0.01;
    private static final long SEED = 1;

    private final TorchNetwork network;

    EngineStep(BertShape shape, double dropout, Extent extent, Precision precision) {
        Network bert = Network.of(
                ConfigFile.parse(config(shape), "the benchmark's config.json").model());
        Head head = new Head.SequenceClassification(shape.labels());
        TrainingSetup setup = new TrainingSetup(
                Loss.CrossEntropy.plain(),
                new DropoutRates(dropout, dropout, dropout),
                precision,
                extent,
                ParameterGroups.of(ShapeOps.weights(bert, head), List.of(), WEIGHT_DECAY, 1, shape.layers()),
                0.9,
                0.999,
                1e-8,
                OptionalDouble.of(1));
        network = TorchNetwork.forTraining(bert, head, EngineStep::random, setup, ComputeDevice.CPU);
    }

    private static String config(BertShape shape) {
        return """
                {"model_type": "bert", "vocab_size": %d, "hidden_size": %d, "num_hidden_layers": %d,
                 "num_attention_heads": %d, "intermediate_size": %d, "max_position_embeddings": %d}
                """.formatted(
                        shape.vocabulary(),
                        shape.hidden(),
                        shape.layers(),
                        shape.heads(),
                        shape.intermediate(),
                        shape.positions());
    }

    /** Evenly spread numbers with BERT's deviation: as good as normal ones for time, and drawn much faster. */
    private static float[] random(WeightSpec weight) {
        float[] values = new float[Math.toIntExact(weight.size())];
        if (weight.init() == Init.ONES) {
            Arrays.fill(values, 1);
        } else if (weight.init() == Init.NORMAL) {
            SplittableRandom random = new SplittableRandom(weight.name().hashCode());
            double width = DEVIATION * Math.sqrt(12);
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) ((random.nextDouble() - 0.5) * width);
            }
        }
        return values;
    }

    @Override
    public Timing take(Inputs inputs, int[] labels, int step) {
        long start = System.nanoTime();
        double loss = network.backward(inputs, new Targets.Ids(labels, 0), 1, false, SEED, step);
        long middle = System.nanoTime();
        network.update(LEARNING_RATE);
        long end = System.nanoTime();
        return new Timing(loss, (end - start) / 1e9, (end - middle) / 1e9);
    }

    @Override
    public void close() {
        network.close();
    }
}
