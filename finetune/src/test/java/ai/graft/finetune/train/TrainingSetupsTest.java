package ai.graft.finetune.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import ai.graft.datasets.Dataset;
import ai.graft.finetune.engine.ParameterGroup;
import ai.graft.finetune.engine.Precision;
import ai.graft.model.checkpoint.Checkpoint;
import ai.graft.model.checkpoint.PretrainedNetwork;
import ai.graft.model.checkpoint.Tensor;
import ai.graft.model.task.Task;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingSetupsTest {
    private static final Task.OfText TASK = new Task.SingleLabel(List.of("bad", "good"));
    private static final Dataset DATA = TinyData.reviews("train.tsv", 8, 1);
    private static final String ENCODER = "bert.encoder.layer.0.attention.self.query.weight";

    @TempDir
    Path folder;

    private Checkpoint checkpoint;

    @BeforeEach
    void open() {
        checkpoint = Checkpoint.open(TinyCheckpoint.write(folder).toString());
    }

    private static Map<String, Double> rateFactors(TrainingOptions.Builder builder, PretrainedNetwork start) {
        Map<String, Double> factors = new LinkedHashMap<>();
        TrainingOptions options = builder.build();
        LearningRates rates = LearningRates.of(options, start.network().config());
        List<ParameterGroup> groups = TrainingSetups.of(
                        options, TextLesson.of(options, DATA, DATA, true), start, rates, Precision.FP32)
                .groups();
        groups.forEach(group -> group.names().forEach(name -> factors.put(name, group.learningRateFactor())));
        return factors;
    }

    private PretrainedNetwork start() {
        return checkpoint.load(TASK.head(), true, 42);
    }

    @Test
    void of_headThatIsNew_learnsTenTimesAsFast() {
        assertThat(rateFactors(TrainingOptions.builder(), start()))
                .containsEntry("classifier.weight", 10.0)
                .containsEntry("classifier.bias", 10.0)
                .containsEntry("bert.pooler.dense.weight", 10.0)
                .containsEntry("bert.embeddings.word_embeddings.weight", 1.0)
                .containsEntry(ENCODER, 1.0);
    }

    @Test
    void of_headThatTheCheckpointHas_learnsAsTheRest() {
        Tensor weight = Tensor.ofFloats(List.of(2, 16), new float[32]);
        Tensor bias = Tensor.ofFloats(List.of(2), new float[2]);
        PretrainedNetwork tuned = start().with(Map.of("classifier.weight", weight, "classifier.bias", bias));

        assertThat(rateFactors(TrainingOptions.builder(), tuned))
                .containsEntry("classifier.weight", 1.0)
                .containsEntry("classifier.bias", 1.0);
    }

    @Test
    void of_headRate_isThatOfNewWeightsWhateverTheLayerDecay() {
        Map<String, Double> factors = rateFactors(
                TrainingOptions.builder()
                        .learningRate(2e-5)
                        .headLearningRate(1e-4)
                        .layerDecay(0.5),
                start());

        assertThat(factors.get("classifier.weight")).isCloseTo(5, offset(1e-12));
        assertThat(factors).containsEntry(ENCODER, 0.5);
    }
}
