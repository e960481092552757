package ai.graft.datasets;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a caller says about a file; whatever is left unsaid is found out by looking at the file.
 *
 * <p>A column is given by its name (case does not matter) or by its number from 0; a name that the file has wins. Keys of
 * nested JSON objects are columns named by their path, as {@code review.title}.
 *
 * <p>Immutable; may be shared between threads.
 */
public final class ReadOptions {
    private static final ReadOptions DEFAULTS = new ReadOptions(
            new FileForm(Format.AUTO, StandardCharsets.UTF_8, Header.AUTO, Quoting.AUTO, Optional.empty()),
            new Wanted(List.of(), Optional.empty(), Optional.empty()),
            List.of(),
            new LabelForm(true, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty()),
            false);

    private final FileForm form;
    private final Wanted wanted;
    private final List<String> columns;
    private final LabelForm labels;
    private final boolean emptyKept;

    /** How rows are written. */
    public enum Format {
        /** By the ending of the file's name, else by its content. */
        AUTO("AUTO"),
        /** Cells divided by commas. */
        CSV("CSV"),
        /** Cells divided by tabs; also one text a line. */
        TSV("TSV"),
        /** One JSON object a line. */
        JSON_LINES("JSON lines"),
        /** One JSON document that holds a list of objects, or of lists, see {@link #withRecords}. */
        JSON("JSON"),
        /** One text a line, whatever it holds; labels come from elsewhere, if at all. */
        TEXT("lines of text"),
        /** A label, a blank and a text in each line, as the question classes of TREC are written. */
        LABEL_TEXT("lines of label and text");

        private final String title;

        Format(String title) {
            this.title = title;
        }

        String title() {
            return title;
        }
    }

    /** Whether the first row names the columns. */
    public enum Header {
        /** By well-known names and by comparing the first row with the others. */
        AUTO,
        /** It does. */
        YES,
        /** It is data. */
        NO
    }

    /** Whether double quotes around a cell are quoting. */
    public enum Quoting {
        /** CSV: on. TSV: on only if every cell that starts with a quote is a well-formed quoted cell. */
        AUTO,
        /** They are, as in RFC 4180: tabs, commas and line breaks inside belong to the cell. */
        ON,
        /** They are letters like any other, as in the GLUE files. */
        OFF
    }

    private ReadOptions(FileForm form, Wanted wanted, List<String> columns, LabelForm labels, boolean emptyKept) {
        this.form = form;
        this.wanted = wanted;
        this.columns = List.copyOf(columns);
        this.labels = labels;
        this.emptyKept = emptyKept;
    }

    /** Everything found out by looking, UTF-8; every row must have a label. */
    public static ReadOptions defaults() {
        return DEFAULTS;
    }

    FileForm form() {
        return form;
    }

    /** The columns that were asked for one by one. */
    Wanted wanted() {
        return wanted;
    }

    /** The columns in short form. */
    List<String> columns() {
        return columns;
    }

    LabelForm labels() {
        return labels;
    }

    boolean emptyKept() {
        return emptyKept;
    }

    /** All columns that the caller names, one by one or in short. */
    Stream<String> namedColumns() {
        return Stream.concat(wanted.names(), columns.stream());
    }

    private ReadOptions with(FileForm value) {
        return new ReadOptions(value, wanted, columns, labels, emptyKept);
    }

    private ReadOptions with(Wanted value) {
        return new ReadOptions(form, value, columns, labels, emptyKept);
    }

    private ReadOptions with(LabelForm value) {
        return new ReadOptions(form, wanted, columns, value, emptyKept);
    }

    /** Sets how rows are written. */
    public ReadOptions withFormat(Format value) {
        Objects.requireNonNull(value, "value");
        return with(new FileForm(value, form.charset(), form.header(), form.quoting(), form.records()));
    }

    /** Sets how bytes are characters; a byte order mark is dropped in any case. */
    public ReadOptions withCharset(Charset value) {
        Objects.requireNonNull(value, "value");
        return with(new FileForm(form.format(), value, form.header(), form.quoting(), form.records()));
    }

    /** Sets whether the first row names the columns (CSV and TSV). */
    public ReadOptions withHeader(Header value) {
        Objects.requireNonNull(value, "value");
        return with(new FileForm(form.format(), form.charset(), value, form.quoting(), form.records()));
    }

    /** Sets whether double quotes around a cell are quoting (CSV and TSV). */
    public ReadOptions withQuoting(Quoting value) {
        Objects.requireNonNull(value, "value");
        return with(new FileForm(form.format(), form.charset(), form.header(), value, form.records()));
    }

    /**
     * Sets where the rows of a JSON document stand: the keys that lead to their list, divided by full stops, as {@code train}
     * or {@code data.train}. A path that starts with a slash is divided by slashes.
     */
    public ReadOptions withRecords(String path) {
        return with(new FileForm(form.format(), form.charset(), form.header(), form.quoting(), Optional.of(path)));
    }

    /** Sets the column of the text; several are joined with blanks, in this order, empty ones left out. */
    public ReadOptions withText(String... texts) {
        return with(new Wanted(List.of(texts), wanted.textPair(), wanted.label()));
    }

    /** Sets the column of the second text of a pair. */
    public ReadOptions withTextPair(String column) {
        return with(new Wanted(wanted.text(), Optional.of(column), wanted.label()));
    }

    /** Sets the column of the label. */
    public ReadOptions withLabel(String column) {
        return with(new Wanted(wanted.text(), wanted.textPair(), Optional.of(column)));
    }

    /**
     * Sets the columns in short form.
     *
     * <p>Numbers, or names that the file has: the text, then the second text if there are three, then the label. Names for a
     * file without header: the names of all its columns in order, among which text and label are then found as in a header.
     */
    public ReadOptions withColumns(List<String> names) {
        return new ReadOptions(form, wanted, names, labels, emptyKept);
    }

    /**
     * Sets whether every row must have a label. With {@code false}, for prediction, the column of the label may be missing
     * and its cells may be empty; labels that are there are read.
     */
    public ReadOptions withLabelled(boolean value) {
        return with(new LabelForm(value, labels.file(), labels.separator(), labels.until(), labels.names()));
    }

    /**
     * Sets a file that holds the labels of a file of texts, line by line. It is looked for beside the file of texts first,
     * then as it is given; so one setting serves {@code train/seq.in} and {@code test/seq.in}.
     */
    public ReadOptions withLabelFile(Path file) {
        return with(new LabelForm(
                labels.required(), Optional.of(file), labels.separator(), labels.until(), labels.names()));
    }

    /**
     * Sets what divides several labels in one cell; the data are multi-label then, and an empty cell means no label.
     *
     * @throws IllegalArgumentException if it is empty
     */
    public ReadOptions withLabelSeparator(String separator) {
        if (separator.isEmpty()) {
            throw new IllegalArgumentException(
                    "the label separator is empty, it must be a letter or more, such as ','");
        }
        return with(new LabelForm(
                labels.required(), labels.file(), Optional.of(separator), labels.until(), labels.names()));
    }

    /**
     * Sets what ends the part of a label that counts: with {@code :} the label {@code NUM:dist} becomes {@code NUM}. A label
     * without it counts whole.
     *
     * @throws IllegalArgumentException if it is empty
     */
    public ReadOptions withLabelUntil(String end) {
        if (end.isEmpty()) {
            throw new IllegalArgumentException("the end of a label is empty, it must be a letter or more, such as ':'");
        }
        return with(
                new LabelForm(labels.required(), labels.file(), labels.separator(), Optional.of(end), labels.names()));
    }

    /** Sets a file with the names of labels that are numbers: its first line names 0. It is read as UTF-8. */
    public ReadOptions withLabelNames(Path file) {
        return with(
                new LabelForm(labels.required(), labels.file(), labels.separator(), labels.until(), Optional.of(file)));
    }

    /** Sets whether rows without text or label are kept instead of refused: for looking at data, not for training. */
    public ReadOptions withEmptyKept(boolean value) {
        return new ReadOptions(form, wanted, columns, labels, value);
    }
}
