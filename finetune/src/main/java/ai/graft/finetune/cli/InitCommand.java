package ai.graft.finetune.cli;

import ai.graft.model.checkpoint.AtomicDirectory;
import ai.graft.model.checkpoint.LoadReport;
import ai.graft.model.checkpoint.Loaded;
import ai.graft.model.checkpoint.PretrainedNetwork;
import ai.graft.model.checkpoint.SafetensorsFile;
import ai.graft.model.checkpoint.Tensor;
import ai.graft.model.config.ConfigFile;
import ai.graft.model.network.Head;
import ai.graft.model.network.Network;
import ai.graft.model.network.WeightSpec;
import ai.graft.model.reference.ShapeOps;
import ai.graft.model.task.Task;
import ai.graft.tokenizer.Tokenizer;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code graft init}: a model with random weights. */
@Command(
        name = "init",
        description = {
            "Make a new model with random weights.",
            "For training from scratch and for tests. Writes configuration, weights and tokenizer."
        })
final class InitCommand extends Subcommand {
    @Option(
            names = "--config",
            paramLabel = "FILE",
            required = true,
            description = "The sizes, as in a config.json file.")
    private Path config;

    @Option(
            names = "--tokenizer",
            paramLabel = "DIR",
            required = true,
            description = "A directory with tokenizer files.")
    private Path tokenizerFiles;

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "Where to write; must not exist.")
    private Path out;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "42", description = "Of the weights; 42 if left out.")
    private long seed;

    @Option(
            names = "--labels",
            paramLabel = "A,B",
            split = ",",
            description = "Give it a classifier with these labels; else the head that the configuration names.")
    private List<String> labels = List.of();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Override
    void run(Console console) throws IOException {
        ConfigFile asked = ConfigFile.read(config);
        Network network = Network.of(asked.model());
        Head head = labels.isEmpty() ? namedHead(asked, network) : new Task.SingleLabel(labels).head();
        long parameters;
        try (Tokenizer tokenizer = Tokenizer.load(tokenizerFiles);
                AtomicDirectory directory = AtomicDirectory.create(out)) {
            requireRoom(tokenizer, asked);
            Map<String, Tensor> weights = weights(network, head);
            parameters = weights.values().stream().mapToLong(Tensor::size).sum();
            String json = withHead(asked, network, head).toJson();
            directory.write("config.json", file -> Files.writeString(file, json));
            directory.write(
                    "model.safetensors", parameters * Float.BYTES, file -> SafetensorsFile.write(file, weights));
            directory.write("tokenizer.json", file -> tokenizer.save(directory.path()));
            directory.commit();
        }
        String text = String.format(
                Locale.ROOT, "%s: %s with %,d random parameters%n", out, network.className(head), parameters);
        output.print(
                console,
                JsonNodeFactory.instance
                        .objectNode()
                        .put("directory", out.toString())
                        .put("model_class", network.className(head))
                        .put("parameters", parameters)
                        .put("seed", seed),
                text);
    }

    private static Head namedHead(ConfigFile asked, Network network) {
        String className = asked.architecture().orElse(network.className(new Head.None()));
        return Head.ofArchitecture(className, asked.labels().size());
    }

    private ConfigFile withHead(ConfigFile asked, Network network, Head head) {
        return labels.isEmpty()
                ? asked
                : asked.withHead(
                        network.className(head), labels, Optional.of(new Task.SingleLabel(labels).problemType()));
    }

    private void requireRoom(Tokenizer tokenizer, ConfigFile asked) {
        int rows = asked.model().vocabSize();
        if (tokenizer.vocabSize() > rows) {
            throw new IllegalArgumentException(tokenizerFiles + ": the tokenizer has " + tokenizer.vocabSize()
                    + " tokens, but vocab_size of " + config + " is " + rows + ". Set vocab_size to "
                    + tokenizer.vocabSize() + " or more.");
        }
    }

    private Map<String, Tensor> weights(Network network, Head head) {
        LoadReport nothing = new LoadReport(config.toString(), List.of(), List.of(), List.of(), List.of(), List.of());
        PretrainedNetwork fresh = new PretrainedNetwork(network, head, new Loaded(Map.of(), nothing), seed);
        Map<String, Tensor> weights = new LinkedHashMap<>();
        for (WeightSpec weight : ShapeOps.weights(network, head)) {
            weights.put(weight.name(), Tensor.ofFloats(weight.shape(), fresh.values(weight)));
        }
        return weights;
    }
}
