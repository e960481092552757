package ai.graft.serving.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.graft.fixtures.TinyCheckpoint;
import ai.graft.model.network.Head;
import ai.graft.model.network.Inputs;
import ai.graft.model.network.Pooling;
import ai.graft.serving.onnx.ExportOptions;
import ai.graft.serving.onnx.OnnxExporter;
import ai.graft.tokenizer.TextInput;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Callers see no difference between the flavours. */
class OrtPredictorTest {
    /** Other kernels, other order of sums. */
    private static final double TOLERANCE = 2e-5;

    @TempDir
    Path folder;

    private TinyCheckpoint export(String config, Head head) {
        TinyCheckpoint tiny = TinyCheckpoint.write(folder.resolve("model"), config, head);
        for (Flavour flavour : Flavour.values()) {
            OnnxExporter.export(
                    tiny.directory().toString(), exported(flavour), ExportOptions.DEFAULT.withFlavour(flavour));
        }
        return tiny;
    }

    private Path exported(Flavour flavour) {
        return folder.resolve(flavour.label());
    }

    private static void assertClose(float[] actual, float[] expected) {
        assertThat(actual).containsExactly(expected, within((float) TOLERANCE));
    }

    @Test
    void logits_textsAndPairs_areThoseOfPortable() {
        List<TextInput> texts = List.of(
                TextInput.of("a b c d e"), TextInput.of("a", "c d"), TextInput.of(""), TextInput.of("a ".repeat(100)));
        for (String config : TinyCheckpoint.CONFIGS) {
            export(config, new Head.SequenceClassification(3));
            try (OnnxPredictor portable = OnnxPredictor.open(exported(Flavour.PORTABLE));
                    OnnxPredictor ort = OnnxPredictor.open(exported(Flavour.ORT))) {
                float[][] expected = portable.logits(texts);
                float[][] actual = ort.logits(texts);
                for (int i = 0; i < texts.size(); i++) {
                    assertClose(actual[i], expected[i]);
                }
                assertThat(ort.metadata().flavour()).isEqualTo("ort");
            }
        }
    }

    @Test
    void embed_bareEncoder_poolsOverTokensOnly() {
        export(TinyCheckpoint.BERT, new Head.None());
        List<TextInput> texts = List.of(TextInput.of("a b c d e f"), TextInput.of("a"));
        try (OnnxPredictor portable = OnnxPredictor.open(exported(Flavour.PORTABLE));
                OnnxPredictor ort = OnnxPredictor.open(exported(Flavour.ORT))) {
            for (Pooling pooling : List.of(Pooling.MEAN, Pooling.CLS)) {
                float[][] expected = portable.embed(texts, pooling, true);
                float[][] actual = ort.embed(texts, pooling, true);
                assertClose(actual[0], expected[0]);
                assertClose(actual[1], expected[1]);
            }
        }
    }

    /** A place for every column, zeros where there is padding. */
    @Test
    void run_answerSpansOfAnUnevenBatch_haveTheShapeOfTheBatch() {
        TinyCheckpoint tiny = export(TinyCheckpoint.BERT, new Head.QuestionAnswering());
        Inputs batch = tiny.batch(7, 7, 3);
        try (OnnxPredictor ort = OnnxPredictor.open(exported(Flavour.ORT))) {
            Map<String, float[]> outputs = ort.run(batch);
            assertThat(outputs.keySet()).containsExactlyInAnyOrder("start_logits", "end_logits");
            tiny.reference(batch).forEach((name, values) -> {
                float[] given = outputs.getOrDefault(name, new float[0]);
                assertThat(given).hasSize(values.length);
                for (int i = 0; i < values.length; i++) {
                    double expected = batch.attentionMask()[i] == 1 ? values[i] : 0;
                    assertThat((double) given[i]).isCloseTo(expected, within(TOLERANCE));
                }
            });
        }
    }

    /** ONNX Runtime itself takes a negative id, and counts it from the end of the table. */
    @Test
    void run_idBeyondTheVocabulary_isRefusedBeforeTheRun() {
        export(TinyCheckpoint.BERT, new Head.SequenceClassification(3));
        for (Flavour flavour : Flavour.values()) {
            try (OnnxPredictor predictor = OnnxPredictor.open(exported(flavour))) {
                for (int id : new int[] {-1, 60}) {
                    Inputs inputs = new Inputs(1, 3, new int[] {2, id, 3}, new int[] {1, 1, 1}, new int[3]);
                    assertThatThrownBy(() -> predictor.run(inputs))
                            .isInstanceOf(IllegalArgumentException.class)
                            .hasMessageContaining("position 1: token id " + id);
                }
            }
        }
    }

    @Test
    void positions_ofANewerVersion_areRefused() {
        Map<String, String> entries = Map.of("graft.flavour", "ort", "graft.positions", "rotary 10000");
        assertThatThrownBy(() -> OnnxMetadata.positions(entries, "model.onnx"))
                .isInstanceOf(OnnxException.class)
                .hasMessageContaining("'rotary 10000'");
        assertThatThrownBy(() -> OnnxMetadata.flavour(Map.of("graft.flavour", "cuda"), "model.onnx"))
                .isInstanceOf(OnnxException.class)
                .hasMessageContaining("flavour 'cuda' is unknown");
    }
}
