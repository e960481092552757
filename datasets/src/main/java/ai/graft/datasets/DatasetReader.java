package ai.graft.datasets;

import ai.graft.datasets.ReadOptions.Format;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads a file: finds out its format, then its columns, then its rows. */
final class DatasetReader {
    /** How many rows are looked at to tell header and columns, if they are not too long. */
    static final int SAMPLE_ROWS = 1000;

    /** Where long rows end the sample, so that it stays small beside a model. */
    static final int SAMPLE_LETTERS = 1 << 22;

    private final SourceFile file;
    private final ReadOptions options;

    DatasetReader(SourceFile file, ReadOptions options) {
        this.file = file;
        this.options = options;
    }

    ExampleStream open() {
        file.check();
        Format format = FormatSniffer.sniff(file, options);
        return switch (format) {
            case JSON_LINES, JSON -> new JsonReader(file, options, format).open();
            case TEXT, LABEL_TEXT -> TextLineRows.open(file, options, format);
            default -> new DelimitedReader(file, options, format).open();
        };
    }

    Dataset read() {
        try (ExampleStream stream = open()) {
            List<Example> examples = new ArrayList<>();
            for (Optional<Example> row = stream.next(); row.isPresent(); row = stream.next()) {
                examples.add(row.get());
            }
            if (examples.isEmpty()) {
                throw file.error("has only empty lines, expected rows of text and label.");
            }
            Dataset data = stream.isMulti()
                    ? Dataset.of(file.name(), examples, LabelKind.MULTI)
                    : Dataset.of(file.name(), examples);
            return data.from(stream.description());
        }
    }
}
