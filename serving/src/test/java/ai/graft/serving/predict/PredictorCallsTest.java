package ai.graft.serving.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import ai.graft.fixtures.TinyCheckpoint;
import ai.graft.model.network.Head;
import ai.graft.model.task.Prediction;
import ai.graft.serving.onnx.OnnxExporter;
import ai.graft.tokenizer.TextInput;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Calls that end early, on a model that computes for a second or more at one batch of {@link #LONG}. */
class PredictorCallsTest {
    private static final String SLOW = """
            {"model_type": "bert", "vocab_size": 60, "hidden_size": 128, "num_attention_heads": 4, "num_hidden_layers": 4,
             "intermediate_size": 1024, "max_position_embeddings": 128, "type_vocab_size": 2, "hidden_act": "gelu"}""";

    private static final int TEXTS = 256;
    private static final List<TextInput> LONG = Collections.nCopies(TEXTS, TextInput.of("a b ".repeat(50)));
    private static final List<TextInput> SHORT = List.of(TextInput.of("a b"));
    private static final PredictorOptions ONE_BATCH = PredictorOptions.manyTexts()
            .withWorkers(1)
            .withWarmUp(false)
            .withBatch(TEXTS * 128, TEXTS)
            .withShrinkAbove(Integer.MAX_VALUE);

    @TempDir
    static Path folder;

    @BeforeAll
    static void export() {
        TinyCheckpoint.write(folder.resolve("model"), SLOW, new Head.SequenceClassification(3));
        OnnxExporter.export(folder.resolve("model"), folder.resolve("exported"));
    }

    private static OnnxPredictor open(PredictorOptions options) {
        return OnnxPredictor.open(folder.resolve("exported"), options);
    }

    private static double seconds(Runnable work) {
        long start = System.nanoTime();
        work.run();
        return (System.nanoTime() - start) / 1e9;
    }

    /** A call on a thread of its own, begun long enough ago to be in the middle of its batch. */
    private static CompletableFuture<List<Prediction>> begin(OnnxPredictor predictor, Cancellation cancellation)
            throws InterruptedException {
        CompletableFuture<List<Prediction>> call =
                CompletableFuture.supplyAsync(() -> predictor.predict(LONG, cancellation));
        TimeUnit.MILLISECONDS.sleep(200);
        assertThat(call).as("the model is not slow enough").isNotDone();
        return call;
    }

    @Test
    void predict_deadlineInsideABatch_endsItThereAndThePredictorWorksOn() {
        try (OnnxPredictor predictor = open(ONE_BATCH)) {
            List<Prediction> before = predictor.predict(SHORT);
            double whole = seconds(() -> predictor.predict(LONG, Duration.ofMinutes(10)));
            double ended = seconds(() -> assertThatThrownBy(() -> predictor.predict(LONG, Duration.ofMillis(100)))
                    .isInstanceOf(DeadlineException.class)
                    .hasMessageContaining("the deadline of 100 ms passed when 0 of 256 texts were done")
                    .hasMessageContaining("Give it longer"));

            assertThat(ended).isBetween(0.1, 0.7 * whole);
            assertThat(predictor.predict(SHORT)).isEqualTo(before);
            assertThat(predictor.predict(LONG)).hasSize(TEXTS);
        }
    }

    @Test
    void predict_deadlineBetweenBatches_saysHowManyTextsWereDone() {
        try (OnnxPredictor predictor = open(ONE_BATCH.withBatch(256, 8))) {
            double whole = seconds(() -> predictor.predict(LONG));
            Duration half = Duration.ofMillis((long) (500 * whole));
            Throwable ended = catchThrowable(() -> predictor.predict(LONG, half));

            assertThat(ended).isInstanceOf(DeadlineException.class);
            String done = String.valueOf(ended.getMessage()).replaceFirst(".*when (\\d+) of 256 texts.*", "$1");
            assertThat(Integer.parseInt(done)).isBetween(1, TEXTS - 1).isEven(); // batches of two rows
        }
    }

    @Test
    void predict_cancelledByAnotherThread_endsThere() throws InterruptedException {
        try (OnnxPredictor predictor = open(ONE_BATCH)) {
            Cancellation cancellation = Cancellation.byCaller();
            CompletableFuture<List<Prediction>> call = begin(predictor, cancellation);
            cancellation.cancel();

            assertThatThrownBy(call::join)
                    .cause()
                    .isInstanceOf(CancellationException.class)
                    .hasMessage("the prediction was cancelled; 0 of 256 texts were done");
            assertThatThrownBy(() -> predictor.predict(SHORT, cancellation)).isInstanceOf(CancellationException.class);
            assertThat(predictor.predict(SHORT)).hasSize(1);
        }
    }

    @Test
    void predict_cancelledCall_leavesTheOthersAlone() throws InterruptedException {
        try (OnnxPredictor predictor = open(ONE_BATCH.withWorkers(2))) {
            Cancellation cancellation = Cancellation.byCaller();
            CompletableFuture<List<Prediction>> kept = begin(predictor, Cancellation.byCaller());
            CompletableFuture<List<Prediction>> ended =
                    CompletableFuture.supplyAsync(() -> predictor.predict(LONG, cancellation));
            cancellation.cancel();

            assertThatThrownBy(ended::join).hasCauseInstanceOf(CancellationException.class);
            assertThat(kept.join()).hasSize(TEXTS);
        }
    }

    @Test
    void predict_threadInterrupted_endsAndStaysInterrupted() throws Exception {
        try (OnnxPredictor predictor = open(ONE_BATCH)) {
            CompletableFuture<Boolean> flag = new CompletableFuture<>();
            CompletableFuture<Throwable> thrown = new CompletableFuture<>();
            Thread caller = new Thread(() -> {
                thrown.complete(catchThrowable(() -> predictor.predict(LONG)));
                flag.complete(Thread.currentThread().isInterrupted());
            });
            caller.start();
            TimeUnit.MILLISECONDS.sleep(200);
            caller.interrupt();

            assertThat(thrown.get(1, TimeUnit.MINUTES))
                    .isInstanceOf(CancellationException.class)
                    .hasMessageContaining("thread was interrupted; 0 of 256 texts were done");
            assertThat(flag.get()).isTrue();
            assertThat(predictor.predict(SHORT)).hasSize(1);
        }
    }

    /** One worker: without turns the short call would wait for all batches of the long one. */
    @Test
    void predict_oneTextBesideAThousand_doesNotWaitForThem() throws InterruptedException {
        try (OnnxPredictor predictor = open(ONE_BATCH.withBatch(256, 8))) {
            CompletableFuture<List<Prediction>> many = begin(predictor, Cancellation.byCaller());
            assertThat(predictor.predict(SHORT)).hasSize(1);
            assertThat(many).isNotDone();
            assertThat(many.join()).hasSize(TEXTS);
        }
    }

    @Test
    void close_whileACallRuns_waitsForItsAnswers() throws InterruptedException {
        OnnxPredictor predictor = open(ONE_BATCH);
        CompletableFuture<List<Prediction>> call = begin(predictor, Cancellation.byCaller());
        predictor.close();

        assertThat(call).isCompletedWithValueMatching(answers -> answers.size() == TEXTS);
        predictor.close();
        assertClosed(() -> predictor.predict("a"));
        assertClosed(() -> predictor.logits(List.of()));
    }

    @Test
    void close_thenCancel_doesNotWaitForTheWholeCall()
            throws InterruptedException, ExecutionException, TimeoutException {
        OnnxPredictor predictor = open(ONE_BATCH);
        Cancellation cancellation = Cancellation.byCaller();
        CompletableFuture<List<Prediction>> call = begin(predictor, cancellation);
        CompletableFuture<Void> closing = CompletableFuture.runAsync(predictor::close);
        TimeUnit.MILLISECONDS.sleep(50);
        assertClosed(() -> predictor.predict("a")); // at once, though the other call is still waited for
        cancellation.cancel();

        closing.get(1, TimeUnit.MINUTES);
        assertThat(call).isCompletedExceptionally();
    }

    private static void assertClosed(Runnable call) {
        assertThatThrownBy(call::run)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("exported was closed; open it again");
    }

    @Test
    void predict_deadlineOfNoTime_endsBeforeTheFirstText() {
        try (OnnxPredictor predictor = open(ONE_BATCH)) {
            assertThatThrownBy(() -> predictor.predict(SHORT, Duration.ZERO))
                    .isInstanceOf(DeadlineException.class)
                    .hasMessageContaining("0 of 1 texts");
            assertThatThrownBy(() -> predictor.predict(SHORT, Duration.ofMillis(-1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("in the past");
            assertThat(predictor.predict(SHORT, Duration.ofSeconds(Long.MAX_VALUE)))
                    .hasSize(1);
        }
    }

    @Test
    void predict_oneMegabyte_isCutLikeItsBeginning() {
        String megabyte = "a b ".repeat(1 << 18);
        try (OnnxPredictor predictor = open(ONE_BATCH)) {
            assertThat(predictor.predict(megabyte)).isEqualTo(predictor.predict("a b ".repeat(200)));
            assertThat(predictor.answer(List.of(TextInput.of(megabyte))).get(0).tokens())
                    .isEqualTo(2 * (1 << 18) + 2);
        }
    }

    /** What one large batch takes is some 500 MB; Java's own heap may grow by tens. */
    @Test
    @Tag("slow")
    @EnabledOnOs(OS.LINUX) // where the system tells how much memory is resident
    void predict_unusuallyLargeBatch_givesItsMemoryBack() throws IOException {
        assertThat(growth(ONE_BATCH.withShrinkAbove(4096))).isLessThan(150_000_000);
        assertThat(growth(ONE_BATCH)).isGreaterThan(300_000_000);
    }

    private static long growth(PredictorOptions options) throws IOException {
        try (OnnxPredictor predictor = open(options)) {
            predictor.predict(SHORT);
            long before = PredictorSoakTest.resident();
            predictor.predict(LONG);
            return PredictorSoakTest.resident() - before;
        }
    }

    @Test
    void predict_null_isNamed() {
        List<TextInput> texts = new ArrayList<>(SHORT);
        Consumer<List<TextInput>> add = list -> list.add(nothing());
        add.accept(texts);
        try (OnnxPredictor predictor = open(ONE_BATCH)) {
            assertThatThrownBy(() -> predictor.predict(texts))
                    .isInstanceOf(NullPointerException.class)
                    .hasMessage("texts[1]");
            assertThat(predictor.predict(SHORT)).hasSize(1);
        }
    }

    @SuppressWarnings("NullAway") // what a caller without null checks would pass
    private static TextInput nothing() {
        return null;
    }
}
