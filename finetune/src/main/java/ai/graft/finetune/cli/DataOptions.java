package ai.graft.finetune.cli;

import ai.graft.datasets.Dataset;
import ai.graft.datasets.ReadOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Options that say how data files are read; all of them are sniffed where they are left out. */
final class DataOptions {
    @Option(names = "--text", paramLabel = "COLUMN", description = "Column of the text: a name, or a number from 0.")
    Optional<String> text = Optional.empty();

    @Option(names = "--text-pair", paramLabel = "COLUMN", description = "Column of the second text of a pair.")
    Optional<String> textPair = Optional.empty();

    @Option(names = "--label", paramLabel = "COLUMN", description = "Column of the label.")
    Optional<String> label = Optional.empty();

    @Option(
            names = "--columns",
            paramLabel = "A,B[,C]",
            split = ",",
            description = "Text[, pair], label by name or number from 0; or the names of a file without header.")
    List<String> columns = List.of();

    @Option(names = "--header", paramLabel = "yes|no|auto", description = "Whether the first row names the columns.")
    ReadOptions.Header header = ReadOptions.Header.AUTO;

    @Option(names = "--quoting", paramLabel = "on|off|auto", description = "Whether cells may stand in quotes.")
    ReadOptions.Quoting quoting = ReadOptions.Quoting.AUTO;

    @Option(names = "--format", paramLabel = "F", description = "csv, tsv, json-lines or auto.")
    String format = "auto";

    /** Reads labelled data. */
    Dataset read(Path file) {
        return Dataset.read(file, options());
    }

    /** Reads texts; labels are not wanted. */
    Dataset readTexts(Path file) {
        return Dataset.read(file, options().withLabelled(false));
    }

    private ReadOptions options() {
        ReadOptions options =
                ReadOptions.defaults().withFormat(format()).withHeader(header).withQuoting(quoting);
        options = text.map(options::withText).orElse(options);
        options = textPair.map(options::withTextPair).orElse(options);
        options = label.map(options::withLabel).orElse(options);
        return columns.isEmpty() ? options : options.withColumns(columns);
    }

    private ReadOptions.Format format() {
        return switch (format) {
            case "auto" -> ReadOptions.Format.AUTO;
            case "csv" -> ReadOptions.Format.CSV;
            case "tsv" -> ReadOptions.Format.TSV;
            case "json-lines" -> ReadOptions.Format.JSON_LINES;
            default ->
                throw new IllegalArgumentException(
                        "--format is '" + format + "', expected csv, tsv, json-lines or auto");
        };
    }
}
