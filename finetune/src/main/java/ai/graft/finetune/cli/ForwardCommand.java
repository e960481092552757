package ai.graft.finetune.cli;

import ai.graft.finetune.replay.ForwardPass;
import ai.graft.finetune.replay.OnnxForwardPass;
import ai.graft.model.checkpoint.Checkpoint;
import ai.graft.model.network.Head;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code graft forward}: what a model computes from given ids. */
@Command(
        name = "forward",
        description = {
            "Show what a model computes from given ids.",
            "Weights that the model's files lack, of a head or pooler, are drawn at random; with --runtime onnx they are"
                    + " refused, and there are no hidden_states. An exported model gives what its file gives."
        },
        footer = {
            "",
            "A file that is missing or damaged ends with exit code 3; ids, masks or labels in it that do not fit the"
                    + " model, with 2."
        })
final class ForwardCommand extends Subcommand {
    private static final int VALUES_SHOWN = 4;

    @Parameters(index = "0", paramLabel = "MODEL", description = "A directory, an ONNX file or a name such as minilm.")
    private String model;

    @Parameters(
            index = "1",
            paramLabel = "INPUT",
            description = "JSON with input_ids [row][position], and where wanted attention_mask, token_type_ids,"
                    + " labels (or start_positions, end_positions); - for standard input.")
    private String input;

    @Option(
            names = "--head",
            paramLabel = "HEAD",
            description = "${COMPLETION-CANDIDATES}; what the configuration names if left out.")
    private Optional<HeadChoice> choice = Optional.empty();

    @Option(
            names = "--num-labels",
            paramLabel = "N",
            description = "Labels of the head, where not as the configuration says.")
    private Optional<Integer> numLabels = Optional.empty();

    @Mixin
    private RuntimeOption runtime = new RuntimeOption();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Mixin
    private ComputeOptions compute = new ComputeOptions();

    @Override
    void run(Console console) throws IOException {
        JsonNode batch = JsonInput.read(input, console);
        for (String key : List.of("labels", "start_positions", "end_positions")) {
            requireRows(batch, key);
        }
        ObjectNode result = compute(batch);
        output.print(console, result, output.json() ? "" : summary(result));
    }

    private ObjectNode compute(JsonNode batch) throws IOException {
        boolean onnx = runtime.isOnnx(model);
        if (RuntimeOption.isExported(model)) {
            requireNoHead();
            return OnnxForwardPass.runExported(Path.of(model), batch, compute.predictor(Optional.empty()));
        }
        Checkpoint checkpoint = Checkpoint.open(model);
        Head head = HeadChoice.asked(checkpoint, choice, numLabels);
        return onnx
                ? OnnxForwardPass.run(checkpoint, head, batch, compute.predictor(Optional.empty()))
                : ForwardPass.run(checkpoint, head, numLabels.isPresent(), batch, compute.open());
    }

    private void requireNoHead() {
        if (choice.isPresent() || numLabels.isPresent()) {
            throw new IllegalArgumentException("--head and --num-labels are for checkpoints, but " + model
                    + " is an exported model, whose head is its own. Leave them out.");
        }
    }

    private void requireRows(JsonNode batch, String key) {
        int rows = batch.path("input_ids").size();
        if (batch.hasNonNull(key) && batch.path(key).size() != rows) {
            throw new IllegalArgumentException(input + ": " + key + " has "
                    + batch.path(key).size() + " rows, input_ids has " + rows + ". Give one for each.");
        }
    }

    private static String summary(ObjectNode result) {
        FactSheet facts = new FactSheet();
        for (Map.Entry<String, JsonNode> entry : result.properties()) {
            JsonNode value = entry.getValue();
            facts.add(entry.getKey(), value.isArray() ? shape(value) + ": " + first(value) : number(value));
        }
        return facts.toString();
    }

    private static String shape(JsonNode array) {
        List<String> sizes = new ArrayList<>();
        for (JsonNode node = array; node.isArray(); node = node.path(0)) {
            sizes.add(Integer.toString(node.size()));
        }
        return String.join(" x ", sizes);
    }

    private static String first(JsonNode array) {
        JsonNode row = array;
        while (row.path(0).isArray()) {
            row = row.path(0);
        }
        List<JsonNode> values = new ArrayList<>();
        row.forEach(values::add);
        String shown =
                values.stream().limit(VALUES_SHOWN).map(ForwardCommand::number).collect(Collectors.joining(" "));
        return values.size() > VALUES_SHOWN ? shown + " …" : shown;
    }

    private static String number(JsonNode value) {
        return String.format(Locale.ROOT, "%.6f", value.asDouble());
    }
}
