package ai.graft.finetune.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.graft.datasets.Dataset;
import ai.graft.datasets.DatasetException;
import ai.graft.finetune.engine.Precision;
import ai.graft.finetune.engine.Targets;
import ai.graft.finetune.engine.TorchNetwork;
import ai.graft.finetune.report.HistoryPoint;
import ai.graft.model.checkpoint.Checkpoint;
import ai.graft.model.config.ModelConfig;
import ai.graft.model.network.Head;
import ai.graft.model.task.Loss;
import ai.graft.model.task.Task;
import ai.graft.tokenizer.LengthLimit;
import ai.graft.tokenizer.LongTexts;
import ai.graft.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Continued masked-language modelling of {@link TinyCheckpoint}, whose language has one sentence in it. */
class DomainAdaptationTest {
    private static final String SENTENCE = "the film was good and the story was great .";

    @TempDir
    static Path folder;

    private static String base = "";

    @BeforeAll
    static void writeCheckpoint() {
        TorchNetwork.threads(1);
        base = TinyCheckpoint.write(folder.resolve("base")).toString();
    }

    private static Dataset corpus(String... documents) {
        try {
            Path file = Files.write(Files.createTempFile(folder, "corpus", ".txt"), List.of(documents));
            return DomainAdaptation.read(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Dataset repeated(int documents) {
        return corpus(Collections.nCopies(documents, SENTENCE).toArray(String[]::new));
    }

    private static DomainAdaptation adaptation() {
        return DomainAdaptation.of(base)
                .precision(Precision.FP32)
                .learningRate(1e-2)
                .epochs(6)
                .batchSize(4)
                .maxLength(24);
    }

    @Test
    void adapt_repetitiveCorpus_perplexityFallsAndTheModelIsASoundStart() throws IOException {
        List<String> notes = new ArrayList<>();
        AtomicInteger tokens = new AtomicInteger();
        Path out = folder.resolve("adapted");
        TrainingListener listener = new TrainingListener() {
            @Override
            public void note(String text) {
                notes.add(text);
            }

            @Override
            public void step(int step, int total, double loss, long examplesDone) {
                tokens.set((int) examplesDone);
            }
        };
        try (Adapted adapted = adaptation().listener(listener).adapt(repeated(60))) {
            // A head that begins anew knows nothing: about as many guesses as the vocabulary has tokens.
            assertThat(adapted.perplexityBefore()).isBetween(0.5 * TinyCheckpoint.VOCAB, 2.0 * TinyCheckpoint.VOCAB);
            assertThat(adapted.perplexity()).isLessThan(6);
            TrainingReport report = adapted.report().orElseThrow();
            assertThat(report.trainTexts()).isEqualTo(57); // a twentieth is held back
            assertThat(report.validation().examples()).isEqualTo(3);
            HistoryPoint start = report.history().points().get(0);
            assertThat(start.step()).isZero();
            assertThat(start.validation()).containsEntry("perplexity", adapted.perplexityBefore());
            adapted.save(out);
        }
        assertThat(notes)
                .anyMatch(note -> note.startsWith("no masked-LM head in the checkpoint: cls.predictions.bias"))
                .anyMatch(note -> note.contains("0.15 of the words hidden; judged by 35 tokens of 3 other documents"));
        // Two sentences of ten tokens with a separator each and [CLS] in a window of 24; 57 are 28 windows and one of
        // half.
        assertThat(tokens.get()).isEqualTo(6 * (28 * 23 + 12));
        assertSaved(out);
        assertThat(out.resolve("README.md"))
                .content()
                .contains(
                        "pipeline_tag: fill-mask", "graft train --model DIR", "perplexity\\_before", "| mask | 0.15 |");
        assertThat(out.resolve("report.html"))
                .content()
                .contains("masked lm, begun from base", "Validation perplexity")
                .doesNotContain("every text was answered rightly");
        try (FineTuned tuned = FineTuning.of(out.toString())
                .options(TinyTraining.options().epochs(1).build())
                .train(TinyData.reviews("train.tsv", 64, 1), TinyData.reviews("validation.tsv", 20, 2))) {
            assertThat(tuned.predict("a good film").label()).isIn("good", "bad");
        }
    }

    private static void assertSaved(Path out) throws IOException {
        Checkpoint saved = Checkpoint.open(out);
        assertThat(saved.config().architecture()).contains("BertForMaskedLM");
        assertThat(saved.head()).isEqualTo(new Head.MaskedLm());
        assertThat(saved.report(saved.head()).missing()).isEmpty();
        assertThat(saved.report(saved.head()).unexpected()).isEmpty();
        assertThat(out).isDirectoryContaining("glob:**/tokenizer.json").isDirectoryContaining("glob:**/history.csv");
        assertThat(Files.readString(out.resolve("graft.json"))).contains("\"task\" : \"masked-lm\"", "\"mask\" : 0.15");
    }

    /** The saved perplexity is that of the saved weights: judged again as a start, it is the same to fp32's rounding. */
    @Test
    void adapt_savedModel_startsWhereTheOtherEnded() throws IOException {
        Dataset train = repeated(30);
        Dataset other = corpus("the plot was bad .", "we saw this movie in the end and it was awful .");
        Path out = folder.resolve("first");
        double perplexity;
        try (Adapted adapted = adaptation().epochs(2).adapt(train, other)) {
            perplexity = adapted.perplexity();
            adapted.save(out);
        }
        try (Adapted again = DomainAdaptation.of(out.toString())
                .precision(Precision.FP32)
                .maxLength(24)
                .seed(7)
                .adapt(train, other)) {
            assertThat(again.perplexityBefore()).isCloseTo(perplexity, within(1e-4 * perplexity));
        }
    }

    @Test
    void adapt_sameSeed_sameLossesBitByBit() {
        Dataset corpus = repeated(20);
        List<List<Double>> losses = new ArrayList<>();
        for (long seed : new long[] {1, 1, 2}) {
            try (Adapted adapted = adaptation().epochs(1).seed(seed).adapt(corpus)) {
                losses.add(adapted.report().orElseThrow().history().points().stream()
                        .map(HistoryPoint::loss)
                        .toList());
            }
        }
        assertThat(losses.get(0)).isEqualTo(losses.get(1)).isNotEqualTo(losses.get(2));
    }

    @Test
    void batch_otherPass_hidesOtherWordsAndTheSamePassTheSame() {
        try (Tokenizer tokenizer = Tokenizer.load(Path.of(base))) {
            ModelConfig model = Checkpoint.open(base).config().model();
            Dataset corpus = repeated(20);
            TrainingOptions settings = TrainingOptions.defaults();
            Material material = new MaskedLesson(settings, new Task.MaskedWords(0.15), corpus, corpus)
                    .prepare(tokenizer, model, new LengthLimit(24, LongTexts.WINDOWS));
            int[] rows = {3, 0, 5};

            LabelledBatch first = material.batch(rows, 0);
            LabelledBatch second = material.batch(rows, 1);

            assertThat(first.inputs().inputIds())
                    .isEqualTo(material.batch(rows, 0).inputs().inputIds());
            assertThat(labels(first)).isEqualTo(labels(material.batch(rows, 0))).isNotEqualTo(labels(second));
            assertThat(first.amount()).isEqualTo(3 * 23);
            int[] original = tokenizer.encode(SENTENCE).inputIds(); // [CLS], ten tokens, [SEP]
            for (int i = 0; i < labels(first).length; i++) {
                int place = i % 23;
                int token = original[place > 11 ? place - 11 : place];
                assertThat(labels(first)[i]).isIn(Loss.IGNORED, token);
            }
        }
    }

    private static int[] labels(LabelledBatch batch) {
        return ((Targets.Ids) batch.targets()).values();
    }

    /** Eight steps an epoch, so that the tenth is between two evaluations. */
    @Test
    void adapt_stopped_judgesThatStepAndGivesTheBestSoFar() {
        AtomicInteger done = new AtomicInteger();
        TrainingListener listener = new TrainingListener() {
            @Override
            public void step(int step, int total, double loss, long examplesDone) {
                done.set(step);
            }
        };
        try (Adapted adapted =
                adaptation().listener(listener).stopWhen(() -> done.get() >= 10).adapt(repeated(60))) {
            TrainingReport report = adapted.report().orElseThrow();
            assertThat(report.steps()).isEqualTo(10);
            assertThat(report.history().points().get(10).validation()).containsKey("perplexity");
            assertThat(report.best().orElseThrow().step()).isIn(8, 10);
            assertThat(adapted.perplexity()).isLessThan(adapted.perplexityBefore());
        }
    }

    /** What knows its few sentences by heart forgets them over another one. */
    @Test
    void adapt_nothingBetterThanTheStart_keepsTheStart() {
        Dataset others = corpus(
                Collections.nCopies(60, "this actor saw music in the end").toArray(String[]::new));
        Path start = folder.resolve("start");
        try (Adapted adapted = adaptation().adapt(others)) {
            adapted.save(start);
        }
        try (Adapted adapted = DomainAdaptation.of(start.toString())
                .precision(Precision.FP32)
                .learningRate(1e-2)
                .maxLength(24)
                .adapt(repeated(60), others)) {
            BestWeights best = adapted.report().orElseThrow().best().orElseThrow();
            assertThat(best.step()).isZero();
            assertThat(adapted.perplexity()).isCloseTo(adapted.perplexityBefore(), within(1e-3 * best.value()));
        }
    }

    @Test
    void adapt_oneDocument_asksForMoreOrForValidation() {
        assertThatThrownBy(() -> adaptation().adapt(corpus(SENTENCE)))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("holds one document")
                .hasMessageContaining("Put each document on a line of its own")
                .hasMessageContaining("--validation");
        try (Adapted adapted = adaptation().epochs(1).adapt(corpus(SENTENCE), corpus(SENTENCE))) {
            assertThat(adapted.report().orElseThrow().steps()).isEqualTo(1);
        }
    }

    @Test
    void adapt_noKnownWord_namesTheFile() {
        Dataset foreign = corpus("\u2603", "\u2604");
        assertThatThrownBy(() -> adaptation().adapt(foreign))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining(foreign.name() + ": none of its ")
                .hasMessageContaining("a word that the model's vocabulary knows");
    }

    @Test
    void adapt_maxLengthOutOfRange_namesBothNumbers() {
        Dataset corpus = repeated(4);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> adaptation().maxLength(65).adapt(corpus))
                .withMessage("max-length is 65, the model has room for 64 tokens");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> adaptation().maxLength(3).adapt(corpus))
                .withMessage("max-length is 3, expected 4 or more");
    }

    @Test
    void mask_outOfRange_isRefused() {
        for (double share : new double[] {0, -1, 0.91, Double.NaN}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> adaptation().mask(share))
                    .withMessage("mask is " + share + ", expected a share of the words above 0 and at most 0.9");
        }
    }

    @Test
    void adapt_stoppedBeforeTheFirstStep_keepsTheStart() {
        try (Adapted adapted = adaptation().stopWhen(() -> true).adapt(repeated(10))) {
            assertThat(adapted.report().orElseThrow().steps()).isZero();
            assertThat(adapted.perplexity()).isCloseTo(adapted.perplexityBefore(), within(1e-3));
        } catch (CancellationException e) {
            throw new AssertionError("the start is worth keeping", e);
        }
    }

    @Test
    void perplexityBefore_ofAFineTuning_isNotThere() {
        try (FineTuned tuned = FineTuning.of(base)
                .options(TinyTraining.options().epochs(1).build())
                .train(TinyData.reviews("train.tsv", 16, 1), TinyData.reviews("validation.tsv", 8, 2))) {
            assertThat(TinyTraining.report(tuned).perplexityBefore()).isEqualTo(OptionalDouble.empty());
        }
    }
}
