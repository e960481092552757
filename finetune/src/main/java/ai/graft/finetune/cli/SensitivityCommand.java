package ai.graft.finetune.cli;

import ai.graft.datasets.Dataset;
import ai.graft.finetune.train.ExportedMetric;
import ai.graft.serving.onnx.ExportOptions;
import ai.graft.serving.onnx.ExportPrecision;
import ai.graft.serving.onnx.ProofFailedException;
import ai.graft.serving.onnx.Sensitivity;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code graft sensitivity}: which weights an export in int8 suffers from. */
@Command(
        name = "sensitivity",
        abbreviateSynopsis = true,
        description = {
            "Measure which weights int8 hurts.",
            "The model is exported in int8 once whole, and once for each layer and each kind of linear layer with this part"
                    + " kept in fp32. What leaves the least error is what 'graft export --keep-fp32' should name."
        },
        footer = {"", "Example: graft sensitivity --model reviews-model --validation reviews.csv"})
final class SensitivityCommand extends Subcommand {
    @Option(
            names = "--model",
            paramLabel = "MODEL",
            required = true,
            description = "A text classifier or regressor in Hugging Face layout.")
    private String model;

    @Option(names = "--validation", paramLabel = "F", required = true, description = "Labelled texts to measure on.")
    private String validation;

    @Mixin
    private FlavourOptions flavour = new FlavourOptions();

    @Mixin
    private DataOptions data = new DataOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Override
    void run(Console console) throws IOException {
        ExportOptions int8 = new ExportOptions(
                false, flavour.flavour(), ExportPrecision.INT8, flavour.scale(), List.of(), Optional.empty());
        Dataset texts = data.read(validation);
        console.err().println(validation + ": " + texts.description());
        try {
            ExportedMetric metric = ExportedMetric.of(model, texts);
            Sensitivity found =
                    Sensitivity.measure(model, int8, metric.texts(), metric, (done, all) -> report(console, done, all));
            output.print(console, found.toJson(), output.json() ? "" : text(found));
        } catch (ProofFailedException e) {
            throw new CheckFailed(model + ": " + e.getMessage());
        }
    }

    private static void report(Console console, int done, int all) {
        String line = "measured " + done + " of " + all + " parts";
        if (console.interactive()) {
            console.err().print("\r" + line + (done == all ? "\n" : ""));
            console.err().flush();
        } else if (done == all) {
            console.err().println(line);
        }
    }

    private static String text(Sensitivity found) {
        String metric = found.fp32().metric();
        int width = found.parts().stream()
                .mapToInt(part -> part.kept().length())
                .max()
                .orElse(0);
        String row = "%-" + Math.max(width, 16) + "s %9.2f %% %9.2f%n";
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT, "%-" + Math.max(width, 16) + "s %11s %9s%n", "kept in fp32", "off by", metric));
        text.append(String.format(
                Locale.ROOT, row, "everything", 0.0, 100 * found.fp32().value()));
        for (Sensitivity.Part part : found.parts()) {
            text.append(line(row, part.kept(), part));
        }
        return text.append(line(row, "nothing", found.int8())).toString();
    }

    private static String line(String row, String kept, Sensitivity.Part part) {
        return String.format(
                Locale.ROOT, row, kept, 100 * part.error(), 100 * part.score().value());
    }
}
