package ai.graft.finetune.train;

import ai.graft.finetune.engine.ParameterGroup;
import ai.graft.model.network.WeightSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sorts a network's weights into groups that are trained alike. */
public final class ParameterGroups {
    private static final Pattern LAYER = Pattern.compile("\\.?layer\\.(\\d+)\\.");

    private record Key(double learningRateFactor, double weightDecay) {}

    /** The groups where all weights above the encoder have the learning rate itself. */
    public static List<ParameterGroup> of(
            List<WeightSpec> weights,
            List<String> frozenPrefixes,
            double weightDecay,
            double layerDecay,
            int encoderLayers) {
        return of(weights, frozenPrefixes, weightDecay, layerDecay(layerDecay, encoderLayers));
    }

    /**
     * The groups. Biases and layer norms are not decayed, whatever they are called: they are the weights that do not begin as
     * random numbers.
     *
     * @param frozenPrefixes weights whose names begin with one of these are in no group
     * @param factor what the learning rate is multiplied by
     */
    static List<ParameterGroup> of(
            List<WeightSpec> weights,
            List<String> frozenPrefixes,
            double weightDecay,
            ToDoubleFunction<WeightSpec> factor) {
        Map<Key, List<String>> groups = new LinkedHashMap<>();
        for (WeightSpec weight : weights) {
            if (frozenPrefixes.stream().noneMatch(weight.name()::startsWith)) {
                double decay = weight.init().decayed() ? weightDecay : 0;
                groups.computeIfAbsent(new Key(factor.applyAsDouble(weight), decay), key -> new ArrayList<>())
                        .add(weight.name());
            }
        }
        return groups.entrySet().stream()
                .map(group -> new ParameterGroup(
                        group.getValue(),
                        group.getKey().learningRateFactor(),
                        group.getKey().weightDecay()))
                .toList();
    }

    /**
     * A factor from layer to layer: the last of n encoder layers has {@code layerDecay}, the first {@code layerDecay}ⁿ, the
     * embeddings once more, and everything above the encoder 1 (Howard and Ruder, arXiv 1801.06146).
     */
    static ToDoubleFunction<WeightSpec> layerDecay(double layerDecay, int encoderLayers) {
        return weight -> Math.pow(layerDecay, layersToTop(weight.name(), encoderLayers));
    }

    /** Whether a weight belongs to the head or to a pooler. */
    static boolean isAboveTheEncoder(WeightSpec weight) {
        return !LAYER.matcher(weight.name()).find() && !weight.name().contains("embeddings.");
    }

    /** How many layers, itself included, a weight lies below the head: 0 for the head and a pooler. */
    static int layersToTop(String name, int encoderLayers) {
        Matcher layer = LAYER.matcher(name);
        if (layer.find()) {
            return encoderLayers - Integer.parseInt(layer.group(1));
        }
        return name.contains("embeddings.") ? encoderLayers + 1 : 0;
    }

    private ParameterGroups() {}
}
