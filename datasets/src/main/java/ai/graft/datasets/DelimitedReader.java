package ai.graft.datasets;

import ai.graft.datasets.ReadOptions.Format;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads a CSV or TSV file. */
final class DelimitedReader {
    private final SourceFile file;
    private final ReadOptions options;
    private final Format format;
    private final boolean quoted;
    private final List<Row> head;
    private final boolean header;

    DelimitedReader(SourceFile file, ReadOptions options, Format format) {
        this.file = file;
        this.options = options;
        this.format = format;
        this.quoted = isQuoted();
        this.head = RowReader.head(file, format, quoted, DatasetReader.SAMPLE_ROWS);
        if (head.isEmpty()) {
            throw file.error("has only empty lines, expected rows of text and label.");
        }
        this.header = isHeader();
    }

    private boolean isQuoted() {
        return switch (options.form().quoting()) {
            case ON -> true;
            case OFF -> false;
            case AUTO -> format == Format.CSV || QuoteSniffer.isQuoted(file);
        };
    }

    private boolean isHeader() {
        return switch (options.form().header()) {
            case YES -> true;
            case NO -> false;
            case AUTO -> new HeaderSniffer(head).isHeader(options);
        };
    }

    ExampleStream open() {
        if (header && head.size() == 1) {
            throw file.error("has a header (" + String.join(", ", head.get(0).cells())
                    + ") but no rows. Add rows, or if the first row is data: withHeader(NO) (--header no).");
        }
        List<Column> columns = columns();
        Roles roles = new RoleFinder(file, columns, wanted(), options.labels().required()).find();
        WidthCheck widths = new WidthCheck(file, format, quoted, columns, isWidthFree() ? roles.width() : 0);
        ExampleMaker maker = new ExampleMaker(file, options);
        RowReader rows = new RowReader(file, format, quoted);
        if (header) {
            rows.next();
        }
        String how =
                HowRead.of(file, options, format, quoted ? "quoting" : "no quoting", header ? "header" : "no header");
        return new ExampleStream(how, new Rows(rows, widths, roles, maker));
    }

    /** Whether the given columns are names for a file that has none. */
    private boolean givesNames() {
        return !header && !options.columns().isEmpty() && !Numbers.INTEGER.allMatch(options.columns());
    }

    /** Rows without names may be of different widths when the caller says which columns count. */
    private boolean isWidthFree() {
        return !header
                && !givesNames()
                && (!options.columns().isEmpty() || !options.wanted().text().isEmpty());
    }

    private Wanted wanted() {
        return options.columns().isEmpty() || givesNames() ? options.wanted() : Wanted.inShort(file, options);
    }

    private List<Column> columns() {
        List<String> names = header ? head.get(0).cells() : givesNames() ? givenNames() : List.of();
        List<Row> rows = header ? head.subList(1, head.size()) : head;
        int width = names.isEmpty() ? rows.stream().mapToInt(Row::size).max().orElse(0) : names.size();
        List<Column> columns = new ArrayList<>();
        for (int i = 0; i < width; i++) {
            int index = i;
            List<String> sample = rows.stream()
                    .filter(row -> row.size() > index)
                    .map(row -> row.cell(index).strip())
                    .toList();
            columns.add(new Column(i, names.isEmpty() ? "" : names.get(i).strip(), sample));
        }
        return columns;
    }

    private List<String> givenNames() {
        List<String> names = options.columns();
        int width = head.get(0).size();
        if (names.size() != width) {
            throw file.error(
                    "has no header and " + width + " columns, but " + names.size() + " names were given: " + names
                            + ". Name all columns in order, or give numbers. If the first row is a header: withHeader(YES)"
                            + " (--header yes).");
        }
        return names;
    }

    /** The rows with texts and labels taken out. */
    private record Rows(RowReader rows, WidthCheck widths, Roles roles, ExampleMaker maker) implements ExampleRows {

        @Override
        public Optional<Example> next() {
            return rows.next().map(this::example);
        }

        private Example example(Row row) {
            widths.check(row);
            Optional<String> textPair = roles.textPair().isPresent()
                    ? Optional.of(row.cell(roles.textPair().getAsInt()))
                    : Optional.empty();
            String label = roles.label().isPresent() ? row.cell(roles.label().getAsInt()) : "";
            return maker.of(row.line(), roles.joined(row::cell), textPair, label);
        }

        @Override
        public boolean isMulti() {
            return maker.isMulti();
        }

        @Override
        public void close() {
            rows.close();
        }
    }
}
