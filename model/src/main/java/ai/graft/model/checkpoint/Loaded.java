package ai.graft.model.checkpoint;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a checkpoint gave to a network.
 *
 * @param tensors by the network's names, in the network's order; only those that were found and fit
 * @param report what was found, what not
 */
public record Loaded(Map<String, Tensor> tensors, LoadReport report) {
    public Loaded {
        tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    }

    /** The tensor for one of the wanted names; empty if it has to be made anew. */
    public Optional<Tensor> tensor(String name) {
        return Optional.ofNullable(tensors.get(name));
    }
}
