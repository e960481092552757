package ai.graft.finetune.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.graft.finetune.engine.ComputeDevice;
import ai.graft.finetune.engine.CpuFeatures;
import ai.graft.finetune.engine.Targets;
import ai.graft.finetune.engine.TorchNetwork;
import ai.graft.finetune.engine.TrainingSetup;
import ai.graft.model.checkpoint.Checkpoint;
import ai.graft.model.checkpoint.PretrainedNetwork;
import ai.graft.model.network.Extent;
import ai.graft.model.network.Head;
import ai.graft.model.network.Inputs;
import ai.graft.model.network.WeightSpec;
import ai.graft.model.reference.ShapeOps;
import ai.graft.model.task.Loss;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Trainings of minilm with batches of ever new shapes: one seed gives one course. */
@Tag("slow")
class TrainingRepetitionTest {
    private static final Head HEAD = new Head.SequenceClassification(2);
    private static final int MOST_ROWS = 16;
    private static final int LONGEST = 128;
    private static final int SHORTEST = 4;

    @Test
    void steps_sameSeedTwice_sameLosses() {
        List<Double> first = losses(30);
        assertThat(losses(30)).isEqualTo(first);
        assertThat(first).hasSize(30).doesNotHaveDuplicates();
    }

    private static List<Double> losses(int steps) {
        try (TorchNetwork network = minilm()) {
            Random random = new Random(2);
            List<Double> losses = new ArrayList<>();
            for (int step = 0; step < steps; step++) {
                losses.add(step(network, batch(random), step));
            }
            return losses;
        }
    }

    private static TorchNetwork minilm() {
        Checkpoint checkpoint = Checkpoint.open("minilm");
        PretrainedNetwork pretrained = checkpoint.load(HEAD, true, 42);
        List<WeightSpec> weights = ShapeOps.weights(pretrained.network(), HEAD);
        TrainingSetup setup = new TrainingSetup(
                Loss.CrossEntropy.plain(),
                pretrained.network().dropout(HEAD),
                CpuFeatures.precision(ComputeDevice.CPU),
                Extent.HEAD_ONLY,
                ParameterGroups.of(
                        weights, List.of(), 0.01, 1, checkpoint.config().model().numHiddenLayers()),
                0.9,
                0.999,
                1e-8,
                OptionalDouble.of(1));
        return TorchNetwork.forTraining(pretrained.network(), HEAD, pretrained::values, setup, ComputeDevice.CPU);
    }

    private record LabelledBatch(Inputs inputs, Targets targets) {}

    private static LabelledBatch batch(Random random) {
        int rows = 1 + random.nextInt(MOST_ROWS);
        int columns = SHORTEST + random.nextInt(LONGEST - SHORTEST + 1);
        int[] ids = random.ints((long) rows * columns, 1000, 30000).toArray();
        int[] mask = new int[ids.length];
        Arrays.fill(mask, 1);
        int[] labels = random.ints(rows, 0, 2).toArray();
        return new LabelledBatch(new Inputs(rows, columns, ids, mask, new int[ids.length]), new Targets.Ids(labels, 0));
    }

    private static double step(TorchNetwork network, LabelledBatch batch, int step) {
        double loss = network.backward(batch.inputs(), batch.targets(), 1, false, 7, step);
        network.update(2e-5);
        return loss;
    }
}
