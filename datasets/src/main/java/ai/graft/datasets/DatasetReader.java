package ai.graft.datasets;

import ai.graft.datasets.ReadOptions.Format;

/** Reads a file: finds out its format, then its columns, then its rows. */
final class DatasetReader {
    /** How many rows are looked at to tell header and columns. */
    static final int SAMPLE_ROWS = 1000;

    private final SourceFile file;
    private final ReadOptions options;

    DatasetReader(SourceFile file, ReadOptions options) {
        this.file = file;
        this.options = options;
    }

    Dataset read() {
        file.check();
        Format format = options.format() == Format.AUTO ? FormatSniffer.sniff(file) : options.format();
        return format == Format.JSON_LINES
                ? new JsonLinesReader(file, options).read()
                : new DelimitedReader(file, options, format).read();
    }
}
