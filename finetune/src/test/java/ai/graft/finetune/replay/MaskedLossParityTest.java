package ai.graft.finetune.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.graft.finetune.engine.ComputeDevice;
import ai.graft.finetune.engine.Precision;
import ai.graft.finetune.engine.Targets;
import ai.graft.finetune.engine.TorchNetwork;
import ai.graft.model.checkpoint.Checkpoint;
import ai.graft.model.checkpoint.PretrainedNetwork;
import ai.graft.model.task.Loss;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Losses of labelled tokens alone have the mean that transformers gave over all positions. */
@Tag("shared")
class MaskedLossParityTest {

    @ParameterizedTest
    @ValueSource(strings = {"bert-mlm", "bert-mlm-untied", "roberta-mlm", "distilbert-mlm"})
    void tokenLosses_recordedBatch_haveTransformersMean(String name) throws IOException {
        Path directory = SharedData.parity(name);
        Checkpoint checkpoint = Checkpoint.open(directory);
        PretrainedNetwork pretrained = checkpoint.load(checkpoint.head(), false, 0);
        JsonBatch batch = JsonBatch.read(SharedData.json(directory.resolve("input.json")));
        Targets labels =
                batch.targets(checkpoint.head(), Loss.CrossEntropy.plain()).orElseThrow();
        try (TorchNetwork network = TorchNetwork.forPrediction(
                pretrained.network(), pretrained.head(), pretrained::values, Precision.FP32, ComputeDevice.CPU)) {
            double sum = 0;
            float[] losses = network.tokenLosses(batch.inputs(), (Targets.Ids) labels);
            for (float loss : losses) {
                sum += loss;
            }
            double expected = SharedData.json(directory.resolve("expected.json"))
                    .path("loss")
                    .asDouble();
            assertThat(sum / losses.length).isCloseTo(expected, within(5e-6)); // ForwardParityTest's
        }
    }
}
