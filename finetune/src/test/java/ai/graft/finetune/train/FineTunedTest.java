package ai.graft.finetune.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.graft.datasets.Dataset;
import ai.graft.finetune.engine.ComputeDevice;
import ai.graft.finetune.engine.Precision;
import ai.graft.finetune.engine.TorchNetwork;
import ai.graft.finetune.evaluate.Evaluation;
import ai.graft.model.checkpoint.AtomicDirectory;
import ai.graft.model.checkpoint.Checkpoint;
import ai.graft.model.checkpoint.CheckpointException;
import ai.graft.model.checkpoint.DType;
import ai.graft.model.checkpoint.PretrainedNetwork;
import ai.graft.model.network.Extent;
import ai.graft.model.network.Head;
import ai.graft.model.network.Inputs;
import ai.graft.model.reference.ReferenceOps;
import ai.graft.model.reference.ShapeOps;
import ai.graft.model.task.Answer;
import ai.graft.model.task.Prediction;
import ai.graft.model.task.Task;
import ai.graft.serving.onnx.ExportOptions;
import ai.graft.serving.onnx.OnnxExporter;
import ai.graft.serving.predict.Device;
import ai.graft.serving.predict.OnnxPredictor;
import ai.graft.tokenizer.LengthLimit;
import ai.graft.tokenizer.LongTexts;
import ai.graft.tokenizer.TextInput;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FineTunedTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Dataset VALIDATION = TinyData.reviews("validation.tsv", 40, 2);

    @TempDir
    static Path folder;

    private static FineTuned model;
    private static Path saved;

    /** The names that transformers' BertForSequenceClassification has, and the shapes of the tiny configuration. */
    private static final Map<String, List<Integer>> NAMES_AND_SHAPES = Map.ofEntries(
            Map.entry("bert.embeddings.word_embeddings.weight", List.of(60, 16)),
            Map.entry("bert.embeddings.position_embeddings.weight", List.of(64, 16)),
            Map.entry("bert.embeddings.token_type_embeddings.weight", List.of(2, 16)),
            Map.entry("bert.embeddings.LayerNorm.weight", List.of(16)),
            Map.entry("bert.embeddings.LayerNorm.bias", List.of(16)),
            Map.entry("bert.encoder.layer.0.attention.self.query.weight", List.of(16, 16)),
            Map.entry("bert.encoder.layer.0.attention.self.query.bias", List.of(16)),
            Map.entry("bert.encoder.layer.0.attention.self.key.weight", List.of(16, 16)),
            Map.entry("bert.encoder.layer.0.attention.self.key.bias", List.of(16)),
            Map.entry("bert.encoder.layer.0.attention.self.value.weight", List.of(16, 16)),
            Map.entry("bert.encoder.layer.0.attention.self.value.bias", List.of(16)),
            Map.entry("bert.encoder.layer.0.attention.output.dense.weight", List.of(16, 16)),
            Map.entry("bert.encoder.layer.0.attention.output.dense.bias", List.of(16)),
            Map.entry("bert.encoder.layer.0.attention.output.LayerNorm.weight", List.of(16)),
            Map.entry("bert.encoder.layer.0.attention.output.LayerNorm.bias", List.of(16)),
            Map.entry("bert.encoder.layer.0.intermediate.dense.weight", List.of(32, 16)),
            Map.entry("bert.encoder.layer.0.intermediate.dense.bias", List.of(32)),
            Map.entry("bert.encoder.layer.0.output.dense.weight", List.of(16, 32)),
            Map.entry("bert.encoder.layer.0.output.dense.bias", List.of(16)),
            Map.entry("bert.encoder.layer.0.output.LayerNorm.weight", List.of(16)),
            Map.entry("bert.encoder.layer.0.output.LayerNorm.bias", List.of(16)),
            Map.entry("bert.pooler.dense.weight", List.of(16, 16)),
            Map.entry("bert.pooler.dense.bias", List.of(16)),
            Map.entry("classifier.weight", List.of(2, 16)),
            Map.entry("classifier.bias", List.of(2)));

    @BeforeAll
    static void trainAndSave() {
        TorchNetwork.threads(1); // so small a network is slower with more
        Path base = TinyCheckpoint.write(folder.resolve("base"));
        TrainingOptions options = TrainingOptions.builder()
                .precision(Precision.FP32)
                .freeze(Freeze.parse("embeddings"))
                .batchSize(8)
                .epochs(10)
                .learningRate(1e-2)
                .build();
        model = FineTuning.of(base.toString()).options(options).train(TinyData.reviews("train.tsv", 64, 1), VALIDATION);
        saved = folder.resolve("saved");
        model.save(saved);
    }

    @AfterAll
    static void close() {
        model.close();
    }

    private static JsonNode json(Path file) throws IOException {
        return MAPPER.readTree(file.toFile());
    }

    /** A reader of safetensors of its own: name, then shape, then what the element type is, then the bytes. */
    private record Stored(List<Integer> shape, String dtype, ByteBuffer bytes) {

        static Map<String, Stored> read(Path file) throws IOException {
            ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
            int header = (int) all.getLong();
            int data = 8 + header;
            JsonNode root = MAPPER.readTree(new String(all.array(), 8, header, StandardCharsets.UTF_8));
            Map<String, Stored> tensors = new LinkedHashMap<>();
            root.properties().forEach(entry -> {
                if (!entry.getKey().equals("__metadata__")) {
                    List<Integer> shape = new ArrayList<>();
                    entry.getValue().path("shape").forEach(size -> shape.add(size.intValue()));
                    JsonNode offsets = entry.getValue().path("data_offsets");
                    int begin = offsets.get(0).intValue();
                    ByteBuffer bytes = all.slice(data + begin, offsets.get(1).intValue() - begin);
                    String dtype = entry.getValue().path("dtype").textValue();
                    tensors.put(entry.getKey(), new Stored(shape, dtype, bytes.order(ByteOrder.LITTLE_ENDIAN)));
                }
            });
            return tensors;
        }

        float[] floats() {
            float[] values = new float[bytes.remaining() / Float.BYTES];
            bytes.asFloatBuffer().get(values);
            return values;
        }
    }

    private static <T> T tensor(Map<String, T> tensors, String name) {
        return Objects.requireNonNull(tensors.get(name), name);
    }

    private static List<TextInput> texts() {
        return TokenizedTexts.inputs(VALIDATION);
    }

    @Test
    void save_weights_haveHuggingFacesNamesAndShapes() throws IOException {
        Map<String, List<Integer>> found = new LinkedHashMap<>();
        Stored.read(saved.resolve("model.safetensors")).forEach((name, stored) -> {
            found.put(name, stored.shape());
            assertThat(stored.dtype()).as(name).isEqualTo("F32");
        });
        assertThat(found).containsExactlyInAnyOrderEntriesOf(NAMES_AND_SHAPES);
    }

    @Test
    void save_frozenWeights_areTheBasesElementsInLittleEndian() throws IOException {
        Map<String, Stored> stored = Stored.read(saved.resolve("model.safetensors"));
        for (String name : List.of("word_embeddings.weight", "position_embeddings.weight", "LayerNorm.weight")) {
            float[] expected = tensor(TinyCheckpoint.weights(1), "bert.embeddings." + name);
            assertThat(tensor(stored, "bert.embeddings." + name).floats()).isEqualTo(expected);
        }
    }

    @Test
    void open_twice_givesTheSameLogitsBitForBit() {
        try (FineTuned one = FineTuned.open(saved);
                FineTuned two = FineTuned.open(saved)) {
            assertThat(Arrays.deepEquals(one.logits(texts()), two.logits(texts())))
                    .isTrue();
        }
    }

    private static double difference(float[][] some, float[][] others) {
        double most = 0;
        for (int i = 0; i < some.length; i++) {
            for (int j = 0; j < some[i].length; j++) {
                most = Math.max(most, Math.abs((double) some[i][j] - others[i][j]));
            }
        }
        return most;
    }

    @Test
    void open_savedModel_givesTheSameLogitsAndTheSameBytes() throws IOException {
        Path again = folder.resolve("again");
        try (FineTuned opened = FineTuned.open(saved)) {
            opened.save(again);

            assertThat(Arrays.deepEquals(opened.logits(texts().subList(0, 1)), model.logits(texts().subList(0, 1))))
                    .isTrue();
            // PyTorch multiplies batches that are not contiguous in another way where weights require gradients, as
            // those of a model fresh from training do: the last bits of fp32 differ.
            assertThat(difference(opened.logits(texts()), model.logits(texts())))
                    .isLessThan(2e-6);
            assertThat(opened.task()).isEqualTo(model.task());
            assertThat(opened.maxLength()).isEqualTo(model.maxLength());
            assertThat(opened.report()).isEmpty();
        }
        for (String file : List.of("model.safetensors", "config.json", "golden.json", "tokenizer.json")) {
            assertThat(Files.mismatch(saved.resolve(file), again.resolve(file)))
                    .as(file)
                    .isEqualTo(-1);
        }
    }

    @Test
    void save_f16_halvesTheFileAndGoldenLogitsAreThoseOfTheRoundedWeights() throws IOException {
        Path half = folder.resolve("half");
        model.save(half, DType.F16);

        assertThat(Stored.read(half.resolve("model.safetensors")).values())
                .hasSize(NAMES_AND_SHAPES.size())
                .allSatisfy(stored -> assertThat(stored.dtype()).isEqualTo("F16"));
        assertThat(Files.mismatch(half.resolve("golden.json"), saved.resolve("golden.json")))
                .isNotNegative();
        assertGoldenEqualsReference(half);
        try (FineTuned opened = FineTuned.open(half)) {
            float[][] rounded = opened.logits(texts());
            float[][] full = model.logits(texts());
            for (int i = 0; i < full.length; i++) { // half precision has 11 bits: 5e-4 of each weight
                assertThat(Math.abs(rounded[i][1] - full[i][1])).isLessThan(0.02f);
            }
        }
    }

    @Test
    void save_config_saysWhatTheModelIsAndKeepsUnknownKeys() throws IOException {
        JsonNode config = json(saved.resolve("config.json"));

        assertThat(config.path("architectures").toString()).isEqualTo("[\"BertForSequenceClassification\"]");
        assertThat(config.path("id2label").toString()).isEqualTo("{\"0\":\"bad\",\"1\":\"good\"}");
        assertThat(config.path("label2id").toString()).isEqualTo("{\"bad\":0,\"good\":1}");
        assertThat(config.path("problem_type").textValue()).isEqualTo("single_label_classification");
        assertThat(config.path("some_unknown_key").toString()).isEqualTo("{\"kept\":[1,2]}");
        assertThat(config.path("hidden_size").intValue()).isEqualTo(16);
    }

    @Test
    void save_graftJson_saysWhereTheModelComesFrom() throws IOException {
        JsonNode graft = json(saved.resolve("graft.json"));

        assertThat(graft.path("format").intValue()).isEqualTo(1);
        assertThat(graft.path("task").textValue()).isEqualTo("single-label");
        assertThat(graft.path("labels").toString()).isEqualTo("[\"bad\",\"good\"]");
        assertThat(graft.path("max_length").intValue()).isEqualTo(64);
        JsonNode provenance = graft.path("provenance");
        assertThat(provenance.path("train_fingerprint").textValue())
                .isEqualTo(TinyData.reviews("other name", 64, 1).fingerprint());
        assertThat(provenance.path("settings").path("freeze").textValue()).isEqualTo("embeddings");
        assertThat(provenance
                        .path("validation_metrics")
                        .path("accuracy")
                        .path("value")
                        .doubleValue())
                .isEqualTo(model.evaluate(VALIDATION).metric("accuracy"));
    }

    @Test
    void save_goldenCases_areWhatTheReferenceInterpreterComputes() throws IOException {
        assertThat(assertGoldenEqualsReference(saved)).contains(1, 2, 64);
    }

    /** Every case against doubles, 1e-5 for fp32; gives the lengths of the cases. */
    private static List<Integer> assertGoldenEqualsReference(Path directory) throws IOException {
        Head head = new Head.SequenceClassification(2);
        PretrainedNetwork network = Checkpoint.open(directory).load(head, false, 0);
        Map<String, double[]> weights = new LinkedHashMap<>();
        ShapeOps.weights(network.network(), head)
                .forEach(spec -> weights.put(spec.name(), doubles(network.values(spec))));
        List<Integer> lengths = new ArrayList<>();
        for (JsonNode entry : json(directory.resolve("golden.json")).path("cases")) {
            int[] ids = MAPPER.convertValue(entry.path("input_ids"), int[].class);
            int[] types = MAPPER.convertValue(entry.path("token_type_ids"), int[].class);
            int[] mask = new int[ids.length];
            Arrays.fill(mask, 1);
            ReferenceOps ops =
                    new ReferenceOps(new Inputs(1, ids.length, ids, mask, types), name -> tensor(weights, name));
            double[] expected = network.network()
                    .forward(ops, head, Extent.ALL_TOKENS)
                    .logits()
                    .orElseThrow()
                    .data();
            for (int i = 0; i < 2; i++) {
                assertThat(Math.abs(entry.path("logits").get(i).doubleValue() - expected[i]))
                        .isLessThan(1e-5);
            }
            lengths.add(ids.length);
        }
        return lengths;
    }

    private static double[] doubles(float[] values) {
        double[] doubles = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            doubles[i] = values[i];
        }
        return doubles;
    }

    @Test
    void save_overFormerModel_replacesItWhole() throws IOException {
        Path target = folder.resolve("replaced/model");
        model.save(target);
        Files.writeString(target.resolve("left-over.txt"), "of the former model");
        model.save(target, DType.F16);

        assertThat(target.resolve("left-over.txt")).doesNotExist();
        assertThat(tensor(Stored.read(target.resolve("model.safetensors")), "classifier.bias")
                        .dtype())
                .isEqualTo("F16");
        try (Stream<Path> siblings = Files.list(target.getParent())) {
            assertThat(siblings).containsExactly(target);
        }
    }

    @Test
    void save_overForeignDirectory_isRefusedWithItsPath() throws IOException {
        Path foreign = Files.createDirectories(folder.resolve("foreign/thesis"));
        Files.writeString(foreign.resolve("chapter1.txt"), "dear reader");

        assertThatThrownBy(() -> model.save(foreign))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining(foreign.toString())
                .hasMessageContaining("exists already");
        assertThat(foreign.resolve("chapter1.txt")).hasContent("dear reader");
        try (Stream<Path> siblings = Files.list(foreign.getParent())) {
            assertThat(siblings).containsExactly(foreign);
        }
    }

    @Test
    void reserve_foreignDirectory_isRefusedBeforeTraining() throws IOException {
        Path foreign = Files.createDirectories(folder.resolve("foreign2"));
        Files.writeString(foreign.resolve("notes.txt"), "x");

        assertThatThrownBy(() -> FineTuned.reserve(foreign))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining(foreign.toString());
    }

    @Test
    void reserve_newPlaceOrFormerModel_leavesNothingBehind() throws IOException {
        Path parent = Files.createDirectories(folder.resolve("writable"));
        FineTuned.reserve(parent.resolve("new")).close();
        FineTuned.reserve(saved).close();

        assertThat(parent).isEmptyDirectory();
        assertThat(saved.resolve("model.safetensors")).exists();
    }

    /** Linux's /dev/full refuses every byte as a full disk does. */
    @ParameterizedTest
    @ValueSource(strings = {"config.json", "graft.json", "golden.json", "history.csv", "curve.png", "README.md"})
    void save_diskFullAtAnyFile_fileNamedAndFormerModelWhole(String name) throws IOException {
        Path target = folder.resolve("full-" + name + "/model");
        model.save(target);
        byte[] weights = Files.readAllBytes(target.resolve("model.safetensors"));
        try (AtomicDirectory output = FineTuned.reserve(target)) {
            Files.createSymbolicLink(output.path().resolve(name), Path.of("/dev/full"));
            assertThatThrownBy(() -> model.save(output, DType.F16))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageStartingWith(target.resolve(name) + ": cannot be written: ")
                    .hasMessageEndingWith("name a place on another disk.");
        }
        assertThat(target.resolve("model.safetensors")).hasBinaryContent(weights);
        try (Stream<Path> siblings = Files.list(target.getParent());
                FineTuned former = FineTuned.open(target)) {
            assertThat(siblings).containsExactly(target);
            assertThat(former.predict("good film")).isEqualTo(model.predict("good film"));
        }
    }

    @Test
    void save_modelCard_beginsWithFrontMatter() throws IOException {
        List<String> card = Files.readAllLines(saved.resolve("README.md"));

        assertThat(card.get(0)).isEqualTo("---");
        int end = card.subList(1, card.size()).indexOf("---") + 1;
        assertThat(card.subList(1, end)).contains("library_name: transformers", "pipeline_tag: text-classification");
        assertThat(saved.resolve("curve.png")).isNotEmptyFile();
        assertThat(saved.resolve("confusion.png")).isNotEmptyFile();
    }

    @Test
    void save_history_hasARowForEachStep() throws IOException {
        List<String> rows = Files.readAllLines(saved.resolve("history.csv"));

        assertThat(rows.get(0)).isEqualTo("step,epoch,learning_rate,train_loss,validation_loss,validation_accuracy");
        assertThat(rows).hasSize(1 + 10 * 64 / 8);
        assertThat(rows.get(1)).startsWith("1,0.125,0.0,");
        assertThat(rows.get(80)).startsWith("80,10.0,");
    }

    @Test
    void predict_mixedLengths_keepsTheOrderAndEqualsOneByOne() {
        List<TextInput> texts = new ArrayList<>(texts());
        texts.add(3, TextInput.of("the story ".repeat(40) + "was bad")); // longer than the model
        texts.add(7, TextInput.of(""));
        texts.add(TextInput.of("the film was good", "and the music"));
        List<Prediction> together = model.predict(texts);

        assertThat(together).hasSize(43);
        for (int i = 0; i < texts.size(); i++) {
            Prediction alone = model.predict(texts.subList(i, i + 1)).get(0);
            assertThat(together.get(i).label()).isEqualTo(alone.label());
            // Padding and another batch size change the order of fp32 sums.
            assertThat(Math.abs(together.get(i).score() - alone.score())).isLessThan(1e-5);
        }
        assertThat(together.stream().map(Prediction::label).distinct()).hasSize(2);
    }

    /** The mean of what each window alone gives; a window's words are a text of their own. */
    @Test
    void logits_windows_areTheMeanOfTheWindows() {
        String text = "good film and bad plot but great music"; // 8 words
        LengthLimit limit = new LengthLimit(6, LongTexts.WINDOWS);
        Path windowed = folder.resolve("windowed");
        rewrite(windowed, "\"max_length\" : 64", "\"max_length\" : 6");
        try (FineTuned opened = FineTuned.open(
                windowed.toString(), Precision.FP32, ComputeDevice.CPU, Optional.of(LongTexts.WINDOWS))) {
            float[][] parts = opened.logits(List.of(
                    TextInput.of("good film and bad"),
                    TextInput.of("bad plot but great"),
                    TextInput.of("plot but great music")));
            float[] whole = opened.logits(List.of(TextInput.of(text)))[0];

            assertThat(opened.limit()).isEqualTo(limit);
            for (int i = 0; i < 2; i++) {
                float mean = (parts[0][i] + parts[1][i] + parts[2][i]) / 3;
                assertThat(whole[i]).isCloseTo(mean, within(1e-5f)); // batches of other sizes
            }
            Answer answer = opened.answer(List.of(TextInput.of(text))).get(0);
            assertThat(answer.tokens()).isEqualTo(10);
            assertThat(answer.tooLong()).isTrue();
        }
    }

    @Test
    void export_modelThatReadsWindows_readsThemTheSame() {
        TextInput text = TextInput.of("good film and bad plot but great music");
        Path windowed = folder.resolve("windowed-checkpoint");
        rewrite(
                windowed,
                "\"long_texts\" : \"head\"",
                "\"long_texts\" : \"windows\"",
                "\"max_length\" : 64",
                "\"max_length\" : 6");
        Path exported = folder.resolve("windowed-export");
        OnnxExporter.export(windowed.toString(), exported, ExportOptions.DEFAULT);
        try (FineTuned torch = FineTuned.open(windowed);
                OnnxPredictor onnx = OnnxPredictor.open(exported);
                OnnxPredictor head = OnnxPredictor.open(exported, Device.CPU, 1, Optional.of(LongTexts.HEAD))) {
            float[] expected = torch.logits(List.of(text))[0];
            assertThat(onnx.logits(List.of(text))[0]).containsExactly(expected, within(1e-5f));
            assertThat(head.logits(List.of(text))[0][0]).isNotCloseTo(expected[0], within(1e-3f));
            Answer answer = onnx.answer(List.of(text)).get(0);
            assertThat(answer.tokens()).isEqualTo(10);
            assertThat(answer.tooLong()).isTrue();
        }
    }

    @Test
    void open_longTextsInGraftJson_areReadAsTrained() {
        Path windowed = folder.resolve("head-tail");
        rewrite(windowed, "\"long_texts\" : \"head\"", "\"long_texts\" : \"head-tail\"");
        try (FineTuned opened = FineTuned.open(windowed)) {
            assertThat(opened.limit()).isEqualTo(new LengthLimit(64, LongTexts.HEAD_TAIL));
        }
        Path broken = folder.resolve("broken");
        rewrite(broken, "\"long_texts\" : \"head\"", "\"long_texts\" : \"middle\"");
        assertThatThrownBy(() -> FineTuned.open(broken))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("graft.json")
                .hasMessageContaining("long is 'middle', expected one of head, head-tail, windows");
    }

    /** A copy of the saved model with another graft.json. */
    private static void rewrite(Path target, String... fromTo) {
        try {
            model.save(target);
            Path file = target.resolve("graft.json");
            String json = Files.readString(file);
            for (int i = 0; i < fromTo.length; i += 2) {
                assertThat(json).contains(fromTo[i]);
                json = json.replace(fromTo[i], fromTo[i + 1]);
            }
            Files.writeString(file, json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void saveAndOpen_multiLabel_keepsTheThresholds() throws IOException {
        Path directory = folder.resolve("thresholds");
        TrainingOptions options =
                TrainingOptions.builder().precision(Precision.FP32).epochs(1).build();
        Dataset topics = TinyData.topics("topics", 32, 1);
        try (FineTuned trained = FineTuning.of(folder.resolve("base").toString())
                .options(options)
                .train(topics, topics)) {
            trained.save(directory);
            Task.MultiLabel task = (Task.MultiLabel) trained.task();
            JsonNode stored = json(directory.resolve("graft.json")).path("thresholds");

            assertThat(MAPPER.convertValue(stored, double[].class))
                    .containsExactly(task.thresholds().stream()
                            .mapToDouble(Double::doubleValue)
                            .toArray());
            try (FineTuned opened = FineTuned.open(directory)) {
                assertThat(opened.task()).isEqualTo(task);
            }
        }
    }

    @Test
    void save_report_isThereWithTheFigures() throws IOException {
        String html = Files.readString(saved.resolve("report.html"));
        Evaluation evaluation = model.report().orElseThrow().validation();

        assertThat(html)
                .contains(String.format(Locale.ROOT, "<b>%.4f</b>", evaluation.metric("accuracy")))
                .contains("<dt>freeze</dt><dd>embeddings</dd>")
                .contains("none of 64 texts is longer than 64 tokens");
    }

    @Test
    void predict_none_isEmpty() {
        assertThat(model.predict(List.of())).isEmpty();
    }

    @Test
    void predict_from8Threads_equalsOneThread() throws Exception {
        List<Prediction> expected = model.predict(texts());
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Callable<List<Prediction>>> calls = new ArrayList<>();
            for (int i = 0; i < 32; i++) {
                calls.add(() -> model.predict(texts()));
            }
            for (Future<List<Prediction>> answer : threads.invokeAll(calls)) {
                assertThat(answer.get()).isEqualTo(expected);
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void evaluate_sameTexts_agreesWithThePredictions() {
        List<Prediction> predictions = model.predict(texts());
        int right = 0;
        double loss = 0;
        for (int i = 0; i < predictions.size(); i++) {
            String gold = VALIDATION.examples().get(i).labels().get(0);
            right += predictions.get(i).label().equals(gold) ? 1 : 0;
            loss -= Math.log(predictions.get(i).scores().getOrDefault(gold, Double.NaN)) / predictions.size();
        }
        assertThat(model.evaluate(VALIDATION).metric("accuracy")).isEqualTo(right / 40.0);
        assertThat(Math.abs(model.evaluate(VALIDATION).metric("loss") - loss)).isLessThan(1e-6);
        assertThat(predictions)
                .allSatisfy(prediction -> assertThat(prediction.scores().values().stream()
                                .mapToDouble(Double::doubleValue)
                                .sum())
                        .isBetween(0.99999, 1.00001));
    }

    @Test
    void evaluate_unknownLabel_namesTheRow() {
        Dataset data = Dataset.of("other.tsv", List.of(TinyData.example("x", List.of("meh"), 5)));
        assertThatThrownBy(() -> model.evaluate(data)).hasMessageContaining("other.tsv, row 5: label 'meh'");
    }

    @Test
    void open_encoderWithoutHead_saysHowToGetOne() {
        Path base = folder.resolve("base");
        assertThatThrownBy(() -> FineTuned.open(base))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining(base.resolve("config.json").toString())
                .hasMessageContaining("BertModel")
                .hasMessageContaining("graft train --model " + base);
    }

    @Test
    void open_newerFormat_namesBothFormats() throws IOException {
        Path newer = folder.resolve("newer");
        model.save(newer);
        Files.writeString(newer.resolve("graft.json"), "{\"format\": 2}");
        assertThatThrownBy(() -> FineTuned.open(newer))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("graft.json: format 2 is not read by this version, which knows 1");
    }
}
