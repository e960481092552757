package ai.graft.finetune.cli;

import ai.graft.model.checkpoint.AtomicDirectory;
import ai.graft.serving.layout.Layout;
import ai.graft.serving.layout.LayoutExporter;
import ai.graft.serving.onnx.ExportOptions;
import ai.graft.serving.onnx.ExportPrecision;
import ai.graft.serving.onnx.ExportReport;
import ai.graft.serving.onnx.OnnxExporter;
import ai.graft.serving.onnx.PrecisionChoice;
import ai.graft.serving.onnx.ProofFailedException;
import ai.graft.serving.onnx.Validation;
import ai.graft.serving.predict.OnnxMetadata;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code graft export}: a checkpoint as ONNX, compared with the original before it is kept. */
@Command(
        name = "export",
        abbreviateSynopsis = true,
        description = {
            "Write a model as ONNX and prove it.",
            "The file is compared with the model's golden.json, else with arithmetic in doubles; one that differs, or in fp16"
                    + " and int8 decides otherwise, is not kept, and the exit code is 1."
        },
        footer = {
            "",
            "Example: graft export --model reviews-model --out reviews-onnx",
            "         graft export --model M --out D --precision auto --validation F"
        })
final class ExportCommand extends Subcommand {
    @Option(
            names = "--model",
            paramLabel = "MODEL",
            required = true,
            description = "A directory in Hugging Face layout, an ONNX file or a name such as minilm.")
    private String model;

    @Option(
            names = "--out",
            paramLabel = "E",
            required = true,
            description = "Directory to write; an earlier export is replaced.")
    private Path out;

    @Option(
            names = "--external-data",
            description = "Weights in model.onnx.data beside model.onnx, as always above 2 GB.")
    private boolean externalData;

    @Mixin
    private LayoutOptions layouts = new LayoutOptions();

    @Mixin
    private ExportChoices choices = new ExportChoices();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Override
    void run(Console console) throws IOException {
        try {
            ExportOptions asked = choices.options(model, externalData, console);
            Optional<Layout> layout = layouts.layout(out);
            layout.ifPresent(there -> LayoutExporter.requirePortable(asked));
            Optional<PrecisionChoice> choice = choices.auto() ? Optional.of(choose(asked, console)) : Optional.empty();
            ExportReport report = export(choice.map(PrecisionChoice::options).orElse(asked), layout);
            output.print(console, json(report, choice), output.json() ? "" : text(report, choice));
        } catch (ProofFailedException e) {
            throw new CheckFailed(model + ": " + e.getMessage());
        }
    }

    private PrecisionChoice choose(ExportOptions int8, Console console) {
        AtomicDirectory.replaceOutput(out, OnnxExporter.MARKER).close(); // complains before a long measurement
        PrecisionChoice choice = PrecisionChoice.measure(model, int8);
        console.err().print(table(choice));
        return choice;
    }

    private ObjectNode json(ExportReport report, Optional<PrecisionChoice> choice) {
        ObjectNode json = report.toJson().put("layout", layouts.name());
        choice.ifPresent(measured -> {
            json.put("chosen_because", measured.reason());
            ArrayNode candidates = json.putArray("candidates");
            measured.candidates().forEach(candidate -> candidates.add(candidate.toJson()));
        });
        return json;
    }

    /** A line for each precision that was measured. */
    private static String table(PrecisionChoice choice) {
        StringBuilder lines = new StringBuilder();
        for (PrecisionChoice.Candidate candidate : choice.candidates()) {
            String measured = candidate
                    .score()
                    .map(score -> String.format(
                            Locale.ROOT,
                            "%.1f MB, %.0f texts/s, %s %.2f",
                            candidate.megabytes(),
                            candidate.textsPerSecond(),
                            score.metric(),
                            100 * score.value()))
                    .orElse("not measured");
            lines.append(candidate.precision().label() + ": " + measured)
                    .append(candidate.refusal().map(why -> "; out: " + why).orElse(""))
                    .append(System.lineSeparator());
        }
        return lines.toString();
    }

    private ExportReport export(ExportOptions options, Optional<Layout> layout) {
        return layout.map(there -> LayoutExporter.export(model, out, options, there))
                .orElseGet(() -> OnnxExporter.export(model, out, options));
    }

    private String text(ExportReport report, Optional<PrecisionChoice> choice) {
        OnnxMetadata metadata = report.metadata();
        OnnxMetadata.Proof proof = metadata.proof();
        FactSheet sheet = new FactSheet()
                .add("exported", report.directory())
                .add("layout", layouts.name())
                .add("model", metadata.modelClass() + ", " + metadata.task())
                .add("written as", metadata.flavour() + ", " + metadata.precision())
                .add("size", String.format(Locale.ROOT, "%.1f MB", report.bytes() / 1e6))
                .add("compared with", proof.against() + ", " + proof.comparisons() + " rows, on " + proof.runtime())
                .add("off by", String.format(Locale.ROOT, "%.1e at most", proof.maxDifference()));
        if (report.options().precision() != ExportPrecision.FP32) {
            sheet.add(
                    "nearness",
                    String.format(
                            Locale.ROOT,
                            "cosine %.4f, %.1f %% of the decisions are the same",
                            proof.meanCosine(),
                            100 * proof.equalDecisions()));
        }
        choice.ifPresent(measured -> sheet.add("chosen", metadata.precision() + ": " + measured.reason()));
        report.validation().ifPresent(result -> sheet.add("validation", text(result)));
        return sheet.toString();
    }

    private static String text(Validation.Result result) {
        return String.format(
                Locale.ROOT,
                "%s %.2f, in fp32 %.2f",
                result.metric(),
                100 * result.exported(),
                100 * result.reference());
    }
}
