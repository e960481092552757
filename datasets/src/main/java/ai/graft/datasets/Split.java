package ai.graft.datasets;

import java.util.Objects;

/**
 * A data set in two parts that share no row; both keep the order of the rows.
 *
 * @param train the part to learn from
 * @param rest the part held back
 */
public record Split(Dataset train, Dataset rest) {
    /** Checks that both parts are there. */
    public Split {
        Objects.requireNonNull(train, "train");
        Objects.requireNonNull(rest, "rest");
    }
}
