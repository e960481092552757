package ai.graft.datasets;

import ai.graft.datasets.ReadOptions.Format;

/** Reads a file of questions: finds out its form, then takes its rows one after the other. */
final class QuestionReader {
    private final SourceFile file;
    private final QuestionCollector collector;

    QuestionReader(SourceFile file) {
        this.file = file;
        this.collector = new QuestionCollector(file);
    }

    QuestionSet read() {
        file.check();
        Format format = FormatSniffer.sniff(file, ReadOptions.defaults());
        if (format == Format.JSON || format == Format.JSON_LINES) {
            return collector.finish("read as " + json());
        }
        new QuestionColumns(file, collector).collect(format);
        return collector.finish("read as " + format.title());
    }

    private String json() {
        SquadSniffer.Form form = SquadSniffer.sniff(file);
        boolean lines = form == SquadSniffer.Form.LINES;
        try (JsonRows rows = lines
                ? new JsonLineRows(file)
                : new JsonDocumentRows(file, form == SquadSniffer.Form.DATA ? "data" : "")) {
            return new JsonQuestions(file, collector).collect(rows, lines ? "JSON lines" : "JSON");
        }
    }
}
