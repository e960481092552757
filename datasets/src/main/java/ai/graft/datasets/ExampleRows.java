package ai.graft.datasets;

import java.util.Optional;

/** The rows of one kind of file, one by one. */
interface ExampleRows extends AutoCloseable {
    /** The next row, or none at the end. */
    Optional<Example> next();

    /** Whether rows may have several labels, as far as they were read. */
    boolean isMulti();

    @Override
    void close();
}
