package ai.graft.finetune.cli;

import ai.graft.finetune.engine.Precision;
import ai.graft.finetune.replay.Replay;
import ai.graft.model.checkpoint.Checkpoint;
import ai.graft.model.checkpoint.CheckpointException;
import ai.graft.model.checkpoint.LoraAdapter;
import ai.graft.model.checkpoint.PretrainedNetwork;
import ai.graft.model.checkpoint.SafetensorsFile;
import ai.graft.model.checkpoint.Tensor;
import ai.graft.model.network.Head;
import ai.graft.model.network.WeightSpec;
import ai.graft.model.reference.ShapeOps;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code graft replay}: a recorded training, step by step. */
@Command(
        name = "replay",
        description = {
            "Retrace a recorded training, step by step.",
            "Trains without dropout on the recorded batches, then runs forward.json beside the recording.",
            "A folder 'adapter' beside the recording, in PEFT's layout, is trained in place of the model."
        })
final class ReplayCommand extends Subcommand {
    @Parameters(
            index = "0",
            paramLabel = "MODEL",
            description = "Where it begins: a directory or a name such as minilm.")
    private String model;

    @Parameters(index = "1", paramLabel = "TRAIN.json", description = "The recording: model_class, variants, batches.")
    private Path recording;

    @Option(
            names = "--variant",
            paramLabel = "NAME",
            defaultValue = "base",
            description = "Which set of hyper-parameters; base if left out.")
    private String variant;

    @Option(
            names = "--precision",
            paramLabel = "TYPE",
            defaultValue = "fp32",
            description = "fp32 (the default) or bf16.")
    private Precision precision;

    @Option(
            names = "--head-weights",
            paramLabel = "FILE",
            description = "A safetensors file with the head's weights, where the model has none.")
    private Optional<Path> headWeights = Optional.empty();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Mixin
    private ComputeOptions compute = new ComputeOptions();

    @Override
    void run(Console console) throws IOException {
        JsonNode train = JsonInput.read(recording.toString(), console);
        JsonNode forward =
                JsonInput.read(recording.resolveSibling("forward.json").toString(), console);
        Checkpoint start = Checkpoint.open(model);
        Map<String, Tensor> given = headWeights.map(SafetensorsFile::read).orElse(Map.of());
        Head head = head(start, train, given);
        Path adapter = recording.resolveSibling("adapter");
        Replay.Start begin = new Replay.Start(
                start.config(),
                start(start, head, given),
                Files.exists(adapter) ? Optional.of(LoraAdapter.read(adapter)) : Optional.empty());
        ObjectNode result = Replay.run(begin, train, forward, variant, precision, compute.open());
        output.print(console, result, output.json() ? "" : table(result));
    }

    /** The head that the recording names, with as many labels as the weights given for it. */
    private Head head(Checkpoint start, JsonNode train, Map<String, Tensor> given) {
        int labels = given.entrySet().stream()
                .filter(entry -> entry.getKey().matches("classifier\\.(out_proj\\.)?bias"))
                .map(entry -> (int) entry.getValue().size())
                .findFirst()
                .orElse(start.config().labels().size());
        String className = train.path("model_class").asText("");
        if (className.isEmpty()) {
            throw new IllegalArgumentException(recording
                    + ": model_class is missing. Name the head there, such as BertForSequenceClassification.");
        }
        return Head.ofArchitecture(className, labels);
    }

    /** Every weight must be known: a run from random weights retraces nothing. */
    private PretrainedNetwork start(Checkpoint start, Head head, Map<String, Tensor> given) {
        PretrainedNetwork loaded = start.load(head, !given.isEmpty(), 0);
        Map<String, WeightSpec> wanted = ShapeOps.weights(loaded.network(), head).stream()
                .collect(Collectors.toMap(WeightSpec::name, spec -> spec));
        given.forEach((name, tensor) -> {
            WeightSpec spec = Optional.ofNullable(wanted.get(name)).orElseThrow(() -> refusal(name, "is no weight of"));
            if (!spec.shape().equals(tensor.shape())) {
                throw refusal(name, "is " + tensor.shape() + ", but " + spec.shape() + " in");
            }
        });
        PretrainedNetwork whole = loaded.with(given);
        List<String> absent = wanted.keySet().stream()
                .filter(name -> whole.loaded().tensor(name).isEmpty())
                .sorted()
                .toList();
        if (!absent.isEmpty()) {
            throw new CheckpointException(model + ": these weights are missing: " + String.join(", ", absent)
                    + ". Give them with --head-weights FILE.");
        }
        return whole;
    }

    private CheckpointException refusal(String name, String how) {
        return new CheckpointException(headWeights.map(Path::toString).orElse("") + ": tensor '" + name + "' " + how
                + " the network that model_class of " + recording + " names. Take the weights recorded with it.");
    }

    private static String table(ObjectNode result) {
        StringBuilder text = new StringBuilder(
                String.format(Locale.ROOT, "%5s %12s %10s %10s%n", "step", "rate", "loss", "grad norm"));
        for (JsonNode step : result.path("steps")) {
            text.append(String.format(
                    Locale.ROOT,
                    "%5d %12.4e %10.6f %10.6f%n",
                    step.path("step").asInt(),
                    step.path("lr").asDouble(),
                    step.path("loss").asDouble(),
                    step.path("grad_norm").asDouble()));
        }
        JsonNode loss = result.path("final").path("loss");
        return loss.isNumber()
                ? text.append(String.format(Locale.ROOT, "loss on forward.json: %.6f%n", loss.asDouble()))
                        .toString()
                : text.toString();
    }
}
