package ai.graft.model.checkpoint;

import ai.graft.model.network.Head;
import ai.graft.model.network.Lora;
import ai.graft.model.network.LoraNetwork;
import ai.graft.model.network.Network;
import ai.graft.model.network.WeightSpec;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * A network, its head, and the start of every weight: from a checkpoint, or anew by the configuration's {@code
 * initializer_range}. May be shared between threads.
 *
 * @param loaded what the checkpoint gave
 * @param seed of the weights that begin anew; each draws from its own stream, so one more weight changes no other
 */
public record PretrainedNetwork(Network network, Head head, Loaded loaded, long seed) {

    /** Whether the weight begins anew: the checkpoint has none of that name and shape. */
    public boolean isFresh(WeightSpec weight) {
        return loaded.tensor(weight.name()).isEmpty();
    }

    /** A new array with the weight's elements in row order. */
    public float[] values(WeightSpec weight) {
        Optional<Tensor> tensor = loaded.tensor(weight.name());
        return tensor.isPresent() ? tensor.get().toFloats() : fresh(weight);
    }

    /** The same with some weights in place of those that stood here. */
    public PretrainedNetwork with(Map<String, Tensor> replacements) {
        Map<String, Tensor> tensors = new LinkedHashMap<>(loaded.tensors());
        tensors.putAll(replacements);
        return new PretrainedNetwork(network, head, new Loaded(tensors, loaded.report()), seed);
    }

    /** The same network with every weight begun anew: what it knows without its pretraining. */
    public PretrainedNetwork anew() {
        return new PretrainedNetwork(network, head, new Loaded(Map.of(), loaded.report()), seed);
    }

    /** The same with adapters, which begin anew, beside its linear layers. */
    public PretrainedNetwork adapted(Lora lora) {
        return new PretrainedNetwork(new LoraNetwork(network, lora), head, loaded, seed);
    }

    private float[] fresh(WeightSpec weight) {
        float[] values = new float[Math.toIntExact(weight.size())];
        switch (weight.init()) {
            case ZEROS, ADAPTER_UP -> {}
            case ONES -> Arrays.fill(values, 1);
            case NORMAL -> {
                SplittableRandom random = random(weight);
                double deviation = network.config().initializerRange();
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) (random.nextGaussian() * deviation);
                }
            }
            case ADAPTER_DOWN -> {
                SplittableRandom random = random(weight);
                double bound = 1 / Math.sqrt(weight.shape().get(1));
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) random.nextDouble(-bound, bound);
                }
            }
        }
        return values;
    }

    private SplittableRandom random(WeightSpec weight) {
        return new SplittableRandom(seed * 31 + weight.name().hashCode());
    }
}
