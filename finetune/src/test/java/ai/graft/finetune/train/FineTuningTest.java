package ai.graft.finetune.train;

import static ai.graft.finetune.train.TinyTraining.options;
import static ai.graft.finetune.train.TinyTraining.points;
import static ai.graft.finetune.train.TinyTraining.report;
import static org.assertj.core.api.Assertions.assertThat;

import ai.graft.datasets.Dataset;
import ai.graft.datasets.Example;
import ai.graft.datasets.LabelKind;
import ai.graft.finetune.evaluate.Evaluation;
import ai.graft.finetune.evaluate.MultiLabelEvaluation;
import ai.graft.finetune.report.HistoryPoint;
import ai.graft.model.checkpoint.Checkpoint;
import ai.graft.model.checkpoint.PretrainedNetwork;
import ai.graft.model.checkpoint.SafetensorsFile;
import ai.graft.model.checkpoint.Tensor;
import ai.graft.model.network.Head;
import ai.graft.model.reference.ShapeOps;
import ai.graft.model.task.Prediction;
import ai.graft.model.task.Task;
import ai.graft.tokenizer.LongTexts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FineTuningTest {
    private static final Dataset TRAIN = TinyData.reviews("train.tsv", 64, 1);
    private static final Dataset VALIDATION = TinyData.reviews("validation.tsv", 20, 2);

    @TempDir
    static Path folder;

    private static String base = "";
    private static String twoLayers = "";

    @BeforeAll
    static void writeCheckpoints() {
        base = TinyCheckpoint.write(folder.resolve("base")).toString();
        twoLayers = TinyCheckpoint.write(folder.resolve("two-layers"), 2).toString();
    }

    /** Long enough for random weights to learn which words tell; the loss chooses, since accuracy is soon 1. */
    private static TrainingOptions.Builder learning() {
        return options()
                .epochs(30)
                .hiddenDropout(0.02)
                .attentionDropout(0)
                .classifierDropout(0)
                .evalMetric("loss");
    }

    private static FineTuned train(TrainingOptions.Builder options, Dataset train, Dataset validation) {
        return FineTuning.of(base).options(options.build()).train(train, validation);
    }

    private static List<Double> losses(FineTuned model) {
        return points(model).stream().map(HistoryPoint::loss).toList();
    }

    @Test
    void train_separableTexts_learnsThemAll() {
        try (FineTuned model = train(learning(), TinyData.reviews("train.tsv", 128, 1), VALIDATION)) {
            assertThat(model.task()).isEqualTo(new Task.SingleLabel(List.of("bad", "good")));
            assertThat(model.evaluate(TinyData.reviews("unseen", 40, 3)).metric("accuracy"))
                    .isEqualTo(1);
            assertThat(model.predict("this movie was great .").label()).isEqualTo("good");
            assertThat(model.predict("this movie was awful .").label()).isEqualTo("bad");
            assertThat(report(model).steps()).isEqualTo(30 * 128 / 8);
            assertThat(report(model).data().trainName()).isEqualTo("train.tsv");
            assertThat(losses(model).get(0)).isBetween(0.6, 0.8); // ln 2 = 0.693: nothing is known yet
        }
    }

    @Test
    void train_multiLabel_learnsEachLabel() {
        Dataset data = TinyData.topics("topics", 128, 1);
        try (FineTuned model = train(learning(), data, TinyData.topics("validation", 30, 2))) {
            Evaluation evaluation = model.evaluate(TinyData.topics("unseen", 30, 3));

            assertThat(model.task()).isEqualTo(new Task.MultiLabel(List.of("cast", "praise")));
            assertThat(evaluation.metric("micro_f1")).isGreaterThan(0.95);
            assertThat(model.predict("the actor was great").label()).isEqualTo("cast,praise");
            assertThat(model.predict("we saw the film").label()).isEmpty();
        }
    }

    /** Two words tell, and the last of them stands beyond the head. */
    @Test
    void train_windows_readWhatTheHeadDoesNotShow() {
        List<Example> rows = new ArrayList<>();
        for (int row = 1; row <= 96; row++) {
            String end = row % 2 == 0 ? "good" : "bad";
            rows.add(TinyData.example("the film was the film was " + end, List.of(end), row));
        }
        Dataset data = Dataset.of("long", rows);
        TrainingOptions.Builder options = learning().maxLength(6); // 4 words; the 7th tells
        try (FineTuned head = train(options, data, data);
                FineTuned windows = train(options.longTexts(LongTexts.WINDOWS), data, data)) {
            assertThat(head.evaluate(data).metric("accuracy")).isEqualTo(0.5);
            assertThat(windows.evaluate(data).metric("accuracy")).isEqualTo(1);
            assertThat(report(windows).trainTooLong()).isEqualTo(96);
            // Two windows a text: steps of 8 rows are twice as many.
            assertThat(report(windows).steps()).isEqualTo(2 * report(head).steps());
        }
    }

    @Test
    void train_multiLabelWithLowScores_choosesThresholdsThatEvaluationUses() {
        // One epoch at a tiny rate: scores stay near one half and tell nothing yet.
        Dataset data = TinyData.topics("topics", 64, 1);
        try (FineTuned model = train(options().epochs(1).learningRate(1e-5), data, data)) {
            MultiLabelEvaluation evaluation = (MultiLabelEvaluation) model.evaluate(data);
            Task.MultiLabel task = (Task.MultiLabel) model.task();

            assertThat(evaluation.thresholds()).isEqualTo(task.thresholds());
            assertThat(evaluation.thresholds())
                    .isEqualTo(evaluation.withBestThresholds().thresholds());
            assertThat(task.thresholds()).isNotEqualTo(List.of(0.5, 0.5));
        }
    }

    @Test
    void train_regression_learnsTheScale() {
        Dataset data = TinyData.scores("scores", 96, 1);
        try (FineTuned model = train(learning(), data, TinyData.scores("validation", 30, 2))) {
            Evaluation evaluation = model.evaluate(TinyData.scores("unseen", 30, 3));

            assertThat(model.task()).isEqualTo(new Task.Regression(List.of("score")));
            assertThat(evaluation.metric("pearson")).isBetween(0.9, 1.0);
            assertThat(evaluation.metric("rmse")).isBetween(0.0, 0.4); // the scores' own deviation is 0.82
            Prediction good = model.predict("the film was good");
            assertThat(good.score()).isBetween(2.0, 3.0);
            assertThat(Float.parseFloat(good.label())).isEqualTo((float) good.score());
        }
    }

    @Test
    void train_withoutValidation_holdsRowsBack() {
        TrainingOptions options = options().epochs(1).validationShare(0.25).build();
        try (FineTuned model = FineTuning.of(base).options(options).train(TRAIN)) {
            assertThat(report(model).validation().examples()).isEqualTo(16);
            assertThat(report(model).steps()).isEqualTo(48 / 8);
        }
    }

    @Test
    void train_sameSeed_sameLossesAndSameBytes() throws IOException {
        TrainingOptions.Builder options = options().epochs(2).evalSteps(4).seed(7);
        try (FineTuned one = train(options, TRAIN, VALIDATION);
                FineTuned two = train(options, TRAIN, VALIDATION)) {
            Path first = folder.resolve("run1/model");
            Path second = folder.resolve("run2/model");
            one.save(first);
            two.save(second);

            assertThat(points(two)).isEqualTo(points(one)).hasSize(16);
            for (String file : List.of(
                    "model.safetensors",
                    "graft.json",
                    "golden.json",
                    "config.json",
                    "tokenizer.json",
                    "history.csv",
                    "README.md")) {
                assertThat(Files.mismatch(first.resolve(file), second.resolve(file)))
                        .as(file)
                        .isEqualTo(-1);
            }
        }
    }

    @Test
    void train_otherSeed_otherLosses() {
        try (FineTuned one = train(options().epochs(1).seed(7), TRAIN, VALIDATION);
                FineTuned two = train(options().epochs(1).seed(8), TRAIN, VALIDATION)) {
            assertThat(losses(two)).hasSameSizeAs(losses(one)).isNotEqualTo(losses(one));
        }
    }

    /** Learning the opposite of the validation data makes their loss rise: the best weights are not the last. */
    private static TrainingOptions.Builder overfitting() {
        return options().epochs(8).evalSteps(2).evalMetric("loss").seed(3);
    }

    private static final Dataset SOME = TinyData.reviews("some", 32, 1);
    private static final Dataset CONTRADICTED = TinyData.contradicted(SOME);

    @Test
    void train_validationGetsWorse_givesTheBestWeights() {
        Map<Integer, Double> heard = new LinkedHashMap<>();
        List<Integer> bestSteps = new ArrayList<>();
        TrainingListener listener = new TrainingListener() {
            @Override
            public void evaluated(int step, Evaluation evaluation, String metric, boolean best) {
                heard.put(step, evaluation.metric("loss"));
                if (best) {
                    bestSteps.add(step);
                }
            }
        };
        try (FineTuned model = FineTuning.of(base)
                .options(overfitting().build())
                .listener(listener)
                .train(SOME, CONTRADICTED)) {
            double least = Collections.min(heard.values());
            int bestStep = heard.entrySet().stream()
                    .filter(entry -> entry.getValue() == least)
                    .findFirst()
                    .orElseThrow()
                    .getKey();

            assertThat(report(model).best()).hasValue(new BestWeights(bestStep, "loss", least));
            assertThat(bestSteps.get(bestSteps.size() - 1)).isEqualTo(bestStep).isLessThan(32);
            assertThat(report(model).validation().metric("loss")).isEqualTo(least);
            assertThat(model.evaluate(CONTRADICTED).metric("loss")).isEqualTo(least);
            assertThat(points(model).stream()
                            .filter(point -> !point.validation().isEmpty())
                            .map(point -> point.validation().get("loss")))
                    .containsExactlyElementsOf(heard.values());
        }
    }

    @Test
    void train_patienceOf3_stopsAfter3EvaluationsWithoutBetter() {
        try (FineTuned model = train(overfitting().patience(3), SOME, CONTRADICTED)) {
            int best = report(model).best().orElseThrow().step();

            assertThat(report(model).steps()).isEqualTo(best + 3 * 2).isLessThan(32);
            assertThat(points(model)).hasSize(best + 3 * 2);
        }
    }

    @Test
    void train_evalSteps3_evaluatesEachThirdStepAndTheLast() {
        try (FineTuned model = train(options().epochs(1).evalSteps(3), TRAIN, VALIDATION)) {
            assertThat(points(model).stream()
                            .filter(point -> !point.validation().isEmpty())
                            .map(HistoryPoint::step))
                    .containsExactly(3, 6, 8);
        }
    }

    @Test
    void train_accumulateTwoHalves_sameLossesAsTheWhole() {
        Dataset eight = TinyData.reviews("eight", 8, 1);
        TrainingOptions.Builder plain =
                options().epochs(5).hiddenDropout(0).attentionDropout(0).classifierDropout(0);
        try (FineTuned whole = train(plain, eight, VALIDATION);
                FineTuned halves = train(plain.batchSize(4).accumulate(2), eight, VALIDATION)) {
            assertThat(losses(halves)).hasSize(5);
            for (int i = 0; i < 5; i++) { // rounding of fp32 sums in another order
                assertThat(Math.abs(losses(halves).get(i) - losses(whole).get(i)))
                        .isLessThan(1e-4);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "embeddings, bert.embeddings.",
        "layers:1, bert.embeddings. bert.encoder.layer.0.",
        "encoder, bert.embeddings. bert.encoder.",
        "nothing, none",
    })
    void train_frozen_keepsTheseBitsAndTrainsTheRest(String freeze, String frozenPrefixes) {
        TrainingOptions options =
                options().epochs(1).freeze(Freeze.parse(freeze)).build();
        Path out = folder.resolve("frozen-" + freeze.replace(':', '-'));
        try (FineTuned model = FineTuning.of(twoLayers).options(options).train(TRAIN, VALIDATION)) {
            model.save(out);
        }

        Map<String, float[]> before = start(twoLayers, options.seed());
        Map<String, Tensor> after = SafetensorsFile.read(out.resolve("model.safetensors"));
        assertThat(after.keySet()).containsExactlyInAnyOrderElementsOf(before.keySet());
        after.forEach((name, tensor) -> {
            boolean frozen = Arrays.stream(frozenPrefixes.split(" ")).anyMatch(name::startsWith);
            // Softmax is the same whatever is added to all scores, so a key's bias has no gradient but rounding.
            if (!name.endsWith("key.bias")) {
                assertThat(Arrays.equals(tensor.toFloats(), before.get(name)))
                        .as(name)
                        .isEqualTo(frozen);
            }
        });
    }

    private static Map<String, float[]> start(String model, long seed) {
        Head head = new Head.SequenceClassification(2);
        PretrainedNetwork start = Checkpoint.open(model).load(head, true, seed);
        Map<String, float[]> weights = new LinkedHashMap<>(TinyCheckpoint.weights(2));
        ShapeOps.weights(start.network(), head).stream()
                .filter(spec -> spec.name().startsWith("classifier."))
                .forEach(spec -> weights.put(spec.name(), start.values(spec)));
        return weights;
    }

    @Test
    void train_tinyLayerDecay_movesOnlyWhatIsAboveTheLayers() {
        Path out = folder.resolve("layer-decay");
        TrainingOptions options = options().epochs(1).layerDecay(1e-6).build();
        try (FineTuned model = FineTuning.of(twoLayers).options(options).train(TRAIN, VALIDATION)) {
            model.save(out);
        }

        Map<String, float[]> before = start(twoLayers, options.seed());
        Map<String, Tensor> after = SafetensorsFile.read(out.resolve("model.safetensors"));
        // Each of 8 steps of Adam moves a weight by about the learning rate times the factor.
        assertThat(change("classifier.weight", before, after)).isBetween(1e-3, 1e-1);
        assertThat(change("bert.pooler.dense.weight", before, after)).isBetween(1e-3, 1e-1);
        assertThat(change("bert.encoder.layer.1.output.dense.weight", before, after))
                .isBetween(1e-9, 1e-6);
        assertThat(change("bert.encoder.layer.0.output.dense.weight", before, after))
                .isLessThan(1e-8);
        assertThat(change("bert.embeddings.word_embeddings.weight", before, after))
                .isLessThan(1e-8);
    }

    private static double change(String name, Map<String, float[]> before, Map<String, Tensor> after) {
        float[] old = Objects.requireNonNull(before.get(name), name);
        float[] now = Objects.requireNonNull(after.get(name), name).toFloats();
        double most = 0;
        for (int i = 0; i < old.length; i++) {
            most = Math.max(most, Math.abs((double) now[i] - old[i]));
        }
        return most;
    }

    @Test
    void train_hardlyAnyWeightForOneLabel_answersTheOther() {
        ClassWeights weights = new ClassWeights.Given(List.of(1e-6, 1.0));
        try (FineTuned model = train(options().classWeights(weights).evalMetric("loss"), TRAIN, TRAIN)) {
            assertThat(model.predict(TokenizedTexts.inputs(VALIDATION)))
                    .hasSize(20)
                    .allSatisfy(prediction -> assertThat(prediction.label()).isEqualTo("good"));
        }
    }

    @Test
    void train_balancedWeightsOfRareLabel_learnsBoth() {
        List<Example> rows = new ArrayList<>(TinyData.reviews("reviews", 128, 1).examples());
        rows.removeIf(example -> example.labels().contains("good") && example.row() > 24);
        Dataset skewed = Dataset.of("skewed", rows, LabelKind.SINGLE);
        TrainingOptions.Builder options =
                learning().classWeights(new ClassWeights.Balanced()).labelSmoothing(0.1);
        try (FineTuned model = train(options, skewed, VALIDATION)) {
            assertThat(report(model).validation().metric("macro_f1"))
                    .isGreaterThan(0.8); // 0.33 for who always answers bad
        }
    }

    @Test
    void train_focalLoss_learnsBothKindsOfLabelsAndIsRecorded() {
        Path out = folder.resolve("focal");
        try (FineTuned model = train(learning().focalLoss(2), TinyData.reviews("train.tsv", 128, 1), VALIDATION)) {
            assertThat(model.evaluate(TinyData.reviews("unseen", 40, 3)).metric("accuracy"))
                    .isGreaterThan(0.95);
            // (1/2)² · ln 2 = 0.173: nothing is known yet
            assertThat(losses(model).get(0)).isBetween(0.14, 0.22);
            model.save(out);
        }
        assertThat(out.resolve("graft.json")).content().contains("\"focal_loss\" : \"2.0\"");

        Dataset topics = TinyData.topics("topics", 128, 1);
        try (FineTuned model = train(learning().focalLoss(2), topics, TinyData.topics("validation", 30, 2))) {
            assertThat(model.evaluate(TinyData.topics("unseen", 30, 3)).metric("micro_f1"))
                    .isGreaterThan(0.9);
        }
    }

    @Test
    void train_someLayers_savesASmallerModelThatOpens() {
        Path out = folder.resolve("fewer");
        TrainingOptions options = options().epochs(1).layers(1).build();
        try (FineTuned model = FineTuning.of(twoLayers).options(options).train(TRAIN, VALIDATION)) {
            model.save(out);
        }

        assertThat(Checkpoint.open(out).config().model().numHiddenLayers()).isEqualTo(1);
        assertThat(SafetensorsFile.read(out.resolve("model.safetensors")).keySet())
                .noneMatch(name -> name.contains("layer.1."));
        assertThat(out.resolve("graft.json")).content().contains("\"layers\" : \"1\"");
    }

    @Test
    void train_longTexts_tellsTheListenerHowManyWereCut() {
        List<String> notes = new ArrayList<>();
        TrainingListener listener = new TrainingListener() {
            @Override
            public void note(String text) {
                notes.add(text);
            }
        };
        List<Example> rows = new ArrayList<>();
        for (int row = 1; row <= 12; row++) {
            String text = row <= 5 ? "good film" : "the bad film was bad"; // 4 and 7 tokens with [CLS] and [SEP]
            rows.add(TinyData.example(text, List.of(row <= 5 ? "good" : "bad"), row));
        }
        TrainingOptions options = options().epochs(1).maxLength(4).build();
        try (FineTuned model =
                FineTuning.of(base).options(options).listener(listener).train(Dataset.of("rows", rows), VALIDATION)) {
            assertThat(model.maxLength()).isEqualTo(4);
            assertThat(notes)
                    .contains("7 of 12 texts are longer than 4 tokens and were cut at the end; --max-length sets"
                            + " the limit, --long what becomes of them");
        }
    }

    @Test
    void train_defaultMaxLength_isTheModelsRoomWhereThatIsLess() {
        try (FineTuned model = train(options().epochs(0.1), TRAIN, VALIDATION)) {
            assertThat(model.maxLength()).isEqualTo(64);
        }
    }
}
