package ai.graft.finetune.engine;

import ai.graft.model.network.DropoutRates;
import ai.graft.model.network.Extent;
import ai.graft.model.task.Loss;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * What is fixed for a whole run of training: it is written into the program.
 *
 * @param groups the trained weights, each in one group; what is in none is frozen, and a group without weights is left out
 * @param maxGradNorm gradients are scaled down to this global norm where theirs is larger
 */
public record TrainingSetup(
        Loss loss,
        DropoutRates dropout,
        Precision precision,
        Extent extent,
        List<ParameterGroup> groups,
        double beta1,
        double beta2,
        double eps,
        OptionalDouble maxGradNorm) {
    public TrainingSetup {
        // The optimizer's kernel refuses an empty list.
        groups = groups.stream().filter(group -> !group.names().isEmpty()).toList();
        if (groups.isEmpty()) {
            throw new IllegalArgumentException("nothing is left to train: every weight is frozen");
        }
        Set<String> seen = new HashSet<>();
        for (String name : names(groups)) {
            if (!seen.add(name)) {
                throw new IllegalArgumentException("the weight '" + name + "' is in two groups");
            }
        }
    }

    /** The trained weights in the order of their groups. */
    List<String> names() {
        return names(groups);
    }

    private static List<String> names(List<ParameterGroup> groups) {
        return groups.stream().flatMap(group -> group.names().stream()).toList();
    }
}
