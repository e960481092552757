package ai.graft.datasets;

import ai.graft.datasets.ReadOptions.Format;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.commons.csv.CSVException;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** The rows of a CSV or TSV file one by one, empty lines skipped, header not told from data. */
final class RowReader implements AutoCloseable {
    private final SourceFile file;
    private final CSVParser parser;
    private final Iterator<CSVRecord> records;
    private int linesRead;

    RowReader(SourceFile file, Format format, boolean quoted) {
        this.file = file;
        try {
            parser = CSVParser.builder()
                    .setReader(file.open())
                    .setFormat(syntax(format, quoted))
                    .get();
        } catch (IOException e) {
            throw file.unreadable(e);
        }
        records = parser.iterator();
    }

    /** The first rows of a file, at most {@code limit}; fewer where they are long. */
    static List<Row> head(SourceFile file, Format format, boolean quoted, int limit) {
        List<Row> rows = new ArrayList<>();
        try (RowReader reader = new RowReader(file, format, quoted)) {
            Optional<Row> row = reader.next();
            int letters = 0;
            while (row.isPresent()) {
                rows.add(row.get());
                letters += row.get().cells().stream().mapToInt(String::length).sum();
                boolean enough = rows.size() >= limit || letters >= DatasetReader.SAMPLE_LETTERS;
                row = enough ? Optional.empty() : reader.next();
            }
        }
        return rows;
    }

    /** Empty lines are records here, so that the lines can be counted. */
    private static CSVFormat syntax(Format format, boolean quoted) {
        return CSVFormat.DEFAULT
                .builder()
                .setDelimiter(format == Format.TSV ? '\t' : ',')
                .setQuote(quoted ? '"' : null)
                .setIgnoreEmptyLines(false)
                .get();
    }

    /** The next row, or none at the end of the file. */
    Optional<Row> next() {
        while (hasRecord()) {
            int line = linesRead + 1;
            CSVRecord parsed = records.next();
            linesRead = Math.toIntExact(parser.getCurrentLineNumber());
            Row row = new Row(line, List.of(parsed.values()));
            if (!row.isBlank()) {
                return Optional.of(row);
            }
        }
        return Optional.empty();
    }

    private boolean hasRecord() {
        try {
            return records.hasNext();
        } catch (UncheckedIOException e) {
            throw broken(Objects.requireNonNull(e.getCause()));
        }
    }

    private DatasetException broken(IOException cause) {
        if (!(cause instanceof CSVException)) {
            return file.unreadable(cause);
        }
        DatasetException error = file.error(
                linesRead + 1,
                "a cell starts with a double quote but is not a well-formed quoted cell. Close the quotes and double those"
                        + " inside, or read quotes as letters: withQuoting(OFF) (--quoting off).");
        error.initCause(cause);
        return error;
    }

    @Override
    public void close() {
        try {
            parser.close();
        } catch (IOException e) {
            throw file.unreadable(e);
        }
    }
}
