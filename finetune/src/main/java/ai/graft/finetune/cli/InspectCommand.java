package ai.graft.finetune.cli;

import ai.graft.finetune.cli.Inspection.Known;
import ai.graft.model.checkpoint.LoadReport;
import ai.graft.model.checkpoint.Mismatch;
import ai.graft.model.checkpoint.Tensor;
import ai.graft.model.config.ModelConfig;
import ai.graft.model.network.Head;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code graft inspect}: what a model's files hold. */
@Command(
        name = "inspect",
        description = {
            "Show what a model's files hold.",
            "Architecture, sizes, tensors, and which weights of its network the files lack or have too many of."
        })
final class InspectCommand extends Subcommand {
    private static final int NAMES_SHOWN = 4;

    @Parameters(
            paramLabel = "MODEL",
            description =
                    "A directory in Hugging Face layout, a safetensors, PyTorch or ONNX file, a name such as minilm,"
                            + " or maven:GROUP:ARTIFACT:VERSION.")
    private String model;

    @Option(names = "--tensors", description = "List every tensor.")
    private boolean listTensors;

    @Option(
            names = "--head",
            paramLabel = "HEAD",
            description = "Compare with a network of this head: ${COMPLETION-CANDIDATES}.")
    private Optional<HeadChoice> choice = Optional.empty();

    @Option(
            names = "--num-labels",
            paramLabel = "N",
            description = "Compare with a head of N labels, whatever the configuration says.")
    private Optional<Integer> numLabels = Optional.empty();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Override
    void run(Console console) throws IOException {
        Inspection inspection = Inspection.of(model, choice, numLabels);
        output.print(console, json(inspection), output.json() ? "" : text(inspection));
    }

    private static ObjectNode json(Inspection inspection) {
        ObjectNode out = JsonNodeFactory.instance.objectNode();
        inspection.modelType().ifPresent(type -> out.put("architecture", type));
        inspection.network().ifPresent(known -> out.put("model_class", className(known)));
        out.put("parameters", inspection.parameters());
        ArrayNode tensors = out.putArray("tensors");
        inspection.weights().tensors().forEach((name, tensor) -> {
            ObjectNode entry = tensors.addObject().put("name", name);
            entry.put("dtype", tensor.dtype().name());
            put(entry.putArray("shape"), tensor.shape());
        });
        if (inspection.network().isPresent()) {
            putLoading(out, inspection.network().get().report());
        } else {
            out.put("note", inspection.note());
        }
        return out;
    }

    private static void putLoading(ObjectNode out, LoadReport report) {
        report.missing().forEach(out.putArray("missing")::add);
        report.unexpected().forEach(out.putArray("unexpected")::add);
        ArrayNode mismatched = out.putArray("mismatched");
        for (Mismatch mismatch : report.mismatched()) {
            ArrayNode entry = mismatched.addArray().add(mismatch.name());
            put(entry.addArray(), mismatch.fileShape());
            put(entry.addArray(), mismatch.modelShape());
        }
    }

    private static void put(ArrayNode array, List<Integer> shape) {
        shape.forEach(array::add);
    }

    private static String className(Known known) {
        return known.checkpoint().network().className(known.head());
    }

    private String text(Inspection inspection) {
        FactSheet facts = new FactSheet().add("model", model);
        if (!inspection.place().toString().equals(model)) {
            facts.add("directory", inspection.place());
        }
        inspection.modelType().ifPresent(type -> facts.add("architecture", type));
        inspection.sizes().ifPresent(sizes -> addSizes(facts, sizes));
        facts.add("parameters", String.format(Locale.ROOT, "%,d", inspection.parameters()));
        facts.add("tensors", tensorCounts(inspection));
        inspection.network().ifPresent(known -> addNetwork(facts, known));
        if (!inspection.note().isEmpty()) {
            facts.add("note", inspection.note());
        }
        return facts + (listTensors ? "\n" + tensorTable(inspection) : "");
    }

    private static void addSizes(FactSheet facts, ModelConfig sizes) {
        facts.add("layers", sizes.numHiddenLayers())
                .add("hidden size", sizes.hiddenSize())
                .add("vocabulary", sizes.vocabSize())
                .add("longest input", sizes.maxTokens() + " tokens");
    }

    private static void addNetwork(FactSheet facts, Known known) {
        facts.add("head", className(known));
        List<String> labels = known.checkpoint().config().labels();
        if (known.head() instanceof Head.SequenceClassification || known.head() instanceof Head.TokenClassification) {
            facts.add("labels", labels.size() + ": " + shortened(labels));
        }
        LoadReport report = known.report();
        if (report.missing().isEmpty() && report.mismatched().isEmpty()) {
            facts.add("weights", "all there");
        }
        addNames(facts, "missing", report.missing());
        addNames(facts, "unexpected", report.unexpected());
        report.mismatched().forEach(mismatch -> facts.add("other shape", mismatch));
        report.notes().forEach(note -> facts.add("note", note));
    }

    private static void addNames(FactSheet facts, String what, List<String> names) {
        if (!names.isEmpty()) {
            facts.add(what, names.size() + ": " + shortened(names));
        }
    }

    private static String shortened(List<String> names) {
        String shown = names.stream().limit(NAMES_SHOWN).collect(Collectors.joining(", "));
        int more = names.size() - NAMES_SHOWN;
        return more <= 0 ? shown : shown + ", and " + more + " more (--json lists all)";
    }

    private static String tensorCounts(Inspection inspection) {
        String types = inspection.dtypes().entrySet().stream()
                .map(entry -> entry.getValue() + " " + entry.getKey())
                .collect(Collectors.joining(", "));
        return inspection.weights().tensors().size() + " (" + types + ")";
    }

    private static String tensorTable(Inspection inspection) {
        StringBuilder text = new StringBuilder();
        inspection
                .weights()
                .tensors()
                .forEach((name, tensor) -> text.append(
                        String.format(Locale.ROOT, "%-4s %-16s %s%n", tensor.dtype(), shape(tensor), name)));
        return text.toString();
    }

    private static String shape(Tensor tensor) {
        return tensor.shape().stream().map(String::valueOf).collect(Collectors.joining(" x "));
    }
}
