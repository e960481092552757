package ai.graft.serving.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.graft.model.checkpoint.ArtifactSource;
import ai.graft.model.checkpoint.PretrainedCache;
import ai.graft.model.network.Pooling;
import ai.graft.serving.SharedData;
import ai.graft.serving.onnx.ExportOptions;
import ai.graft.serving.onnx.ExportPrecision;
import ai.graft.serving.onnx.ExportReport;
import ai.graft.serving.onnx.OnnxExporter;
import ai.graft.tokenizer.TextInput;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real encoder from text to vector: imported, exported, and compared with what transformers computed. */
@Tag("shared")
class EmbeddingGoldenTest {
    /** As the README of the golden data gives it for sentence vectors. */
    private static final double TOLERANCE = 2e-6;

    @TempDir
    Path folder;

    @Test
    void embed_minilm_givesTheVectorsOfTransformers() throws IOException {
        Path exported = folder.resolve("exported");
        ExportReport report = OnnxExporter.export(checkpoint(), exported);
        assertThat(report.metadata().proof().maxDifference()).isLessThan(2e-5);
        assertThat(report.metadata().maxLength()).isEqualTo(512);

        List<TextInput> texts = texts();
        JsonNode expected = expected();
        assertThat(texts).hasSize(18);
        try (OnnxPredictor predictor = OnnxPredictor.open(exported)) {
            float[][] vectors = predictor.embed(texts, Pooling.MEAN, true);
            for (int row = 0; row < vectors.length; row++) {
                assertThat(vectors[row]).hasSize(384);
                for (int i = 0; i < 384; i++) {
                    assertThat((double) vectors[row][i])
                            .as("text %d, value %d", row, i)
                            .isCloseTo(expected.path(row).path(i).asDouble(), within(TOLERANCE));
                }
            }
        }
    }

    /** Measured on 128 sentences of SST-2: a cosine of 0.9967 on average and 0.993 at worst. */
    @Test
    void embed_minilmInInt8_pointsWhereTransformersDoes() throws IOException {
        ExportOptions options = ExportOptions.DEFAULT.withFlavour(Flavour.ORT).withPrecision(ExportPrecision.INT8);
        Path exported = folder.resolve("exported");
        OnnxExporter.export(checkpoint().toString(), exported, options);
        JsonNode expected = expected();
        try (OnnxPredictor predictor = OnnxPredictor.open(exported)) {
            float[][] vectors = predictor.embed(texts(), Pooling.MEAN, true);
            double sum = 0;
            for (int row = 0; row < vectors.length; row++) {
                double cosine = 0;
                for (int i = 0; i < 384; i++) {
                    cosine += vectors[row][i] * expected.path(row).path(i).asDouble();
                }
                assertThat(cosine).as("text %d", row).isBetween(0.985, 0.9999); // nearer would be no int8
                sum += cosine;
            }
            assertThat(sum / vectors.length).isGreaterThan(0.99);
        }
    }

    private Path checkpoint() {
        return new PretrainedCache(
                        folder.resolve("cache"), EmbeddingGoldenTest.class.getClassLoader(), ArtifactSource.none())
                .find("minilm");
    }

    private static List<TextInput> texts() throws IOException {
        List<TextInput> texts = new ArrayList<>();
        SharedData.json(SharedData.parity("minilm/input.json"))
                .path("texts")
                .forEach(text -> texts.add(TextInput.of(text.asText())));
        return texts;
    }

    private static JsonNode expected() throws IOException {
        return SharedData.json(SharedData.parity("minilm/expected.json")).path("mean_pooled_normalized");
    }
}
