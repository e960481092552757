package ai.graft.datasets;

import ai.graft.datasets.ReadOptions.Format;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** Questions out of a CSV or TSV file, whose header names the columns. */
final class QuestionColumns {
    /** Names of the column of the answer. */
    static final List<String> ANSWER = List.of("answer", "answer_text", "text");

    /** Names of the column of its start. */
    static final List<String> START = List.of("answer_start", "start");

    private final SourceFile file;
    private final QuestionCollector collector;

    QuestionColumns(SourceFile file, QuestionCollector collector) {
        this.file = file;
        this.collector = collector;
    }

    /** Stands for the id of a question that has none; the file's name keeps those of two files apart. */
    static String numbered(SourceFile file, int row) {
        return file.path().getFileName() + ":" + row;
    }

    void collect(Format format) {
        boolean quoted = format == Format.CSV || QuoteSniffer.isQuoted(file);
        try (RowReader rows = new RowReader(file, format, quoted)) {
            List<String> header = rows.next().map(Row::cells).orElse(List.of());
            check(header);
            for (Optional<Row> row = rows.next(); row.isPresent(); row = rows.next()) {
                if (row.get().size() != header.size()) {
                    throw file.error(
                            row.get().line(),
                            row.get().size() + " cells, expected " + header.size() + " (" + String.join(", ", header)
                                    + "). Quote cells that hold commas, tabs or line breaks.");
                }
                collect(row.get(), header);
            }
        }
    }

    private void check(List<String> header) {
        List<String> names = header.stream().map(RoleNames::normal).toList();
        if (!names.contains("question") || !names.contains("context")) {
            throw file.error(
                    "is no file of questions: its header needs the columns 'question' and 'context' (and 'answer',"
                            + " 'answer_start', 'id', 'title' where known); columns found: " + names
                            + ". Name the columns in the first row.");
        }
        if (names.contains("answers") && ANSWER.stream().noneMatch(names::contains)) {
            throw file.error(
                    "has a column 'answers', which holds more than a text. Write the text into 'answer' and its"
                            + " start into 'answer_start', or write the file as JSON lines.");
        }
    }

    private void collect(Row row, List<String> header) {
        String place = "row " + row.line();
        collector.row(
                place,
                cell(row, header, "title").orElse(""),
                cell(row, header, "context").orElse(""),
                cell(row, header, "id").map(id -> id(row, id)).orElseGet(() -> numbered(file, row.line())),
                cell(row, header, "question").orElse(""),
                ANSWER.stream()
                        .flatMap(name -> cell(row, header, name).stream())
                        .findFirst()
                        .map(text -> GivenAnswers.of(new GivenAnswer(text, start(row, header))))
                        .orElse(GivenAnswers.UNTOLD));
    }

    private String id(Row row, String id) {
        if (id.isBlank()) {
            throw file.error(row.line(), "the id is empty. Write one, or leave out the column to have rows numbered.");
        }
        return id;
    }

    private OptionalInt start(Row row, List<String> header) {
        Optional<String> start = START.stream()
                .flatMap(name -> cell(row, header, name).stream())
                .map(String::strip)
                .filter(cell -> !cell.isEmpty())
                .findFirst();
        try {
            return start.isEmpty() ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(start.get()));
        } catch (NumberFormatException e) {
            DatasetException error = file.error(
                    row.line(),
                    "the start of the answer is '" + start.orElse("") + "', expected an integer. Correct it.");
            error.initCause(e);
            throw error;
        }
    }

    private static Optional<String> cell(Row row, List<String> header, String name) {
        Stream<Integer> columns = Stream.iterate(0, i -> i < header.size(), i -> i + 1);
        return columns.filter(i -> RoleNames.normal(header.get(i)).equals(name))
                .findFirst()
                .map(row::cell);
    }
}
