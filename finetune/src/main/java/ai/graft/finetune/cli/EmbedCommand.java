package ai.graft.finetune.cli;

import ai.graft.datasets.Example;
import ai.graft.datasets.ExampleStream;
import ai.graft.model.checkpoint.SentenceVectors;
import ai.graft.model.network.Pooling;
import ai.graft.serving.predict.Cancellation;
import ai.graft.serving.predict.OnnxPredictor;
import ai.graft.tokenizer.TextInput;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code graft embed}: a vector for each text, computed on ONNX Runtime. */
@Command(
        name = "embed",
        abbreviateSynopsis = true,
        description = "Turn texts into vectors with a pretrained encoder.",
        footer = {
            "",
            "Example: graft embed --model minilm --texts sentences.txt --out vectors.npy",
            "         echo \"What a lovely film.\" | graft embed --model minilm --json"
        })
final class EmbedCommand extends Subcommand {
    /** Texts that are read and embedded together: enough to batch like with like. */
    private static final int TEXTS_TOGETHER = 1024;

    @Option(
            names = "--model",
            paramLabel = "D",
            required = true,
            description =
                    "A bare encoder: an exported directory, one in Hugging Face layout, or a name such as minilm.")
    private String model;

    @Option(
            names = "--texts",
            paramLabel = "F",
            description = "File of texts; standard input, a text a line, if left out or '-'.")
    private String texts = "-";

    @Mixin
    DataOptions data = new DataOptions();

    @Option(
            names = "--pooling",
            paramLabel = "P",
            description = "mean or cls; as the model's 1_Pooling/config.json says if left out.")
    private Optional<Pooling> pooling = Optional.empty();

    @Option(
            names = "--normalize",
            negatable = true,
            description = "Scale each vector to length 1, or not; as the model's modules.json says if left out.")
    private Optional<Boolean> normalize = Optional.empty();

    @Option(
            names = "--out",
            paramLabel = "F",
            description = "File to write: .npy (float32, a row a text) or .jsonl; else standard output.")
    private Optional<Path> out = Optional.empty();

    @Mixin
    private LongTextOption longTexts;

    @Mixin
    private OutputOptions output;

    @Mixin
    private ComputeOptions compute;

    @Override
    void run(Console console) throws IOException {
        VectorOutput.requireKnown(out); // before a long computation
        if (RuntimeOption.isExported(model)) {
            embed(console, Path.of(model));
            return;
        }
        try (TemporaryExport export = TemporaryExport.of(model, console)) {
            embed(console, export.directory());
        }
    }

    private void embed(Console console, Path exported) throws IOException {
        try (OnnxPredictor predictor = OnnxPredictor.open(exported, compute.predictor(longTexts.value()))) {
            SentenceVectors recipe = recipe(predictor);
            try (VectorOutput vectors = VectorOutput.open(out, output.json(), console)) {
                if (texts.equals("-")) {
                    embedLines(console, predictor, recipe, vectors);
                } else {
                    embedFile(console, predictor, recipe, vectors);
                }
            }
        }
    }

    /** What the options leave open is as the model's files say; where those say nothing, nothing is guessed. */
    private SentenceVectors recipe(OnnxPredictor predictor) {
        if (pooling.isPresent() && normalize.isPresent()) {
            return new SentenceVectors(pooling.get(), normalize.get());
        }
        Optional<SentenceVectors> card = predictor.vectors();
        if (card.isEmpty()) {
            throw new IllegalArgumentException(model + ": no 1_Pooling/config.json says how its texts become vectors."
                    + " Give --pooling mean or cls, and --normalize or --no-normalize, as the model's card has it.");
        }
        return new SentenceVectors(
                pooling.orElse(card.get().pooling()),
                normalize.orElse(card.get().normalized()));
    }

    private void embedFile(Console console, OnnxPredictor predictor, SentenceVectors recipe, VectorOutput vectors)
            throws IOException {
        try (ExampleStream rows = data.stream(Path.of(texts))) {
            console.err().println(texts + ": " + rows.description());
            for (List<Example> group = rows.next(TEXTS_TOGETHER); !group.isEmpty(); group = rows.next(TEXTS_TOGETHER)) {
                List<TextInput> inputs = new ArrayList<>(group.size());
                group.forEach(row -> inputs.add(new TextInput(row.text(), row.textPair())));
                embed(inputs, predictor, recipe, vectors);
            }
        }
    }

    private void embedLines(Console console, OnnxPredictor predictor, SentenceVectors recipe, VectorOutput vectors)
            throws IOException {
        BufferedReader reader = console.reader();
        List<TextInput> lines = new ArrayList<>();
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            lines.add(TextInput.of(line)); // an empty line too: vectors and lines must stay side by side
            if (lines.size() == TEXTS_TOGETHER) {
                embed(lines, predictor, recipe, vectors);
                lines.clear();
            }
        }
        embed(lines, predictor, recipe, vectors);
    }

    private static void embed(
            List<TextInput> inputs, OnnxPredictor predictor, SentenceVectors recipe, VectorOutput vectors)
            throws IOException {
        vectors.add(inputs, predictor.embed(inputs, recipe.pooling(), recipe.normalized(), Cancellation.byCaller()));
    }
}
