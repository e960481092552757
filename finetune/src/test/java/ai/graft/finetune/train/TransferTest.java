package ai.graft.finetune.train;

import static ai.graft.finetune.train.TinyTraining.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.graft.datasets.Dataset;
import ai.graft.datasets.Example;
import ai.graft.finetune.report.HistoryPoint;
import ai.graft.model.checkpoint.Checkpoint;
import ai.graft.model.checkpoint.LoraAdapter;
import ai.graft.model.checkpoint.PretrainedNetwork;
import ai.graft.model.checkpoint.SafetensorsFile;
import ai.graft.model.network.Head;
import ai.graft.model.network.Lora;
import ai.graft.model.network.Pooling;
import ai.graft.model.network.WeightSpec;
import ai.graft.model.reference.ShapeOps;
import ai.graft.model.task.Task;
import ai.graft.tokenizer.LongTexts;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TransferTest {
    private static final Dataset TRAIN = TinyData.reviews("train.tsv", 64, 1);
    private static final Dataset VALIDATION = TinyData.reviews("validation.tsv", 20, 2);
    private static final Head HEAD = new Head.SequenceClassification(2);
    private static final Lora LORA = new Lora(2, 4, List.of("query", "output.dense"));

    @TempDir
    static Path folder;

    private static String twoLayers = "";

    @BeforeAll
    static void writeCheckpoint() {
        twoLayers = TinyCheckpoint.write(folder.resolve("two-layers"), 2).toString();
    }

    private static Map<String, float[]> trained(Transfer transfer, double epochs, Path out) {
        TrainingOptions options =
                options().epochs(epochs).evalSteps(1000).transfer(transfer).build();
        try (FineTuned model = FineTuning.of(twoLayers).options(options).train(TRAIN, VALIDATION)) {
            model.save(out);
        }
        Map<String, float[]> weights = new LinkedHashMap<>();
        SafetensorsFile.read(out.resolve("model.safetensors"))
                .forEach((name, tensor) -> weights.put(name, tensor.toFloats()));
        return weights;
    }

    /** What was not trained has its bits still. */
    private static List<String> changed(Map<String, float[]> after) {
        PretrainedNetwork start =
                Checkpoint.open(twoLayers).load(HEAD, true, options().build().seed());
        return ShapeOps.weights(start.network(), HEAD).stream()
                .filter(weight -> !Arrays.equals(start.values(weight), after.getOrDefault(weight.name(), new float[0])))
                .map(WeightSpec::name)
                .filter(name -> !name.endsWith("key.bias")) // has no gradient but rounding
                .toList();
    }

    private static boolean aboveTheEncoder(String name) {
        return name.startsWith("classifier.") || name.startsWith("bert.pooler.");
    }

    /** The head's minimum is reached in no steps; what comes out is a model as any other, which reads the mean of the tokens. */
    @Test
    void train_frozen_keepsTheEncoderAndFitsAHead() {
        Path out = folder.resolve("frozen");
        TrainingOptions options = options().transfer(new Transfer.Frozen()).build();
        try (FineTuned model = FineTuning.of(twoLayers).options(options).train(TRAIN, VALIDATION)) {
            assertThat(model.report().orElseThrow().steps()).isZero();
            assertThat(model.report().orElseThrow().validation().metric("accuracy"))
                    .isGreaterThan(0.6);
            model.save(out);
            try (FineTuned opened = FineTuned.open(out)) {
                assertThat(opened.predict("good film")).isEqualTo(model.predict("good film"));
            }
        }
        Head head = Checkpoint.open(out).head();
        assertThat(head).isEqualTo(new Head.SequenceClassification(2, Optional.of(Pooling.MEAN)));
        PretrainedNetwork start = Checkpoint.open(twoLayers).load(head, true, 0);
        PretrainedNetwork end = Checkpoint.open(out).load(head, false, 0);
        for (WeightSpec weight : ShapeOps.weights(start.network(), head)) {
            assertThat(Arrays.equals(start.values(weight), end.values(weight)))
                    .as(weight.name())
                    .isEqualTo(!weight.name().startsWith("classifier."));
        }
        assertThat(out.resolve("golden.json")).exists();
        assertThat(out.resolve("README.md"))
                .content()
                .contains("hidden.mean(0)")
                .doesNotContain("pipeline(\"text-classification\"");
        assertThat(out.resolve("report.html")).exists();
        assertThat(out.resolve("curve.png")).doesNotExist();
    }

    @Test
    void train_contrastive_bringsTextsOfALabelTogether() {
        TrainingOptions options =
                options().transfer(new Transfer.Contrastive()).epochs(6).build();
        Path out = folder.resolve("contrastive");
        try (FineTuned model = FineTuning.of(twoLayers).options(options).train(TRAIN, VALIDATION)) {
            List<HistoryPoint> points = TinyTraining.points(model);
            assertThat(points.get(points.size() - 1).loss())
                    .isLessThan(points.get(0).loss() / 2);
            assertThat(model.report().orElseThrow().validation().metric("accuracy"))
                    .isGreaterThan(0.9);
            model.save(out);
            try (FineTuned opened = FineTuned.open(out)) {
                assertThat(opened.evaluate(VALIDATION).metric("accuracy"))
                        .isEqualTo(model.evaluate(VALIDATION).metric("accuracy"));
            }
        }
    }

    @Test
    void train_fewRows_holdsNothingBackAndKeepsTheLastWeights() {
        TrainingOptions options = options().epochs(3).build();
        try (FineTuned model = FineTuning.of(twoLayers).options(options).train(TRAIN)) {
            TrainingReport report = model.report().orElseThrow();
            assertThat(report.trainTexts()).isEqualTo(TRAIN.size());
            assertThat(report.best().orElseThrow().step()).isEqualTo(report.steps());
            assertThat(((Task.SingleLabel) model.task()).temperature()).isEqualTo(1);
            assertThat(report.data().split()).isEqualTo("train");
        }
    }

    /** No evaluation was due yet. */
    @Test
    void train_fewRowsStopped_keepsWhatWasLearned() {
        AtomicInteger asked = new AtomicInteger();
        try (FineTuned model = FineTuning.of(twoLayers)
                .options(options().epochs(50).build())
                .stopWhen(() -> asked.incrementAndGet() > 6)
                .train(TRAIN)) {
            TrainingReport report = model.report().orElseThrow();
            assertThat(report.steps()).isBetween(1, 10);
            assertThat(report.best().orElseThrow().step()).isEqualTo(report.steps());
        }
    }

    @Test
    void train_waysForLabelsOfTexts_areRefusedElsewhere() {
        Dataset numbers = Dataset.of(
                "numbers",
                List.of(row("a", 1, "0.5"), row("b", 2, "1.5"), row("a b", 3, "2.25"), row("b a", 4, "3.5")));
        assertThatThrownBy(() -> FineTuning.of(twoLayers)
                        .options(options().transfer(new Transfer.Contrastive()).build())
                        .train(numbers))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("needs one label a text")
                .hasMessageContaining("regression");
        assertThatThrownBy(() -> FineTuning.of(twoLayers)
                        .options(options()
                                .transfer(new Transfer.Frozen())
                                .longTexts(LongTexts.WINDOWS)
                                .build())
                        .train(TRAIN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--long windows")
                .hasMessageContaining("head-tail");
    }

    @ParameterizedTest
    @MethodSource("waysByVectors")
    void train_questionsByAVectorOfTheText_refused(Transfer transfer) {
        FineTuning tuning = FineTuning.of(twoLayers)
                .options(TrainingOptions.builder().transfer(transfer).build());
        assertThatThrownBy(() -> tuning.train(TinyQuestions.answered("questions", 8, 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("transfer " + transfer)
                .hasMessageContaining("an answer is a place in one");
    }

    static Stream<Transfer> waysByVectors() {
        return Stream.of(new Transfer.Frozen(), new Transfer.Contrastive());
    }

    @ParameterizedTest
    @MethodSource("waysByVectors")
    void train_vectorsWithSettingsOfSteps_refused(Transfer transfer) {
        FineTuning tuning = FineTuning.of(twoLayers)
                .options(TrainingOptions.builder()
                        .transfer(transfer)
                        .focalLoss(2)
                        .build());
        assertThatThrownBy(() -> tuning.train(TRAIN, VALIDATION))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("focal loss and freeze are for the other ways");
    }

    private static Example row(String text, int number, String label) {
        return new Example(text, Optional.empty(), List.of(label), number);
    }

    @Test
    void train_top_changesTheLastLayersAndTheHead() {
        Map<String, float[]> after = trained(new Transfer.Top(1), 1, folder.resolve("top"));

        assertThat(changed(after))
                .hasSize(15 + 4) // a layer has 16 weights; the head and the pooler two each
                .allMatch(name -> name.startsWith("bert.encoder.layer.1.") || aboveTheEncoder(name));
    }

    @Test
    void train_bitFit_changesBiasesAndTheHead() {
        Map<String, float[]> after = trained(new Transfer.BitFit(), 1, folder.resolve("bitfit"));

        assertThat(changed(after))
                .contains("bert.embeddings.LayerNorm.bias", "bert.encoder.layer.0.output.dense.bias")
                .hasSize(1 + 2 * 7 + 4) // a layer has 8 biases
                .allMatch(name -> name.endsWith(".bias") || aboveTheEncoder(name));
    }

    @Test
    void train_scratch_keepsNothingOfThePretraining() {
        Map<String, float[]> after = trained(new Transfer.Scratch(), 1.0 / 8, folder.resolve("scratch"));

        // After one step of Adam a weight is within the learning rate, 0.01, of where it began.
        float[] pretrained = Checkpoint.open(twoLayers)
                .load(HEAD, true, 0)
                .loaded()
                .tensor("bert.encoder.layer.0.output.dense.weight")
                .orElseThrow()
                .toFloats();
        float[] own = after.getOrDefault("bert.encoder.layer.0.output.dense.weight", new float[0]);
        double distance = 0;
        for (int i = 0; i < own.length; i++) {
            distance = Math.max(distance, Math.abs(own[i] - pretrained[i]));
        }
        assertThat(distance).isGreaterThan(0.02);
        for (float value : after.getOrDefault("bert.encoder.layer.0.output.LayerNorm.weight", new float[0])) {
            assertThat(value).isCloseTo(1f, within(0.011f));
        }
    }

    /** In the first of 8 steps nothing but the head is thawed, by half of them all is. */
    @Test
    void train_gradual_beginsAtTheTop() {
        assertThat(changed(trained(new Transfer.Gradual(), 1.0 / 8, folder.resolve("gradual-1"))))
                .allMatch(TransferTest::aboveTheEncoder);
        assertThat(changed(trained(new Transfer.Gradual(), 1, folder.resolve("gradual-8"))))
                .contains("bert.embeddings.word_embeddings.weight", "bert.encoder.layer.0.output.dense.weight");
    }

    @Test
    void thawed_gradual_layerByLayerUntilHalf() {
        Transfer gradual = new Transfer.Gradual();

        // 4 layers: the embeddings are 5 below the head, and thaw at half.
        assertThat(gradual.thawed(0, 4, 0)).isTrue();
        assertThat(gradual.thawed(1, 4, 0.09)).isFalse();
        assertThat(gradual.thawed(1, 4, 0.11)).isTrue();
        assertThat(gradual.thawed(5, 4, 0.49)).isFalse();
        assertThat(gradual.thawed(5, 4, 0.51)).isTrue();
    }

    @Test
    void train_lora_savesTheMergedModelAndTheAdapterApart() {
        Path out = folder.resolve("lora");
        Map<String, float[]> after = trained(new Transfer.LowRank(LORA, 0.1), 2, out);

        assertThat(changed(after))
                .allMatch(name ->
                        name.endsWith("query.weight") || name.endsWith("output.dense.weight") || aboveTheEncoder(name))
                .hasSize(2 * 3 + 4);
        LoraAdapter adapter = LoraAdapter.read(out.resolve("adapter"));
        assertThat(adapter.lora()).isEqualTo(new Lora(2, 4, List.of("output.dense", "query")));
        assertThat(adapter.weights().keySet().stream().filter(Lora::isAdapter)).hasSize(2 * 3 * 2);
        PretrainedNetwork base = Checkpoint.open(twoLayers).load(HEAD, true, 0);
        for (WeightSpec weight : ShapeOps.weights(base.network(), HEAD)) {
            assertThat(after.getOrDefault(weight.name(), new float[0]))
                    .as(weight.name())
                    .containsExactly(adapter.merge(weight, base.values(weight)));
        }
    }

    /** The training with adapters learns: its merged model is judged, so its metrics are those of what was saved. */
    @Test
    void train_lora_learnsWhichWordsTell() {
        TrainingOptions options = options()
                .epochs(30)
                .transfer(new Transfer.LowRank(new Lora(4, 8, List.of(Lora.ALL_LINEAR)), 0))
                .evalMetric("loss")
                .build();
        Path out = folder.resolve("lora-learned");
        try (FineTuned model = FineTuning.of(twoLayers).options(options).train(TRAIN, VALIDATION)) {
            double value = model.report().orElseThrow().best().orElseThrow().value();
            assertThat(model.evaluate(VALIDATION).metric("loss")).isCloseTo(value, within(1e-5));
            assertThat(model.evaluate(VALIDATION).metric("accuracy")).isGreaterThan(0.9);
            model.save(out);
        }
        try (FineTuned opened = FineTuned.open(out)) {
            assertThat(opened.evaluate(VALIDATION).metric("accuracy")).isGreaterThan(0.9);
        }
    }

    @Test
    void frozen_moreLayersThanThereAre_saysHowMany() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Transfer.Top(7).frozen(List.of(), 6))
                .withMessage("transfer top:7: the model has 6 layers; 'full' trains them all");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Transfer.Top(0))
                .withMessageContaining("transfer top:0, expected 1 or more");
    }

    @Test
    void options_thatContradict_areRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> options()
                        .transfer(new Transfer.BitFit())
                        .freeze(Freeze.parse("encoder"))
                        .build())
                .withMessageContaining("freeze is encoder, expected nothing where transfer is bitfit");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        options().transfer(new Transfer.Gradual()).layerDecay(1).build())
                .withMessageContaining("below 1 for transfer gradual");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Transfer.LowRank(LORA, 1))
                .withMessageContaining("lora-dropout is 1.0");
    }
}
