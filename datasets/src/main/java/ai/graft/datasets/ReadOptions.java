package ai.graft.datasets;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a caller says about a file; whatever is left unsaid is found out by looking at the file.
 *
 * <p>A column is given by its name (case does not matter) or by its number from 0; a name that the file has wins.
 *
 * @param format how rows are written
 * @param header whether the first row names the columns (CSV and TSV)
 * @param quoting whether double quotes around a cell are quoting (CSV and TSV)
 * @param text column of the text
 * @param textPair column of the second text of a pair
 * @param label column of the label
 * @param columns short form, see {@link #withColumns}
 * @param labelled whether every row must have a label
 */
public record ReadOptions(
        Format format,
        Header header,
        Quoting quoting,
        Optional<String> text,
        Optional<String> textPair,
        Optional<String> label,
        List<String> columns,
        boolean labelled) {

    /** How rows are written. */
    public enum Format {
        /** By the ending of the file's name, else by its content. */
        AUTO("AUTO"),
        /** Cells divided by commas. */
        CSV("CSV"),
        /** Cells divided by tabs; also one text a line. */
        TSV("TSV"),
        /** One JSON object a line. */
        JSON_LINES("JSON lines");

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

    /** Copies the columns. */
    public ReadOptions {
        Objects.requireNonNull(format, "format");
        Objects.requireNonNull(header, "header");
        Objects.requireNonNull(quoting, "quoting");
        Objects.requireNonNull(text, "text");
        Objects.requireNonNull(textPair, "textPair");
        Objects.requireNonNull(label, "label");
        columns = List.copyOf(columns);
    }

    /** Everything found out by looking; every row must have a label. */
    public static ReadOptions defaults() {
        return new ReadOptions(
                Format.AUTO,
                Header.AUTO,
                Quoting.AUTO,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                true);
    }

    /** Sets how rows are written. */
    public ReadOptions withFormat(Format value) {
        return new ReadOptions(value, header, quoting, text, textPair, label, columns, labelled);
    }

    /** Sets whether the first row names the columns. */
    public ReadOptions withHeader(Header value) {
        return new ReadOptions(format, value, quoting, text, textPair, label, columns, labelled);
    }

    /** Sets whether double quotes around a cell are quoting. */
    public ReadOptions withQuoting(Quoting value) {
        return new ReadOptions(format, header, value, text, textPair, label, columns, labelled);
    }

    /** Sets the column of the text. */
    public ReadOptions withText(String column) {
        return new ReadOptions(format, header, quoting, Optional.of(column), textPair, label, columns, labelled);
    }

    /** Sets the column of the second text of a pair. */
    public ReadOptions withTextPair(String column) {
        return new ReadOptions(format, header, quoting, text, Optional.of(column), label, columns, labelled);
    }

    /** Sets the column of the label. */
    public ReadOptions withLabel(String column) {
        return new ReadOptions(format, header, quoting, text, textPair, Optional.of(column), columns, labelled);
    }

    /**
     * Sets the columns in short form.
     *
     * <p>Numbers, or names that the file has: the text, then the second text if there are three, then the label. Names for a
     * file without header: the names of all its columns in order, among which text and label are then found as in a header.
     */
    public ReadOptions withColumns(List<String> names) {
        return new ReadOptions(format, header, quoting, text, textPair, label, names, labelled);
    }

    /**
     * Sets whether every row must have a label. With {@code false}, for prediction, the column of the label may be missing
     * and its cells may be empty; labels that are there are read.
     */
    public ReadOptions withLabelled(boolean value) {
        return new ReadOptions(format, header, quoting, text, textPair, label, columns, value);
    }
}
