package ai.graft.datasets;

import ai.graft.datasets.ReadOptions.Format;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Tells how rows are written: as the caller said, else by the ending of the file's name, else by the first rows. */
final class FormatSniffer {
    private static final int LINES = 50;

    private FormatSniffer() {}

    static Format sniff(SourceFile file, ReadOptions options) {
        Format asked = options.form().format();
        boolean textAndLabels = options.labels().file().isPresent();
        if (textAndLabels && asked != Format.AUTO && asked != Format.TEXT && asked != Format.LABEL_TEXT) {
            throw file.error("a file of labels belongs to a file of one text a line, but the format asked for is "
                    + asked.title() + ". Leave out the format or withLabelFile (--label-file).");
        }
        if (options.form().records().isPresent() && asked != Format.AUTO && asked != Format.JSON) {
            throw file.error("records stand in a JSON document, but the format asked for is " + asked.title()
                    + ". Leave out the format or withRecords (--records).");
        }
        if (asked != Format.AUTO) {
            return asked;
        }
        if (textAndLabels) {
            return Format.TEXT;
        }
        return options.form().records().isPresent() ? Format.JSON : byName(file);
    }

    /** Whether the name's ending tells the format. */
    static boolean isTold(SourceFile file) {
        return switch (file.extension()) {
            case "csv", "tsv", "tab", "jsonl", "ndjson", "json" -> true;
            default -> false;
        };
    }

    private static Format byName(SourceFile file) {
        return switch (file.extension()) {
            case "csv" -> Format.CSV;
            case "tsv", "tab" -> Format.TSV;
            case "jsonl", "ndjson" -> Format.JSON_LINES;
            case "json" -> JsonSniffer.isDocument(file) ? Format.JSON : Format.JSON_LINES;
            default -> byContent(file);
        };
    }

    private static Format byContent(SourceFile file) {
        List<String> lines = firstLines(file);
        String first = lines.isEmpty() ? "" : lines.get(0).stripLeading();
        if ((first.startsWith("{") || first.startsWith("[")) && JsonSniffer.isDocument(file)) {
            return Format.JSON;
        }
        if (first.startsWith("{")) {
            return Format.JSON_LINES;
        }
        if (lines.stream().anyMatch(line -> line.indexOf('\t') >= 0)) {
            return Format.TSV;
        }
        return isTable(file) ? Format.CSV : Format.TSV;
    }

    private static List<String> firstLines(SourceFile file) {
        List<String> filled = new ArrayList<>();
        try (Lines lines = new Lines(file)) {
            for (Optional<String> line = lines.next(); line.isPresent() && filled.size() < LINES; line = lines.next()) {
                line.filter(text -> !text.isBlank()).ifPresent(filled::add);
            }
        }
        return filled;
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
