package ai.graft.finetune.cli;

import ai.graft.datasets.Dataset;
import ai.graft.datasets.Split;
import ai.graft.finetune.evaluate.Evaluation;
import ai.graft.finetune.evaluate.Interval;
import ai.graft.finetune.train.FineTuned;
import ai.graft.finetune.train.FineTuning;
import ai.graft.finetune.train.Trained;
import ai.graft.finetune.train.TrainingOptions;
import ai.graft.model.checkpoint.AtomicDirectory;
import ai.graft.model.checkpoint.DType;
import ai.graft.model.task.Prediction;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code graft demo}: the main job from end to end on a bundled sample. */
@Command(name = "demo", description = "Fine-tune minilm on bundled short reviews, in a minute.")
final class DemoCommand extends Subcommand {
    private static final String REVIEWS = "/ai/graft/demo/reviews.tsv";
    private static final double TEST_SHARE = 0.25;
    private static final List<String> NEW_TEXTS = List.of(
            "The soup was cold, the waiter was rude and we left hungry.",
            "I did not expect much, yet I have already read it twice.",
            "It does what it says and the battery lasts all week.");

    @Option(names = "--out", paramLabel = "D", description = "Directory of the model to write (${DEFAULT-VALUE}).")
    Path out = Path.of("graft-demo");

    @Option(names = "--seed", paramLabel = "N", description = "Decides all that is random (${DEFAULT-VALUE}).")
    long seed = 42;

    @Mixin
    private OutputOptions output;

    @Mixin
    private ComputeOptions compute;

    @Override
    void run(Console console) throws IOException {
        try (AtomicDirectory directory = Trained.reserve(out)) {
            run(console, directory);
        }
    }

    private void run(Console console, AtomicDirectory directory) throws IOException {
        Dataset reviews = reviews();
        Split split = reviews.stratifiedSplit(TEST_SHARE, 7);
        console.err().println("Data: short reviews, " + reviews.description());
        console.err()
                .println(String.format(
                        Locale.ROOT,
                        "      %,d to train on, %,d to test with; for example",
                        split.train().size(),
                        split.rest().size()));
        split.train().examples().stream()
                .limit(3)
                .forEach(example ->
                        console.err().println("      " + example.labels().get(0) + ": " + example.text()));
        TrainingOptions options =
                TrainingOptions.builder().seed(seed).device(compute.open()).build();
        try (TrainingDisplay display = new TrainingDisplay(console);
                FineTuned tuned = FineTuning.of("minilm")
                        .options(options)
                        .listener(display)
                        .into(directory, DType.F32)
                        .train(split.train())) {
            display.close();
            tuned.save(directory, DType.F32);
            report(console, tuned, tuned.evaluate(split.rest()));
        }
    }

    private void report(Console console, FineTuned tuned, Evaluation evaluation) throws IOException {
        if (output.json()) {
            ObjectNode json = evaluation.toJson();
            json.put("split", "test");
            JsonOutput.print(console, json);
            return;
        }
        Interval interval = evaluation.interval("accuracy");
        console.out()
                .println(String.format(
                        Locale.ROOT,
                        "%nTest, reviews the model has not seen: accuracy %.1f %% (95 %% interval %.1f to %.1f)%n",
                        100 * evaluation.metric("accuracy"),
                        100 * interval.low(),
                        100 * interval.high()));
        console.out().println(evaluation.table());
        console.out().println("\nThree new texts");
        for (String text : NEW_TEXTS) {
            Prediction prediction = tuned.predict(text);
            console.out()
                    .println(String.format(
                            Locale.ROOT, "  %-8s %.2f  %s", prediction.label(), prediction.score(), text));
        }
        console.out()
                .println(String.join(
                        System.lineSeparator(),
                        "",
                        "Written to " + out + ": the model in Hugging Face's layout, a model card (README.md),",
                        "  the learning curve (curve.png) and the confusion matrix (confusion.png),",
                        "  and all figures on one page (report.html), to be opened in a browser.",
                        "Go on:",
                        "  ./graft predict --model " + out + " \"Better than I feared.\"",
                        "  ./graft inspect " + out,
                        "  ./graft train --train YOUR-FILE.csv --out YOUR-MODEL"));
    }

    private static Dataset reviews() throws IOException {
        try (InputStream resource = Objects.requireNonNull(DemoCommand.class.getResourceAsStream(REVIEWS), REVIEWS)) {
            Path folder = Files.createTempDirectory("graft-demo");
            Path file = folder.resolve("reviews.tsv");
            try {
                Files.copy(resource, file);
                return Dataset.read(file);
            } finally {
                Files.deleteIfExists(file);
                Files.delete(folder);
            }
        }
    }
}
