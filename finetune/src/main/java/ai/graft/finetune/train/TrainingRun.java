package ai.graft.finetune.train;

import ai.graft.finetune.engine.TorchNetwork;
import ai.graft.finetune.report.History;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The whole state of a training: the network (which holds weights, moments and the best weights so far), the place in the
 * plan, and what was seen on the way. Everything else is settings. Belongs to one thread.
 */
final class TrainingRun {
    final TorchNetwork network;
    final History history = new History();
    int step;
    long passes;
    long examples;
    Optional<BestWeights> best = Optional.empty();
    int evaluationsSinceBest;
    boolean stopped;
    OptionalDouble divergedLoss = OptionalDouble.empty();

    TrainingRun(TorchNetwork network) {
        this.network = network;
    }
}
