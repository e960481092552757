package ai.graft.finetune.train;

import ai.graft.datasets.Dataset;
import ai.graft.datasets.DatasetException;
import ai.graft.datasets.LabelKind;
import ai.graft.model.task.Task;
import java.util.List;
import java.util.Optional;

/** Decides what training data ask for. */
public final class TaskFinder {
    private static final int MOST_RARE_CLASSES = 50;

    /** The task that was asked for, or the one that the labels look like. */
    public static Task.OfText find(Dataset train, Optional<String> asked) {
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
        if (isScale(train)) {
            throw new DatasetException(train.name() + ": the labels are numbers on a scale, "
                    + train.labels().size() + " different ones in " + train.size() + " rows, such as "
                    + String.join(
                            ", ",
                            train.labels().subList(0, Math.min(3, train.labels().size())))
                    + ", but the task asked for is " + name
                    + ". Give --task regression, or name the column of the classes with --label.");
        }
        if (train.labels().size() < 2) {
            throw new DatasetException(train.name() + ": every row has the label " + train.labels()
                    + ", so there is nothing to tell apart. Give data with 2 labels or more, or name another column with"
                    + " --label.");
        }
        return name.equals("multi-label") ? new Task.MultiLabel(train.labels()) : new Task.SingleLabel(train.labels());
    }

    /** Fractions are no classes; whole numbers may be, unless they are many and most rows have one of their own. */
    private static boolean isScale(Dataset train) {
        int distinct = train.labels().size();
        boolean many = distinct > MOST_RARE_CLASSES && distinct * 2L > train.size();
        return train.labelKind() == LabelKind.REGRESSION
                && (many || train.labels().stream().anyMatch(TaskFinder::isFraction));
    }

    private static boolean isFraction(String number) {
        double value = Double.parseDouble(number);
        return value != Math.rint(value);
    }

    private TaskFinder() {}
}
