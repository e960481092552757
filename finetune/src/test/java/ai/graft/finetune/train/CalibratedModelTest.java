package ai.graft.finetune.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.graft.datasets.Dataset;
import ai.graft.datasets.Example;
import ai.graft.datasets.LabelKind;
import ai.graft.finetune.evaluate.SingleLabelEvaluation;
import ai.graft.model.task.Prediction;
import ai.graft.model.task.Task;
import ai.graft.serving.onnx.ExportOptions;
import ai.graft.serving.onnx.OnnxExporter;
import ai.graft.serving.predict.OnnxPredictor;
import ai.graft.tokenizer.TextInput;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model that is much surer than it is right: a quarter of its validation texts has the other label. */
class CalibratedModelTest {
    @TempDir
    static Path folder;

    private static FineTuned model;
    private static Path saved;

    @BeforeAll
    static void trainAndSave() {
        Path base = TinyCheckpoint.write(folder.resolve("base"));
        Dataset right = TinyData.reviews("validation.tsv", 60, 2);
        List<Example> rows = new ArrayList<>(right.examples().subList(0, 45));
        rows.addAll(TinyData.contradicted(right).examples().subList(45, 60));
        model = TinyTraining.reviews(base, Dataset.of("validation.tsv", rows, LabelKind.SINGLE));
        saved = folder.resolve("saved");
        model.save(saved);
    }

    @AfterAll
    static void close() {
        model.close();
    }

    private static Task.SingleLabel task(FineTuned tuned) {
        return (Task.SingleLabel) tuned.task();
    }

    @Test
    void train_tooSureModel_isLessSureByItsTemperature() {
        SingleLabelEvaluation validation =
                (SingleLabelEvaluation) model.report().orElseThrow().validation();

        assertThat(validation.metric("accuracy")).isBetween(0.7, 0.8);
        assertThat(task(model).temperature()).isGreaterThan(1).isEqualTo(validation.temperature());
        assertThat(validation.metric("ece")).isLessThan(validation.metric("ece_uncalibrated"));
        float[] logits = model.logits(List.of(TextInput.of("the film was great")))[0];
        double odds = Math.exp((logits[1] - logits[0]) / task(model).temperature());
        Prediction prediction = model.predict("the film was great");
        assertThat(prediction.label()).isEqualTo("good");
        assertThat(prediction.score()).isCloseTo(odds / (1 + odds), within(1e-6));
    }

    @Test
    void save_calibratedModel_keepsTheTemperatureAndRawGoldenLogits() throws IOException {
        JsonNode graft = new ObjectMapper().readTree(saved.resolve("graft.json").toFile());
        JsonNode golden = new ObjectMapper()
                .readTree(saved.resolve("golden.json").toFile())
                .path("cases")
                .path(0);
        TextInput sentence = TextInput.of("A gorgeous, witty, seductive movie."); // the first of golden.json

        assertThat(graft.path("temperature").doubleValue())
                .isEqualTo(task(model).temperature());
        try (FineTuned opened = FineTuned.open(saved)) {
            assertThat(opened.task()).isEqualTo(model.task());
            assertThat(golden.path("logits").path(0).doubleValue())
                    .isCloseTo(opened.logits(List.of(sentence))[0][0], within(1e-5));
        }
        assertThat(Files.readString(saved.resolve("README.md")))
                .contains("| temperature | ", "The pipeline of transformers leaves that out");
        assertThat(Files.readString(saved.resolve("report.html"))).contains("a temperature that was chosen on");
    }

    @Test
    void export_calibratedModel_answersWithTheSameProbabilities() {
        Path exported = folder.resolve("exported");
        OnnxExporter.export(saved.toString(), exported, ExportOptions.DEFAULT);
        try (OnnxPredictor predictor = OnnxPredictor.open(exported)) {
            Prediction onnx = predictor.predict("the film was great");
            Prediction torch = model.predict("the film was great");

            assertThat(onnx.label()).isEqualTo(torch.label());
            assertThat(onnx.score()).isCloseTo(torch.score(), within(1e-5));
            assertThat(onnx.labelFrom(0.999)).isEmpty();
        }
    }

    @Test
    void train_fewValidationTexts_hasNoTemperature() {
        Path base = folder.resolve("base");
        try (FineTuned few = TinyTraining.reviews(base, TinyData.contradicted(TinyData.reviews("few", 40, 2)))) {
            assertThat(task(few).temperature()).isEqualTo(1);
            assertThat(few.report().orElseThrow().validation().metricNames()).doesNotContain("ece_uncalibrated");
        }
    }
}
