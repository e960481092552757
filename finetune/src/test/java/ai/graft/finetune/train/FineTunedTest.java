package ai.graft.finetune.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.graft.datasets.Dataset;
import ai.graft.finetune.engine.ComputeDevice;
import ai.graft.finetune.engine.Precision;
import ai.graft.model.checkpoint.CheckpointException;
import ai.graft.model.task.Answer;
import ai.graft.model.task.Prediction;
import ai.graft.serving.onnx.ExportOptions;
import ai.graft.serving.onnx.OnnxExporter;
import ai.graft.serving.predict.Device;
import ai.graft.serving.predict.OnnxPredictor;
import ai.graft.tokenizer.LengthLimit;
import ai.graft.tokenizer.LongTexts;
import ai.graft.tokenizer.TextInput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class FineTunedTest extends SavedReviews {

    private static List<TextInput> texts() {
        return TokenizedTexts.inputs(VALIDATION);
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
