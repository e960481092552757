package ai.graft.finetune.train;

import static ai.graft.finetune.train.TinyTraining.options;
import static ai.graft.finetune.train.TinyTraining.points;
import static ai.graft.finetune.train.TinyTraining.report;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import ai.graft.datasets.Dataset;
import ai.graft.datasets.Example;
import ai.graft.datasets.LabelKind;
import ai.graft.tokenizer.TokenBudget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trainings that end before their last step, because the numbers end or somebody asks. */
class FineTuningEndTest {
    private static final Dataset TRAIN = TinyData.reviews("train.tsv", 64, 1);
    private static final Dataset VALIDATION = TinyData.reviews("validation.tsv", 20, 2);

    @TempDir
    static Path folder;

    private static String base = "";

    @BeforeAll
    static void writeCheckpoint() {
        base = TinyCheckpoint.write(folder.resolve("base")).toString();
    }

    /** Scores, with one too large to square where the step's only row is. All texts are alike long. */
    private static Dataset withHugeScoreAt(int step, TrainingOptions options) {
        int[] lengths = new int[12];
        Arrays.fill(lengths, 4);
        int huge = BatchPlan.of(lengths, new TokenBudget(4096, 1), 1, 1, options.seed())
                .steps()
                .get(step - 1)
                .get(0)[0];
        List<Example> rows = new ArrayList<>();
        for (int i = 0; i < lengths.length; i++) {
            String score = i == huge ? "1e38" : (i % 2) + ".5";
            rows.add(TinyData.example(i % 2 == 0 ? "bad film" : "good film", List.of(score), i + 1));
        }
        return Dataset.of("huge", rows, LabelKind.REGRESSION);
    }

    private static TrainingOptions divergingOptions() {
        return options().batchSize(1).epochs(1).evalSteps(1).evalMetric("mse").build();
    }

    private static TrainingDivergedException diverge(Dataset train, TrainingOptions options) {
        return catchThrowableOfType(
                TrainingDivergedException.class,
                () -> FineTuning.of(base).options(options).train(train, TinyData.scores("validation", 9, 2)));
    }

    @Test
    void train_infiniteLossAtOnce_hasNoModelAndSaysWhatToDo() {
        TrainingOptions options = divergingOptions();
        TrainingDivergedException diverged = diverge(withHugeScoreAt(1, options), options);

        assertThat(diverged.step()).isEqualTo(1);
        assertThat(diverged.best()).isEmpty();
        assertThat(diverged)
                .hasMessageContaining("the loss was Infinity in step 1.")
                .hasMessageContaining("--lr")
                .hasMessageContaining("nothing is kept");
    }

    @Test
    void train_infiniteLossLater_keepsTheBestModelBefore() throws IOException {
        TrainingOptions options = divergingOptions();
        TrainingDivergedException diverged = diverge(withHugeScoreAt(5, options), options);

        assertThat(diverged.step()).isEqualTo(5);
        assertThat(diverged).hasMessageContaining("in step 5.").hasMessageContaining("best weights before it are kept");
        Path out = folder.resolve("diverged/model");
        try (FineTuned model = (FineTuned) diverged.best().orElseThrow()) {
            BestWeights best = report(model).best().orElseThrow();
            assertThat(best.step()).isBetween(1, 4);
            // While autograd watches the weights the products sum in another order.
            assertThat(model.evaluate(TinyData.scores("validation", 9, 2)).metric("mse"))
                    .isCloseTo(best.value(), within(1e-6));
            assertThat(points(model)).hasSize(4);
            model.save(out);
            try (FineTuned opened = FineTuned.open(out)) {
                assertThat(opened.predict("good film")).isEqualTo(model.predict("good film"));
            }
        }
        try (Stream<Path> files = Files.list(out.getParent())) {
            assertThat(files).containsExactly(out);
        }
    }

    /** An epsilon that is 0 in fp32 makes 0/0 of the words that no text of the batch has. */
    @Test
    void train_weightsBecomeNaN_isDivergenceAndNotAFaultOfTheData() {
        TrainingOptions options = options()
                .eps(1e-60)
                .evalSteps(1)
                .schedule(Schedule.Kind.CONSTANT)
                .warmup(0)
                .build();
        TrainingDivergedException diverged = catchThrowableOfType(
                TrainingDivergedException.class,
                () -> FineTuning.of(base).options(options).train(TRAIN, VALIDATION));

        assertThat(diverged.best()).isEmpty();
        assertThat(diverged).hasMessageContaining("the loss was NaN in step 1.");
    }

    @Test
    void train_stopped_endsAfterThatStepWithTheBestWeightsSoFar() {
        AtomicInteger asked = new AtomicInteger();
        try (FineTuned model = FineTuning.of(base)
                .options(options().evalSteps(2).evalMetric("loss").build())
                .stopWhen(() -> asked.incrementAndGet() > 5) // asked before the first step too
                .train(TRAIN, VALIDATION)) {
            assertThat(report(model).steps()).isEqualTo(5);
            assertThat(points(model)).hasSize(5);
            BestWeights best = report(model).best().orElseThrow();
            assertThat(best.step()).isIn(2, 4);
            assertThat(model.evaluate(VALIDATION).metric("loss")).isCloseTo(best.value(), within(1e-6));
        }
    }

    @Test
    void train_stoppedBeforeTheFirstEvaluation_saysThatNothingIsKept() {
        AtomicInteger asked = new AtomicInteger();
        FineTuning training = FineTuning.of(base)
                .options(options().evalSteps(10).build())
                .stopWhen(() -> asked.incrementAndGet() > 3);

        assertThatThrownBy(() -> training.train(TRAIN, VALIDATION))
                .isInstanceOf(CancellationException.class)
                .hasMessage("the training was stopped after step 3 of 64."
                        + " No evaluation had taken place, so nothing is kept.");
    }
}
