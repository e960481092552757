package ai.graft.model.checkpoint;

import ai.graft.model.config.ConfigFile;
import ai.graft.model.network.Head;
import ai.graft.model.network.Network;
import ai.graft.model.network.Pooling;
import ai.graft.model.network.WeightSpec;
import ai.graft.model.reference.ShapeOps;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A pretrained or fine-tuned model in a directory of Hugging Face's layout: configuration, weights and what stands on top.
 * Opened, it holds memory-mapped weights and may be shared between threads.
 *
 * @param directory where it lies; the tokenizer's files are there too
 */
public record Checkpoint(Path directory, ConfigFile config, Weights weights) {

    /**
     * Opens a directory, an {@code .onnx} file of a BERT-like encoder, a short name such as {@code minilm}, or {@code
     * maven:GROUP:ARTIFACT:VERSION}; see {@link PretrainedCache#find}.
     *
     * @throws CheckpointException where there is no such model or its files are not sound
     * @throws ai.graft.model.config.ConfigException where {@code config.json} cannot be used
     */
    public static Checkpoint open(String nameOrPath) {
        return open(PretrainedCache.resolve(nameOrPath));
    }

    /**
     * Opens a directory. Where a saving was killed while it replaced the directory, the former one is put back first.
     *
     * @throws CheckpointException where its files are not sound
     */
    public static Checkpoint open(Path directory) {
        AtomicDirectory.restore(directory);
        ConfigFile config = ConfigFile.read(directory.resolve("config.json"));
        return new Checkpoint(directory, config, Weights.open(directory));
    }

    /** The network that {@code config.json} describes, without a head. */
    public Network network() {
        return Network.of(config.model());
    }

    /**
     * The head that {@code architectures} names; the bare encoder where it names none.
     *
     * @throws CheckpointException where that head has no network here
     */
    public Head head() {
        String name = config.architecture().orElse(network().className() + "Model");
        try {
            Head head = Head.ofArchitecture(name, config.labels().size());
            Optional<Pooling> pooling = config.classifierPooling().map(Pooling::parse);
            return head instanceof Head.SequenceClassification classification
                    ? new Head.SequenceClassification(classification.labels(), pooling)
                    : head;
        } catch (IllegalArgumentException e) {
            throw new CheckpointException(config.origin() + ": " + e.getMessage() + ".", e);
        }
    }

    /**
     * The network with this head and the weights that the file has for it. Weights of the head, and a pooler, that the file
     * does not have begin anew, drawn from the seed; an encoder that is not whole is refused.
     *
     * @param otherLabels whether a head of another number of labels in the file is replaced, instead of refused
     * @throws CheckpointException naming tensors and both shapes where the file does not fit
     */
    public PretrainedNetwork load(Head head, boolean otherLabels, long seed) {
        Network network = network();
        Loaded loaded = match(head);
        loaded.report().requireEncoder(network.basePrefix(), "pooler.");
        if (!otherLabels) {
            loaded.report().requireShapes();
        }
        return new PretrainedNetwork(network, head, loaded, seed);
    }

    /**
     * The same with some layers of its encoder alone, evenly spaced from the first to the last, as a student of fewer layers
     * begins (Sanh et al., arXiv 1910.01108: 0, 2, 4, 7, 9 and 11 of 12). The weights are shared.
     *
     * @throws IllegalArgumentException where it has fewer layers
     */
    public Checkpoint withLayers(int count) {
        int layers = config.model().numHiddenLayers();
        if (count < 1 || count > layers) {
            throw new IllegalArgumentException(
                    "layers is " + count + ", but " + directory + " has " + layers + ": ask for 1 to " + layers);
        }
        List<Integer> kept = IntStream.range(0, count)
                .mapToObj(i -> (int) Math.rint(i * (layers - 1) / (double) Math.max(1, count - 1)))
                .toList();
        return new Checkpoint(directory, config.withLayers(count), weights.withLayers(kept));
    }

    /** What the file has for this head, without judging it. */
    public LoadReport report(Head head) {
        return match(head).report();
    }

    private Loaded match(Head head) {
        Network network = network();
        List<WeightSpec> wanted = ShapeOps.weights(network, head);
        return WeightLoader.load(weights, wanted, network.basePrefix(), network.tiedNames(head));
    }
}
