package ai.graft.serving.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.graft.model.network.Head;
import ai.graft.serving.TinyCheckpoint;
import ai.graft.tokenizer.TextInput;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
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
        Validation validation = new Validation(
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
    }

    /** fp16 halves the tables and matrices, and only they are large. */
    @Test
    void measure_allAsGood_takesTheSmallestOfTheFastest() {
        PrecisionChoice choice = choice(0.9, 0.9, 0.9);

        List<PrecisionChoice.Candidate> all = choice.candidates();
        assertThat(all.get(1).megabytes()).isLessThan(0.7 * all.get(0).megabytes());
        PrecisionChoice.Candidate chosen = all.stream()
                .filter(candidate -> candidate.precision() == choice.options().precision())
                .findFirst()
                .orElseThrow();
        assertThat(all)
                .allMatch(other -> other.textsPerSecond() <= PrecisionChoice.TIE * chosen.textsPerSecond())
                .allMatch(other ->
                        other.megabytes() >= chosen.megabytes() || other.textsPerSecond() < chosen.textsPerSecond());
        assertThat(chosen.toJson().path("metric").asText()).isEqualTo("accuracy");
    }

    @Test
    void measure_withoutData_isRefused() {
        assertThatThrownBy(() -> PrecisionChoice.measure("model", INT8))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("int8 without validation data");
    }
}
