package ai.graft.datasets;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The rows of a file one by one, for files that are larger than memory: {@link Dataset#read} without keeping them.
 *
 * <p>To be understood, a file is looked at before its first row is given; of that no more is kept than its first rows. A
 * broken row is an error when its turn comes. For one thread; whoever opens it closes it.
 */
public final class ExampleStream implements AutoCloseable {
    private final String description;
    private final ExampleRows rows;
    private Optional<DatasetException> failure = Optional.empty();

    ExampleStream(String description, ExampleRows rows) {
        this.description = description;
        this.rows = rows;
    }

    /**
     * Opens a file.
     *
     * @throws DatasetException if the file cannot be read or understood
     */
    public static ExampleStream open(Path file, ReadOptions options) {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(options, "options");
        return new DatasetReader(new SourceFile(file, options.form().charset()), options).open();
    }

    /** How the file is read: {@code read as TSV, no quoting, header}. */
    public String description() {
        return description;
    }

    /**
     * The next row, or none at the end.
     *
     * @throws DatasetException if it is broken
     */
    public Optional<Example> next() {
        return rows.next();
    }

    /**
     * The next rows, {@code most} of them or as many as are left; none at the end. The rows before a broken one are given
     * first, the error is that of the next call.
     *
     * @throws DatasetException if the first of them is broken
     */
    public List<Example> next(int most) {
        List<Example> next = new ArrayList<>();
        if (failure.isPresent()) {
            throw failure.get();
        }
        try {
            for (Optional<Example> row = rows.next(); row.isPresent(); row = rows.next()) {
                next.add(row.get());
                if (next.size() >= most) {
                    break;
                }
            }
        } catch (DatasetException e) {
            if (next.isEmpty()) {
                throw e;
            }
            failure = Optional.of(e);
        }
        return next;
    }

    /** Whether rows may have several labels, as far as they were read. */
    boolean isMulti() {
        return rows.isMulti();
    }

    @Override
    public void close() {
        rows.close();
    }
}
