package ai.graft.model.network;

import ai.graft.model.config.ModelConfig;
import java.util.Set;

/**
 * A network with adapters beside some of its linear layers. It has the same page: whoever interprets it is told of each
 * adapter where its layer is.
 *
 * @param base what they stand beside
 */
public record LoraNetwork(Network base, Lora lora) implements Network {
    public LoraNetwork {
        if (base instanceof LoraNetwork) {
            throw new IllegalArgumentException("the network has adapters already; merge them first");
        }
    }

    @Override
    public ModelConfig config() {
        return base.config();
    }

    @Override
    public String basePrefix() {
        return base.basePrefix();
    }

    @Override
    public String className() {
        return base.className();
    }

    @Override
    public DropoutRates dropout(Head head) {
        return base.dropout(head);
    }

    @Override
    public Set<String> tiedNames(Head head) {
        return base.tiedNames(head);
    }

    /**
     * Runs the network with its adapters.
     *
     * @throws IllegalArgumentException where no layer has one of the targets' names
     */
    @Override
    public <T> Outputs<T> forward(Ops<T> ops, Head head, Extent extent) {
        LoraOps<T> adapting = new LoraOps<>(ops, lora);
        Outputs<T> outputs = base.forward(adapting, head, extent);
        adapting.requireAll();
        return outputs;
    }
}
