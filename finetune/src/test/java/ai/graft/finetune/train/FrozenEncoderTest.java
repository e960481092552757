package ai.graft.finetune.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.graft.datasets.Dataset;
import ai.graft.datasets.Example;
import ai.graft.finetune.engine.ComputeDevice;
import ai.graft.model.network.Pooling;
import ai.graft.serving.onnx.ExportOptions;
import ai.graft.serving.onnx.OnnxExporter;
import ai.graft.serving.predict.OnnxPredictor;
import ai.graft.tokenizer.TextInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FrozenEncoderTest {
    private static final List<String> TEXTS =
            List.of("good film", "the plot was very bad and the cast awful", "we saw it", "good film.");

    @TempDir
    Path folder;

    private Path model;

    @BeforeEach
    void write() {
        model = TinyCheckpoint.write(folder.resolve("model"));
    }

    private static Dataset data(List<String> texts) {
        List<Example> rows = new ArrayList<>();
        texts.forEach(text -> rows.add(new Example(text, Optional.empty(), List.of(), rows.size() + 1)));
        return Dataset.of("texts", rows);
    }

    /** ONNX Runtime computes the same vectors, by other code from the ids on. */
    @Test
    void read_texts_areTheVectorsOfOnnxRuntime() {
        float[][] vectors = FrozenEncoder.open(model.toString()).read(data(TEXTS), ComputeDevice.CPU, done -> {});
        OnnxExporter.export(model.toString(), folder.resolve("export"), ExportOptions.DEFAULT);
        try (OnnxPredictor predictor = OnnxPredictor.open(folder.resolve("export"))) {
            float[][] expected =
                    predictor.embed(TEXTS.stream().map(TextInput::of).toList(), Pooling.MEAN, false);
            for (int i = 0; i < TEXTS.size(); i++) {
                assertThat(vectors[i]).containsExactly(expected[i], within(1e-5f));
            }
        }
    }

    @Test
    void open_modelWithPoolingFiles_readsThem() throws IOException {
        Files.createDirectories(model.resolve("1_Pooling"));
        Files.writeString(model.resolve("1_Pooling/config.json"), "{\"pooling_mode_cls_token\": true}");
        Files.writeString(
                model.resolve("modules.json"),
                "[{\"type\": \"sentence_transformers.models.Transformer\"}, {\"type\": \"sentence_transformers.models.Pooling\"},"
                        + " {\"type\": \"sentence_transformers.models.Normalize\"}]");
        FrozenEncoder encoder = FrozenEncoder.open(model.toString());
        assertThat(encoder.recipe().pooling()).isEqualTo(Pooling.CLS);
        for (float[] vector : encoder.read(data(TEXTS), ComputeDevice.CPU, done -> {})) {
            double squares = 0;
            for (float value : vector) {
                squares += value * value;
            }
            assertThat(squares).isCloseTo(1, within(1e-5));
        }
    }

    @Test
    void fingerprint_changesWithWhateverChangesVectors() throws IOException {
        String before = FrozenEncoder.open(model.toString()).fingerprint();
        assertThat(FrozenEncoder.open(model.toString()).fingerprint()).isEqualTo(before);
        Path other = TinyCheckpoint.write(folder.resolve("other"));
        assertThat(FrozenEncoder.open(other.toString()).fingerprint()).isEqualTo(before); // wherever it lies
        Files.writeString(other.resolve("README.md"), "words");
        assertThat(FrozenEncoder.open(other.toString()).fingerprint()).isEqualTo(before);
        Files.writeString(other.resolve("tokenizer_config.json"), "{\"do_lower_case\": false}");
        assertThat(FrozenEncoder.open(other.toString()).fingerprint()).isNotEqualTo(before);
        TinyCheckpoint.write(folder.resolve("deeper"), 2);
        assertThat(FrozenEncoder.open(folder.resolve("deeper").toString()).fingerprint())
                .isNotEqualTo(before);
    }

    @Test
    void read_longText_isCutAndReported() {
        List<Integer> done = new ArrayList<>();
        String text = "good ".repeat(TinyCheckpoint.POSITIONS + 10);
        float[][] vectors =
                FrozenEncoder.open(model.toString()).read(data(List.of(text, "bad")), ComputeDevice.CPU, done::add);
        assertThat(vectors).hasDimensions(2, 16);
        assertThat(done).endsWith(2);
    }
}
