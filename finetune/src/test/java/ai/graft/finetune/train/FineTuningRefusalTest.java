package ai.graft.finetune.train;

import static ai.graft.finetune.train.TinyTraining.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.graft.datasets.Dataset;
import ai.graft.datasets.DatasetException;
import ai.graft.model.checkpoint.CheckpointException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a training refuses before its first step. */
class FineTuningRefusalTest {
    private static final Dataset TRAIN = TinyData.reviews("train.tsv", 64, 1);
    private static final Dataset VALIDATION = TinyData.reviews("validation.tsv", 20, 2);

    @TempDir
    static Path folder;

    private static String base = "";

    @BeforeAll
    static void writeCheckpoint() {
        base = TinyCheckpoint.write(folder.resolve("base")).toString();
    }

    private static FineTuned train(TrainingOptions.Builder options, Dataset train, Dataset validation) {
        return FineTuning.of(base).options(options.build()).train(train, validation);
    }

    @Test
    void train_labelUnknownInValidation_namesFileRowAndLabel() {
        Dataset other = Dataset.of(
                "validation.tsv",
                List.of(
                        TinyData.example("a good film", List.of("good"), 2),
                        TinyData.example("a film", List.of("dull"), 3)));
        assertThatThrownBy(() -> train(options(), TRAIN, other))
                .isInstanceOf(DatasetException.class)
                .hasMessage("validation.tsv, row 3: label 'dull' is not among the 2 labels of training [bad, good]."
                        + " Correct the row, add examples of it to the training data, or judge such rows as wrong with"
                        + " --unknown-labels wrong.");
    }

    @Test
    void train_singleClass_saysThatThereIsNothingToTellApart() {
        Dataset alike = Dataset.of(
                "alike.tsv",
                List.of(TinyData.example("a", List.of("good"), 1), TinyData.example("b", List.of("good"), 2)));
        assertThatThrownBy(() -> train(options(), alike, alike))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("alike.tsv: every row has the label [good]")
                .hasMessageContaining("2 labels or more");
    }

    @Test
    void train_tokenizerLargerThanModel_namesBothSizes() {
        Path other = TinyCheckpoint.write(folder.resolve("small-vocabulary"), TinyCheckpoint.config(1, 50));
        assertThatThrownBy(() -> FineTuning.of(other.toString()).train(TRAIN, VALIDATION))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining(other + ": the tokenizer has 60 tokens, the model's vocab_size is 50")
                .hasMessageContaining("take the tokenizer files that belong to these weights");
    }

    @Test
    void train_maxLengthBeyondModel_namesBoth() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> train(options().maxLength(65), TRAIN, VALIDATION))
                .withMessage("max-length is 65, the model has room for 64 tokens");
    }

    @Test
    void train_metricOfAnotherTask_refusedBeforeTheFirstStep() {
        List<Integer> steps = new ArrayList<>();
        TrainingListener listener = new TrainingListener() {
            @Override
            public void step(int step, int total, double loss, long examplesDone) {
                steps.add(step);
            }
        };
        TrainingOptions options = options().evalMetric("pearson").build();
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        FineTuning.of(base).options(options).listener(listener).train(TRAIN, VALIDATION))
                .withMessageContaining("pearson")
                .withMessageContaining("macro_f1");
        assertThat(steps).isEmpty();
    }

    @Test
    void train_focalLossOfNumbers_namesTheTask() {
        Dataset scores = TinyData.scores("scores.tsv", 24, 1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> train(options().focalLoss(2), scores, scores))
                .withMessage(
                        "focal-loss is 2.0, but the task is regression, whose numbers are not right or wrong. Leave it"
                                + " out, or say --task single-label.");
    }

    @Test
    void train_moreLayersThanThereAre_namesBothNumbers() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> train(options().layers(2), TRAIN, VALIDATION))
                .withMessage("layers is 2, but " + base + " has 1: ask for 1 to 1");
    }

    @Test
    void train_classWeightsOfAnotherNumber_namesBothNumbers() {
        ClassWeights three = new ClassWeights.Given(List.of(1.0, 2.0, 3.0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> train(options().classWeights(three), TRAIN, VALIDATION))
                .withMessage("class-weights has 3 weights, the task has 2 labels: [bad, good]");
    }
}
