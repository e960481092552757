package ai.graft.serving.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.graft.fixtures.TinyCheckpoint;
import ai.graft.model.checkpoint.SafetensorsFile;
import ai.graft.model.checkpoint.Tensor;
import ai.graft.model.network.Head;
import ai.graft.model.network.WeightSpec;
import ai.graft.model.reference.ShapeOps;
import ai.graft.tokenizer.TextInput;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrecisionChoiceTest {
    private static final ExportOptions INT8 = ExportOptions.DEFAULT.withPrecision(ExportPrecision.INT8);

    @TempDir
    Path folder;

    private PrecisionChoice choice(double fp32, double fp16, double int8) {
        TinyCheckpoint tiny =
                TinyCheckpoint.write(folder.resolve("model"), TinyCheckpoint.BERT, new Head.SequenceClassification(4));
        Iterator<Double> scores = List.of(fp32, fp16, int8).iterator();
        Validation validation = Validation.ofTexts(
                List.of(TextInput.of("a b c"), TextInput.of("d")),
                logits -> new Validation.Score("accuracy", scores.next()),
                0.5);
        return PrecisionChoice.measure(tiny.directory().toString(), INT8.withValidation(validation));
    }

    @Test
    void measure_int8LosesTooMuch_isOutWithTheFigures() {
        PrecisionChoice choice = choice(0.9, 0.897, 0.8);

        assertThat(choice.candidates())
                .extracting(PrecisionChoice.Candidate::precision)
                .containsExactly(ExportPrecision.FP32, ExportPrecision.FP16, ExportPrecision.INT8);
        assertThat(choice.candidates().get(1).refusal()).isEmpty();
        assertThat(choice.candidates().get(2).refusal())
                .hasValueSatisfying(why -> assertThat(why).contains("accuracy", "80.00", "90.00", "10.00 points lost"));
        assertThat(choice.options().precision()).isNotEqualTo(ExportPrecision.INT8);
        assertThat(choice.options().validation()).isPresent();
        assertThat(choice.candidates().get(0).toJson().path("metric").asText()).isEqualTo("accuracy");
    }

    /** A number that half precision does not have, in the row of the pad token, which nothing reads. */
    @Test
    void measure_weightTooLargeForHalf_leavesTheOthers() {
        TinyCheckpoint tiny =
                TinyCheckpoint.write(folder.resolve("model"), TinyCheckpoint.BERT, new Head.SequenceClassification(4));
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (WeightSpec spec : ShapeOps.weights(tiny.network(), tiny.head())) {
            float[] values =
                    tiny.weights().getOrDefault(spec.name(), new float[0]).clone();
            if (spec.name().endsWith("word_embeddings.weight")) {
                values[0] = 1e6f;
            }
            tensors.put(spec.name(), Tensor.ofFloats(spec.shape(), values));
        }
        SafetensorsFile.write(tiny.directory().resolve("model.safetensors"), tensors);
        Validation validation =
                Validation.ofTexts(List.of(TextInput.of("a")), logits -> new Validation.Score("accuracy", 0.5), 0.5);

        PrecisionChoice choice = PrecisionChoice.measure(tiny.directory().toString(), INT8.withValidation(validation));

        assertThat(choice.candidates().get(1).refusal())
                .hasValueSatisfying(why -> assertThat(why)
                        .contains("word_embeddings", "cannot be stored in fp16")
                        .doesNotContain("No file was kept"));
        assertThat(choice.candidates().get(2).refusal()).isEmpty();
    }

    /** Seconds for one text, megabytes, accuracy: of fp32, fp16 and int8. */
    private static ExportPrecision chosen(double[] fp32, double[] fp16, double[] int8) {
        Validation validation =
                Validation.ofTexts(List.of(TextInput.of("a")), logits -> new Validation.Score("accuracy", 0), 0.5);
        return PrecisionChoice.choose(
                        List.of(
                                measured(INT8.inFp32(), fp32),
                                measured(INT8.inFp32().withPrecision(ExportPrecision.FP16), fp16),
                                measured(INT8, int8)),
                        validation)
                .options()
                .precision();
    }

    private static PrecisionChoice.Measured measured(ExportOptions options, double[] figures) {
        return new PrecisionChoice.Measured(
                options, figures[1], Optional.of(new Validation.Score("accuracy", figures[2])), figures[0], "");
    }

    @Test
    void choose_fastestThatIsGoodEnough_isTaken() {
        assertThat(chosen(new double[] {2, 100, 0.9}, new double[] {2, 50, 0.9}, new double[] {1, 60, 0.896}))
                .isEqualTo(ExportPrecision.INT8);
        assertThat(chosen(new double[] {1, 100, 0.9}, new double[] {1.2, 50, 0.9}, new double[] {1.5, 30, 0.9}))
                .isEqualTo(ExportPrecision.FP32); // smaller, and slower
    }

    @Test
    void choose_asFast_takesTheSmaller() {
        assertThat(chosen(new double[] {2, 100, 0.9}, new double[] {2.04, 50, 0.9}, new double[] {1, 60, 0.89}))
                .isEqualTo(ExportPrecision.FP16); // int8 lost a point
    }

    @Test
    void choose_scoresThatAreNoNumbers_leaveFp32() {
        assertThat(chosen(new double[] {2, 100, Double.NaN}, new double[] {2, 50, Double.NaN}, new double[] {
                    1, 60, Double.NaN
                }))
                .isEqualTo(ExportPrecision.FP32);
    }

    @Test
    void measure_withoutData_isRefused() {
        assertThatThrownBy(() -> PrecisionChoice.measure("model", INT8))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("int8 without validation data");
    }
}
