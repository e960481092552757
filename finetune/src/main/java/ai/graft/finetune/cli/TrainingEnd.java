package ai.graft.finetune.cli;

import ai.graft.finetune.train.Trained;
import ai.graft.finetune.train.TrainingDivergedException;
import ai.graft.finetune.train.TrainingReport;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;

/** How commands that train come to an end before their time, and what their results have in common. */
final class TrainingEnd {
    /** Said at the first signal. */
    static final String STOPPING = "graft: stopping; the best weights so far are saved. This may take a while;"
            + " kill -9 ends it at once and without them.";

    private TrainingEnd() {}

    /** What a command throws after it saved the model of a training that a signal stopped. */
    static CancellationException stopped(Trained trained, Path out) {
        TrainingReport training = trained.report().orElseThrow();
        return new CancellationException(
                "stopped by a signal after step " + training.steps() + ". The best weights so far, of step "
                        + training.best().orElseThrow().step() + ", are in " + out + ".");
    }

    /** Saves the best model before a loss became NaN, where there is one, and closes it; what the command then throws. */
    static CheckFailed diverged(TrainingDivergedException diverged, Consumer<Trained> save, Path out) {
        diverged.best().ifPresent(best -> {
            try (best) {
                save.accept(best);
            }
        });
        return new CheckFailed(
                diverged.getMessage() + (diverged.best().isPresent() ? " They are in " + out + "." : ""));
    }

    /** Adds {@code best}: which weights were kept, and why. */
    static void putBest(ObjectNode json, TrainingReport training) {
        training.best()
                .ifPresent(best -> json.putObject("best")
                        .put("step", best.step())
                        .put("metric", best.metric())
                        .put("value", best.value()));
    }
}
