package ai.graft.finetune.train;

import ai.graft.datasets.Dataset;
import ai.graft.datasets.DatasetException;
import ai.graft.model.task.Task;
import java.util.List;
import java.util.Optional;

/** Decides what training data ask for. */
final class TaskFinder {

    /** The task that was asked for, or the one that the labels look like. */
    static Task find(Dataset train, Optional<String> asked) {
        if (train.labels().isEmpty()) {
            throw new DatasetException(
                    train.name() + " has no labels. Name their column with --label NAME or --label NUMBER.");
        }
        String name = asked.orElseGet(() -> switch (train.labelKind()) {
            case SINGLE, NONE -> "single-label";
            case MULTI -> "multi-label";
            case REGRESSION -> "regression";
        });
        if (name.equals("regression")) {
            return new Task.Regression(List.of("score"));
        }
        if (train.labels().size() < 2) {
            throw new DatasetException(train.name() + ": every row has the label " + train.labels()
                    + ", so there is nothing to tell apart. Give data with 2 labels or more, or name another column with"
                    + " --label.");
        }
        return name.equals("multi-label") ? new Task.MultiLabel(train.labels()) : new Task.SingleLabel(train.labels());
    }

    private TaskFinder() {}
}
