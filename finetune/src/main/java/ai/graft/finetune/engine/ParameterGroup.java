package ai.graft.finetune.engine;

import java.util.List;

/**
 * Weights that are trained alike.
 *
 * @param names their Hugging Face names
 * @param learningRateFactor what the step's learning rate is multiplied by
 * @param weightDecay AdamW's decoupled decay
 */
public record ParameterGroup(List<String> names, double learningRateFactor, double weightDecay) {
    public ParameterGroup {
        names = List.copyOf(names);
    }
}
