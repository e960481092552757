package ai.graft.datasets;

import ai.graft.datasets.ReadOptions.Format;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;

/** Tells how rows are written: by the ending of the file's name, else by the first rows. */
final class FormatSniffer {
    private static final int LINES = 50;

    private FormatSniffer() {}

    static Format sniff(SourceFile file) {
        return switch (file.extension()) {
            case "csv" -> Format.CSV;
            case "tsv", "tab" -> Format.TSV;
            case "jsonl", "json", "ndjson" -> Format.JSON_LINES;
            default -> byContent(file);
        };
    }

    private static Format byContent(SourceFile file) {
        List<String> lines = firstLines(file);
        if (!lines.isEmpty() && lines.get(0).stripLeading().startsWith("{")) {
            return Format.JSON_LINES;
        }
        if (lines.stream().anyMatch(line -> line.indexOf('\t') >= 0)) {
            return Format.TSV;
        }
        return isTable(file) ? Format.CSV : Format.TSV;
    }

    private static List<String> firstLines(SourceFile file) {
        try (BufferedReader reader = file.open()) {
            return reader.lines().filter(line -> !line.isBlank()).limit(LINES).toList();
        } catch (UncheckedIOException e) {
            throw file.unreadable(Objects.requireNonNull(e.getCause()));
        } catch (IOException e) {
            throw file.unreadable(e);
        }
    }

    /** Commas stand in any prose, so all the first rows must have the same number of cells, and two at least. */
    private static boolean isTable(SourceFile file) {
        try {
            List<Row> rows = RowReader.head(file, Format.CSV, true, LINES);
            return !rows.isEmpty()
                    && rows.get(0).size() > 1
                    && rows.stream().mapToInt(Row::size).distinct().count() == 1;
        } catch (DatasetException brokenQuoting) {
            return false;
        }
    }
}
