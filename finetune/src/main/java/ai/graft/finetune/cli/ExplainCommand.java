package ai.graft.finetune.cli;

import ai.graft.finetune.engine.Precision;
import ai.graft.finetune.explain.DeletionCurve;
import ai.graft.finetune.explain.Explanation;
import ai.graft.finetune.explain.IntegratedGradients;
import ai.graft.finetune.report.ExplanationPage;
import ai.graft.finetune.train.FineTuned;
import ai.graft.tokenizer.TextInput;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code graft explain}: which words carried a classifier's answers. */
@Command(
        name = "explain",
        abbreviateSynopsis = true,
        description = "Show which words carried a prediction.",
        footer = {
            "",
            "Example: graft explain --model reviews-model --text \"What a lovely film.\"",
            "         graft explain --model reviews-model --html why.html new.csv --most 20"
        })
final class ExplainCommand extends Subcommand {
    /** Of the words that a curve of deletion draws. */
    private static final long SEED = 42;

    @Option(
            names = "--model",
            paramLabel = "D",
            required = true,
            description = "Directory of a fine-tuned classifier, not exported.")
    private String model;

    @Parameters(paramLabel = "FILE", arity = "0..*", description = "Files of texts.")
    private List<Path> files = List.of();

    @Option(names = "--text", paramLabel = "TEXT", description = "A text; may be given several times.")
    private List<String> texts = List.of();

    @Option(names = "--pair", paramLabel = "TEXT", description = "Second text of a single text.")
    private Optional<String> pair = Optional.empty();

    @Option(names = "--most", paramLabel = "N", description = "Texts of the files at most; all if left out.")
    private int most = Integer.MAX_VALUE;

    @Option(names = "--label", paramLabel = "L", description = "The label to explain; the predicted one if left out.")
    private Optional<String> label = Optional.empty();

    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "Places to integrate over, 50 by default; more where the error is above 2 %%.")
    private int steps = IntegratedGradients.DEFAULT_STEPS;

    @Option(names = "--html", paramLabel = "F", description = "HTML to write: the texts with their words in colour.")
    private Optional<Path> html = Optional.empty();

    @Option(
            names = "--deletion",
            description = "In place of words: how the score falls as they are deleted, beside words at random.")
    private boolean deletion;

    @Mixin
    private OutputOptions output;

    @Mixin
    private ComputeOptions compute;

    @Override
    void run(Console console) throws IOException {
        if (texts.isEmpty() && files.isEmpty()) {
            throw new IllegalArgumentException(
                    "there is nothing to explain. Give --text \"a text\", or a file of texts.");
        }
        if (pair.isPresent() && texts.size() != 1) {
            throw new IllegalArgumentException(
                    "--pair is the second of one text, but there are " + texts.size() + ". Give --text once.");
        }
        if (most < 1) {
            throw new IllegalArgumentException("--most is " + most + ", it must be 1 or more");
        }
        requireClassifier();
        try (FineTuned opened = FineTuned.open(model, Precision.FP32, compute.open())) {
            explain(console, opened);
        }
    }

    private void requireClassifier() throws IOException {
        if (RuntimeOption.isExported(model)) {
            throw new IllegalArgumentException(model + " is an exported model, which has no gradients."
                    + " Name the directory that it was exported from.");
        }
        if (RuntimeOption.answersQuestions(model)) {
            throw new IllegalArgumentException(model
                    + " answers questions, but only labels are explained. Name a single-label or multi-label model.");
        }
    }

    private void explain(Console console, FineTuned opened) throws IOException {
        List<Explanation> kept = new ArrayList<>();
        for (TextInput input : inputs(console)) {
            Explanation explanation = opened.explain(input, label, steps);
            if (html.isPresent() || deletion) {
                kept.add(explanation);
            }
            if (!deletion) {
                output.print(
                        console,
                        ExplanationOutput.json(explanation),
                        ExplanationOutput.text(explanation, console.interactive()));
                console.out().flush();
            }
            note(console, explanation);
        }
        if (deletion) {
            DeletionCurve curve = DeletionCurve.of(kept, opened::predict, SEED);
            output.print(console, ExplanationOutput.json(curve), ExplanationOutput.text(curve));
        }
        if (html.isPresent()) {
            ExplanationPage.write(html.get(), model, kept);
            console.err().println("explanations: " + html.get());
        }
    }

    private static void note(Console console, Explanation explanation) {
        if (explanation.cut()) {
            console.err().println("graft: the text is longer than the model reads at once; its rest is not explained");
        }
        if (explanation.error() > IntegratedGradients.ALLOWED_ERROR) {
            console.err()
                    .println("graft: the parts of the words do not sum up to the difference of the logits within 2 %,"
                            + " even with " + explanation.steps() + " steps: the logits hardly differ");
        }
    }

    private List<TextInput> inputs(Console console) {
        List<TextInput> inputs = new ArrayList<>();
        texts.forEach(text -> inputs.add(new TextInput(text, pair)));
        files.forEach(file -> inputs.addAll(TextFiles.read(file, most, console)));
        return inputs;
    }
}
