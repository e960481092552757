package ai.graft.serving.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.graft.model.checkpoint.ArtifactSource;
import ai.graft.model.checkpoint.PretrainedCache;
import ai.graft.model.task.Pooling;
import ai.graft.serving.SharedData;
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
        PretrainedCache cache = new PretrainedCache(
                folder.resolve("cache"), EmbeddingGoldenTest.class.getClassLoader(), ArtifactSource.none());
        Path exported = folder.resolve("exported");
        ExportReport report = OnnxExporter.export(cache.find("minilm"), exported);
        assertThat(report.metadata().proof().maxDifference()).isLessThan(2e-5);
        assertThat(report.metadata().maxLength()).isEqualTo(512);

        List<TextInput> texts = new ArrayList<>();
        SharedData.json(SharedData.parity("minilm/input.json"))
                .path("texts")
                .forEach(text -> texts.add(TextInput.of(text.asText())));
        JsonNode expected =
                SharedData.json(SharedData.parity("minilm/expected.json")).path("mean_pooled_normalized");
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
}
