package ai.graft.finetune.engine;

import ai.graft.fixtures.TinyNetworks;
import ai.graft.model.config.ConfigFile;
import ai.graft.model.network.DropoutRates;
import ai.graft.model.network.Head;
import ai.graft.model.network.Lora;
import ai.graft.model.network.LoraNetwork;
import ai.graft.model.network.Network;
import ai.graft.model.network.WeightSpec;
import ai.graft.model.reference.ShapeOps;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A network of {@link TinyNetworks} below a head, in the engine. */
record TinyNetwork(String name, Network network, Head head) {
    static {
        TorchNetwork.threads(1); // nothing here is worth waking a second one
    }

    /** Every configuration below every head. */
    static Stream<TinyNetwork> all() {
        return TinyNetworks.HEADS.stream().flatMap(TinyNetwork::below);
    }

    /** Every configuration below one head. */
    static Stream<TinyNetwork> below(Head head) {
        return TinyNetworks.CONFIGS.stream().map(json -> of(json, head));
    }

    /** Two layers of BERT below a classifier. */
    static TinyNetwork bert(Head head) {
        return of(TinyNetworks.CONFIGS.get(0), head);
    }

    /** The same with adapters beside every linear layer of the encoder. */
    TinyNetwork adapted() {
        Lora lora = new Lora(2, 3, List.of(Lora.ALL_LINEAR));
        return new TinyNetwork(name + ", adapters", new LoraNetwork(network, lora), head);
    }

    private static TinyNetwork of(String json, Head head) {
        Network network = Network.of(ConfigFile.parse(json, "tiny").model());
        int layers = network.config().numHiddenLayers();
        return new TinyNetwork(network.className(head) + ", " + layers + " layers, " + head, network, head);
    }

    /** Its weights by name. */
    Map<String, float[]> weights(long seed) {
        return TinyNetworks.weights(network, head, seed);
    }

    /** Names of all weights. */
    List<String> names() {
        return specs().stream().map(WeightSpec::name).toList();
    }

    /** All weights. */
    List<WeightSpec> specs() {
        return ShapeOps.weights(network, head);
    }

    TorchNetwork forPrediction(long seed, Precision precision) {
        Map<String, float[]> weights = weights(seed);
        return TorchNetwork.forPrediction(network, head, w -> named(weights, w), precision, ComputeDevice.CPU);
    }

    TorchNetwork forTraining(long seed, TrainingSetup setup) {
        Map<String, float[]> weights = weights(seed);
        return TorchNetwork.forTraining(network, head, w -> named(weights, w), setup, ComputeDevice.CPU);
    }

    private static float[] named(Map<String, float[]> weights, WeightSpec weight) {
        return weights.getOrDefault(weight.name(), new float[0]);
    }

    /** Rates that differ from site to site, or none at all. */
    static DropoutRates dropout(boolean wanted) {
        return wanted ? new DropoutRates(0.2, 0.3, 0.25, 0.15) : DropoutRates.NONE;
    }

    @Override
    public String toString() {
        return name;
    }
}
