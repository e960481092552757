package ai.graft.finetune.train;

import ai.graft.model.network.WeightSpec;
import java.util.List;

/** Which weights keep their pretrained values. The head, and a pooler, are always trained. */
public sealed interface Freeze {

    /** Whether a weight that lies so deep is frozen: 0 embeddings, 1 the first layer, … ; the head lies above all. */
    boolean freezes(int depth);

    /** Everything is trained. */
    record Nothing() implements Freeze {
        @Override
        public boolean freezes(int depth) {
            return false;
        }

        @Override
        public String toString() {
            return "nothing";
        }
    }

    /** The embeddings and the first layers are frozen; 0 layers for the embeddings alone. */
    record Layers(int count) implements Freeze {
        public Layers {
            if (count < 0) {
                throw new IllegalArgumentException("freeze layers:" + count + ", expected 0 or more");
            }
        }

        @Override
        public boolean freezes(int depth) {
            return depth <= count;
        }

        @Override
        public String toString() {
            return count == 0 ? "embeddings" : "layers:" + count;
        }
    }

    /** The embeddings and all layers are frozen. */
    record Encoder() implements Freeze {
        @Override
        public boolean freezes(int depth) {
            return true;
        }

        @Override
        public String toString() {
            return "encoder";
        }
    }

    /** Reads {@code nothing}, {@code embeddings}, {@code layers:N} or {@code encoder}. */
    static Freeze parse(String text) {
        if (text.matches("layers:\\d{1,4}")) {
            return new Layers(Integer.parseInt(text.substring("layers:".length())));
        }
        return switch (text) {
            case "nothing" -> new Nothing();
            case "embeddings" -> new Layers(0);
            case "encoder" -> new Encoder();
            default ->
                throw new IllegalArgumentException(
                        "freeze is '" + text + "', expected embeddings, layers:N, encoder or nothing");
        };
    }

    /**
     * The names of the frozen weights of a network with so many encoder layers.
     *
     * @throws IllegalArgumentException for more layers than there are
     */
    default List<String> names(List<WeightSpec> weights, int encoderLayers) {
        if (this instanceof Layers layers && layers.count() > encoderLayers) {
            throw new IllegalArgumentException(
                    "freeze " + layers + ": the model has " + encoderLayers + " layers; 'encoder' freezes them all");
        }
        return weights.stream()
                .map(WeightSpec::name)
                .filter(name -> {
                    int below = ParameterGroups.layersToTop(name, encoderLayers);
                    return below > 0 && freezes(encoderLayers + 1 - below);
                })
                .toList();
    }
}
