package ai.graft.finetune.engine;

import ai.graft.model.network.DropoutRates;
import ai.graft.model.network.Extent;
import ai.graft.model.task.Loss;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What is fixed for a whole run of training: it is written into the program.
 *
 * @param groups the trained weights; what is in none is frozen
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
        groups = List.copyOf(groups);
        if (groups.stream().allMatch(g -> g.names().isEmpty())) {
            throw new IllegalArgumentException("nothing is left to train: every weight is frozen");
        }
    }
}
