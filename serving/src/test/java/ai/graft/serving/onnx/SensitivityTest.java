package ai.graft.serving.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.graft.fixtures.TinyCheckpoint;
import ai.graft.fixtures.TinyNetworks;
import ai.graft.model.config.ConfigFile;
import ai.graft.model.network.Head;
import ai.graft.model.network.Network;
import ai.graft.model.reference.ShapeOps;
import ai.graft.serving.predict.Flavour;
import ai.graft.tokenizer.TextInput;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SensitivityTest {
    private static final Head HEAD = new Head.SequenceClassification(4);
    private static final ExportOptions INT8 =
            ExportOptions.DEFAULT.withFlavour(Flavour.ORT).withPrecision(ExportPrecision.INT8);

    @TempDir
    Path folder;

    /** The judge sees the logits of all exports: those in int8 as they are measured, fp32's last. */
    @Test
    void measure_tinyBert_isTheLengthOfTheDifferences() {
        TinyCheckpoint tiny = TinyCheckpoint.write(folder.resolve("model"), TinyCheckpoint.BERT, HEAD);
        List<float[][]> seen = new ArrayList<>();
        List<Integer> done = new ArrayList<>();
        Validation.LogitsJudge judge = logits -> {
            seen.add(logits);
            return new Validation.Score("accuracy", seen.size());
        };

        Sensitivity found = Sensitivity.measure(
                tiny.directory().toString(),
                INT8,
                List.of(TextInput.of("a b c"), TextInput.of("d e")),
                judge,
                (measured, all) -> done.add(100 * measured / all));

        assertThat(found.parts()).hasSize(3 + 6);
        assertThat(done).hasSize(9).endsWith(100);
        float[][] exact = seen.get(seen.size() - 1);
        assertThat(found.int8().error()).isPositive().isCloseTo(error(seen.get(0), exact), within(1e-9));
        assertThat(found.parts()).extracting(Sensitivity.Part::error).isSorted();
        for (Sensitivity.Part part : found.parts()) {
            int call = (int) part.score().value() - 1;
            assertThat(part.error()).as(part.kept()).isCloseTo(error(seen.get(call), exact), within(1e-9));
            assertThat(part.error()).as(part.kept()).isNotEqualTo(found.int8().error());
        }
        assertThat(found.toJson().path("parts")).hasSize(9);
    }

    private static double error(float[][] given, float[][] exact) {
        double differences = 0;
        double length = 0;
        for (int row = 0; row < 2; row++) {
            for (int i = 0; i < 4; i++) {
                differences += (given[row][i] - (double) exact[row][i]) * (given[row][i] - (double) exact[row][i]);
                length += (double) exact[row][i] * exact[row][i];
            }
        }
        return Math.sqrt(differences) / Math.sqrt(length);
    }

    @Test
    void patterns_distilBert_areItsLayersAndKinds() {
        Network network =
                Network.of(ConfigFile.parse(TinyNetworks.DISTILBERT, "tiny").model());

        assertThat(Sensitivity.patterns(ShapeOps.weights(network, HEAD)))
                .containsExactly(
                        "layer.0.",
                        "layer.1.",
                        "layer.*.attention.q_lin",
                        "layer.*.attention.k_lin",
                        "layer.*.attention.v_lin",
                        "layer.*.attention.out_lin",
                        "layer.*.ffn.lin1",
                        "layer.*.ffn.lin2");
    }

    @Test
    void measure_fp32_isRefused() {
        List<TextInput> texts = List.of(TextInput.of("a"));
        Validation.LogitsJudge judge = logits -> new Validation.Score("accuracy", 1);

        assertThatThrownBy(() -> Sensitivity.measure("model", ExportOptions.DEFAULT, texts, judge, (done, all) -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("fp32, expected int8");
    }
}
