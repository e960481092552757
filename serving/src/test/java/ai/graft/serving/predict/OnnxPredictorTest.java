package ai.graft.serving.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.graft.fixtures.TinyCheckpoint;
import ai.graft.fixtures.TinyNetworks;
import ai.graft.model.network.Head;
import ai.graft.model.network.Inputs;
import ai.graft.model.network.Pooling;
import ai.graft.model.task.Prediction;
import ai.graft.serving.onnx.OnnxExporter;
import ai.graft.tokenizer.TextInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Expected values are the reference interpreter's of ids written by hand: the tokenizer's letter a is 5, [CLS] 2, [SEP] 3. */
class OnnxPredictorTest {
    private static final Head CLASSIFIER = new Head.SequenceClassification(3);

    /** Other shapes, other order of sums. */
    private static final double TOLERANCE = 1e-5;

    @TempDir
    Path folder;

    private TinyCheckpoint export(Head head) {
        TinyCheckpoint tiny = TinyCheckpoint.write(folder.resolve("model"), TinyCheckpoint.BERT, head);
        OnnxExporter.export(tiny.directory(), exported());
        return tiny;
    }

    private Path exported() {
        return folder.resolve("exported");
    }

    private static Inputs row(int[] ids, int... types) {
        int[] mask = new int[ids.length];
        Arrays.fill(mask, 1);
        return new Inputs(1, ids.length, ids, mask, types.length == 0 ? new int[ids.length] : types);
    }

    private static double[] logits(TinyCheckpoint tiny, Inputs inputs) {
        return tiny.reference(inputs).getOrDefault("logits", new double[0]);
    }

    private static void assertClose(float[] actual, double[] expected) {
        assertThat(actual).hasSize(expected.length);
        for (int i = 0; i < actual.length; i++) {
            assertThat((double) actual[i]).isCloseTo(expected[i], within(TOLERANCE));
        }
    }

    @Test
    void logits_textAndPair_areTheReferencesOfTheirIds() {
        TinyCheckpoint tiny = export(CLASSIFIER);
        try (OnnxPredictor predictor = OnnxPredictor.open(exported())) {
            float[][] logits = predictor.logits(List.of(TextInput.of("a b"), TextInput.of("a", "c d")));

            assertClose(logits[0], logits(tiny, row(new int[] {2, 5, 6, 3})));
            assertClose(logits[1], logits(tiny, row(new int[] {2, 5, 3, 7, 8, 3}, 0, 0, 0, 1, 1, 1)));
        }
    }

    @Test
    void predict_text_isTheSoftmaxOfItsLogits() {
        TinyCheckpoint tiny = export(CLASSIFIER);
        double[] logits = logits(tiny, row(new int[] {2, 5, 6, 3}));
        double sum = Arrays.stream(logits).map(Math::exp).sum();
        try (OnnxPredictor predictor = OnnxPredictor.open(exported())) {
            Prediction prediction = predictor.predict("a b");

            assertThat(prediction.scores().keySet()).containsExactly("a", "b", "c");
            assertThat(prediction.scores().get("b")).isCloseTo(Math.exp(logits[1]) / sum, within(TOLERANCE));
            assertThat(prediction.score())
                    .isEqualTo(Collections.max(prediction.scores().values()));
            assertThat(predictor.predict("a", "c d").scores()).isNotEqualTo(prediction.scores());
        }
    }

    @Test
    void predict_textLongerThanTheModel_isCut() {
        TinyCheckpoint tiny = export(CLASSIFIER);
        int[] ids = new int[24];
        Arrays.fill(ids, 5);
        ids[0] = 2;
        ids[23] = 3;
        try (OnnxPredictor predictor = OnnxPredictor.open(exported())) {
            assertClose(predictor.logits(List.of(TextInput.of("a ".repeat(100))))[0], logits(tiny, row(ids)));
        }
    }

    @Test
    void predict_manyTextsOfMixedLength_equalsOneByOneInTheCallersOrder() {
        export(CLASSIFIER);
        List<TextInput> texts = texts(200);
        try (OnnxPredictor predictor = OnnxPredictor.open(exported())) {
            float[][] together = predictor.logits(texts);
            for (int i = 0; i < texts.size(); i++) {
                float[] alone = predictor.logits(texts.subList(i, i + 1))[0];
                assertThat(together[i]).as("text %d", i).containsExactly(alone, within((float) TOLERANCE));
            }
            assertThat(predictor.predict(List.of())).isEmpty();
        }
    }

    @Test
    void predict_eightThreads_giveWhatOneGives() throws InterruptedException, ExecutionException {
        export(CLASSIFIER);
        List<TextInput> texts = texts(60);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        PredictorOptions alone = PredictorOptions.defaults().withThreads(1);
        try (OnnxPredictor single = OnnxPredictor.open(exported(), alone);
                OnnxPredictor predictor = OnnxPredictor.open(exported(), alone.withWorkers(3))) {
            List<Prediction> expected = single.predict(texts);
            List<Future<List<Prediction>>> runs = IntStream.range(0, 200)
                    .mapToObj(i -> threads.submit(() -> predictor.predict(texts)))
                    .toList();
            for (Future<List<Prediction>> run : runs) {
                assertThat(run.get()).isEqualTo(expected);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void logits_whateverTheOptions_areTheSame() {
        export(CLASSIFIER);
        List<TextInput> texts = texts(100);
        PredictorOptions plain = PredictorOptions.defaults().withThreads(1);
        float[][] expected;
        try (OnnxPredictor predictor = OnnxPredictor.open(exported(), plain)) {
            expected = predictor.logits(texts);
        }
        List<PredictorOptions> others = List.of(
                plain.withWorkers(4).withBatch(30, 3),
                plain.withThreads(2).withSpinning(true),
                plain.withWarmUp(false).withShrinkAbove(0),
                PredictorOptions.manyTexts().withBatch(1, 1));
        for (PredictorOptions options : others) {
            try (OnnxPredictor predictor = OnnxPredictor.open(exported(), options)) {
                float[][] logits = predictor.logits(texts);
                for (int i = 0; i < expected.length; i++) {
                    assertThat(logits[i]).as("text %d, %s", i, options).containsExactly(expected[i], within((float)
                            TOLERANCE));
                }
            }
        }
    }

    @Test
    void options_numbersOutOfRange_areNamedWithTheirBounds() {
        PredictorOptions options = PredictorOptions.defaults();
        assertThatThrownBy(() -> options.withWorkers(0)).hasMessage("workers is 0, it must be 1 or more");
        assertThatThrownBy(() -> options.withThreads(-1))
                .hasMessage("threads is -1, it must be 0 or more; 0 means one for each core");
        assertThatThrownBy(() -> options.withBatch(0, 1)).hasMessage("batchTokens is 0, it must be 1 or more");
        assertThatThrownBy(() -> options.withBatch(1, 0)).hasMessage("batchRows is 0, it must be 1 or more");
        assertThatThrownBy(() -> options.withShrinkAbove(-1)).hasMessage("shrinkAbove is -1, it must be 0 or more");
    }

    @Test
    void logits_emptyText_areThoseOfTheSpecialTokensAlone() {
        TinyCheckpoint tiny = export(CLASSIFIER);
        try (OnnxPredictor predictor = OnnxPredictor.open(exported())) {
            assertClose(predictor.logits(List.of(TextInput.of("")))[0], logits(tiny, row(new int[] {2, 3})));
        }
    }

    @Test
    void embed_cardThatPoolsTheFirstToken_isFollowed() throws IOException {
        TinyCheckpoint tiny = TinyCheckpoint.write(folder.resolve("model"), TinyCheckpoint.BERT, new Head.None());
        Path card = Files.createDirectories(tiny.directory().resolve("1_Pooling"));
        Files.writeString(
                card.resolve("config.json"),
                "{\"word_embedding_dimension\": 16, \"pooling_mode_cls_token\": true, \"pooling_mode_mean_tokens\": false}");
        Files.writeString(
                tiny.directory().resolve("modules.json"),
                "[{\"type\": \"sentence_transformers.models.Transformer\"}, {\"type\": \"sentence_transformers.models.Pooling\"},"
                        + " {\"type\": \"sentence_transformers.models.Normalize\"}]");
        OnnxExporter.export(tiny.directory(), exported());
        double[] hidden = tiny.reference(row(new int[] {2, 5, 6, 3})).getOrDefault("last_hidden_state", new double[0]);
        double[] first = Arrays.copyOf(hidden, 16);
        double length = Math.sqrt(Arrays.stream(first).map(v -> v * v).sum());

        try (OnnxPredictor predictor = OnnxPredictor.open(exported())) {
            assertClose(
                    predictor.embed(List.of(TextInput.of("a b")))[0],
                    Arrays.stream(first).map(v -> v / length).toArray());
        }
    }

    @Test
    void embed_cardThatSaysNothing_asksForThePooling() {
        export(new Head.None());
        try (OnnxPredictor predictor = OnnxPredictor.open(exported())) {
            assertThatThrownBy(() -> predictor.embed(List.of(TextInput.of("a"))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("1_Pooling/config.json")
                    .hasMessageContaining("Name the pooling");
        }
    }

    @Test
    void run_rowBeyondThePositions_isRefusedWithBothNumbers() {
        export(CLASSIFIER);
        try (OnnxPredictor predictor = OnnxPredictor.open(exported())) {
            assertThatThrownBy(() -> predictor.run(row(new int[25])))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("a text of 25 tokens is longer than the 24 positions");
        }
    }

    @Test
    void predict_robertaWithOneType_takesPairsThatTheTokenizerTypes() {
        TinyCheckpoint tiny = TinyCheckpoint.write(folder.resolve("model"), TinyNetworks.ROBERTA, CLASSIFIER);
        OnnxExporter.export(tiny.directory(), exported());
        try (OnnxPredictor predictor = OnnxPredictor.open(exported())) {
            assertClose(
                    predictor.logits(List.of(TextInput.of("a", "c d")))[0],
                    logits(tiny, row(new int[] {2, 5, 3, 7, 8, 3})));
        }
    }

    @Test
    void predict_regression_givesTheOutputItself() {
        TinyCheckpoint tiny = TinyCheckpoint.write(
                folder.resolve("model"),
                TinyCheckpoint.BERT,
                new Head.SequenceClassification(1),
                Optional.of("regression"));
        OnnxExporter.export(tiny.directory(), exported());
        try (OnnxPredictor predictor = OnnxPredictor.open(exported())) {
            assertThat(predictor.predict("a b").score())
                    .isCloseTo(logits(tiny, row(new int[] {2, 5, 6, 3}))[0], within(TOLERANCE));
        }
    }

    @Test
    void embed_bareEncoder_poolsHiddenStates() {
        TinyCheckpoint tiny = export(new Head.None());
        double[] hidden = tiny.reference(row(new int[] {2, 5, 6, 3})).getOrDefault("last_hidden_state", new double[0]);
        double[] mean = IntStream.range(0, 16)
                .mapToDouble(h -> (hidden[h] + hidden[16 + h] + hidden[32 + h] + hidden[48 + h]) / 4)
                .toArray();
        double length = Math.sqrt(Arrays.stream(mean).map(v -> v * v).sum());
        List<TextInput> texts = List.of(TextInput.of("a b c d e f g"), TextInput.of("a b"));
        try (OnnxPredictor predictor = OnnxPredictor.open(exported())) {
            assertClose(predictor.embed(texts, Pooling.MEAN, false)[1], mean);
            assertClose(
                    predictor.embed(texts, Pooling.MEAN, true)[1],
                    Arrays.stream(mean).map(v -> v / length).toArray());
            assertClose(predictor.embed(texts, Pooling.CLS, false)[1], Arrays.copyOf(hidden, 16));
            assertThatThrownBy(() -> predictor.predict("a"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("BertModel")
                    .hasMessageContaining("no text classifier");
        }
    }

    @Test
    void embed_classifier_isRefused() {
        export(CLASSIFIER);
        try (OnnxPredictor predictor = OnnxPredictor.open(exported())) {
            assertThatThrownBy(() -> predictor.embed(List.of(TextInput.of("a")), Pooling.MEAN, true))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("gives no hidden states");
        }
    }

    @Test
    void run_answerSpans_givesBothOutputs() {
        TinyCheckpoint tiny = export(new Head.QuestionAnswering());
        Inputs batch = tiny.batch(7, 7, 3);
        try (OnnxPredictor predictor = OnnxPredictor.open(exported())) {
            Map<String, float[]> outputs = predictor.run(batch);
            Map<String, double[]> expected = tiny.reference(batch);
            assertThat(outputs.keySet()).containsExactlyInAnyOrder("start_logits", "end_logits");
            expected.forEach((name, values) -> assertClose(outputs.getOrDefault(name, new float[0]), values));
        }
    }

    /** ONNX Runtime itself takes a negative id, and counts it from the end of the table. */
    @Test
    void run_idBeyondTheVocabulary_isRefusedWithPlaceAndBound() {
        export(CLASSIFIER);
        try (OnnxPredictor predictor = OnnxPredictor.open(exported())) {
            for (int id : new int[] {-1, 60}) {
                assertThatThrownBy(() -> predictor.run(row(new int[] {2, id, 3})))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("position 1: token id " + id);
            }
        }
    }

    @Test
    void open_deviceThatIsNotThere_isAnErrorAndNoFallback() {
        export(CLASSIFIER);
        assertThatThrownBy(() -> OnnxPredictor.open(exported(), Device.parse("cuda:0"), OnnxSession.ALL_CORES))
                .isInstanceOf(OnnxException.class)
                .hasMessageContaining("device 'cuda:0' was asked for")
                .hasMessageContaining("has only [CPU]")
                .hasMessageContaining("onnxruntime_gpu");
        assertThatThrownBy(() -> OnnxPredictor.open(exported(), Device.parse("tensorrt:1"), 1))
                .isInstanceOf(OnnxException.class)
                .hasMessageContaining("device 'tensorrt:1' was asked for")
                .hasMessageContaining("onnxruntime_gpu");
        assertThatThrownBy(() -> Device.parse("gpu"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("give cpu, cuda or cuda:N, tensorrt");
    }

    @Test
    void open_noModelFile_saysWhichAndWhatToName() {
        assertThatThrownBy(() -> OnnxPredictor.open(folder.resolve("nowhere")))
                .isInstanceOf(OnnxException.class)
                .hasMessageContaining("nowhere")
                .hasMessageContaining("model.onnx is missing")
                .hasMessageContaining("graft export");
    }

    @Test
    void open_truncatedModelFile_isRefused() throws IOException {
        export(CLASSIFIER);
        Path file = exported().resolve("model.onnx");
        Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 5000));

        assertThatThrownBy(() -> OnnxPredictor.open(exported()))
                .isInstanceOf(OnnxException.class)
                .hasMessageContaining("model.onnx")
                .hasMessageContaining("cannot load it");
    }

    @Test
    void open_tokenizerOfAnotherModel_isRefused() throws IOException {
        export(CLASSIFIER);
        Path file = exported().resolve("tokenizer.json");
        Files.writeString(file, Files.readString(file).replace("\"a\":5", "\"ä\":5"));

        assertThatThrownBy(() -> OnnxPredictor.open(exported()))
                .isInstanceOf(OnnxException.class)
                .hasMessageContaining("is not the one that the model was exported with");
    }

    @Test
    void metadata_fileOfOthers_isRefused() {
        assertThatThrownBy(() -> OnnxMetadata.parse(Map.of("author", "x"), "model.onnx"))
                .isInstanceOf(OnnxException.class)
                .hasMessageContaining("graft.format");
    }

    @Test
    void predict_afterClose_isRefused() {
        export(CLASSIFIER);
        OnnxPredictor predictor = OnnxPredictor.open(exported());
        predictor.close();
        predictor.close();

        assertThatThrownBy(() -> predictor.predict("a")).isInstanceOf(IllegalStateException.class);
    }

    /** Of 0 to 18 words each, shuffled lengths. */
    private static List<TextInput> texts(int count) {
        Random random = new Random(5);
        List<TextInput> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            StringBuilder text = new StringBuilder();
            for (int words = random.nextInt(19); words > 0; words--) {
                text.append((char) ('a' + random.nextInt(26))).append(' ');
            }
            texts.add(i % 5 == 0 ? TextInput.of(text.toString(), "x y") : TextInput.of(text.toString()));
        }
        return texts;
    }
}
