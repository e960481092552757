package ai.graft.datasets;

import ai.graft.datasets.ReadOptions.Format;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The rows of a file that has one text a line: alone, after its label, or with its label in the same line of another file. */
final class TextLineRows implements ExampleRows {
    private final SourceFile file;
    private final ExampleMaker maker;
    private final boolean labelFirst;
    private final Lines texts;
    private final Optional<Lines> labels;

    private TextLineRows(SourceFile file, ReadOptions options, boolean labelFirst, Optional<SourceFile> labels) {
        this.file = file;
        this.maker = new ExampleMaker(file, options);
        this.labelFirst = labelFirst;
        this.texts = new Lines(file);
        this.labels = labels.map(Lines::new);
    }

    static ExampleStream open(SourceFile file, ReadOptions options, Format format) {
        List<String> columns = options.namedColumns().toList();
        if (!columns.isEmpty()) {
            throw file.error("is read as " + format.title() + ", which have no columns, but columns were asked for: "
                    + columns + ". Leave them out, or set another format: withFormat (--format).");
        }
        boolean labelFirst = format == Format.LABEL_TEXT;
        Optional<Path> named = options.labels().file();
        if (labelFirst || named.isEmpty()) {
            checkLabels(file, options, labelFirst);
            String how = HowRead.of(file, options, format);
            return new ExampleStream(how, new TextLineRows(file, options, labelFirst, Optional.empty()));
        }
        Optional<SourceFile> labels =
                place(file, named.get(), options.labels().required()).map(path -> new SourceFile(path, file.charset()));
        labels.ifPresent(SourceFile::check);
        String how = HowRead.of(file, options, format, "labels in " + named.get());
        return new ExampleStream(how, new TextLineRows(file, options, false, labels));
    }

    private static void checkLabels(SourceFile file, ReadOptions options, boolean labelFirst) {
        Optional<Path> named = options.labels().file();
        if (labelFirst && named.isPresent()) {
            throw file.error("has labels before its texts, but a file of labels was named too: " + named.get()
                    + ". Leave out one of them.");
        }
        if (!labelFirst && options.labels().required()) {
            throw file.error("has one text a line and no labels. Name the file of its labels with withLabelFile"
                    + " (--label-file), or read without labels: withLabelled(false).");
        }
    }

    /** Beside the file of texts, or where the name leads by itself. */
    private static Optional<Path> place(SourceFile file, Path named, boolean required) {
        Path beside = file.path().resolveSibling(named);
        if (Files.exists(beside)) {
            return Optional.of(beside);
        }
        if (Files.exists(named)) {
            return Optional.of(named);
        }
        if (required) {
            throw file.error("no such file of labels: " + beside + (beside.equals(named) ? "" : ", nor " + named)
                    + ". Check the name given by withLabelFile (--label-file).");
        }
        return Optional.empty();
    }

    @Override
    public Optional<Example> next() {
        for (Optional<String> text = texts.next(); text.isPresent(); text = texts.next()) {
            Optional<String> label =
                    labels.isEmpty() ? Optional.of("") : labels.get().next();
            boolean blank = text.get().isBlank() && label.orElse("").isBlank();
            if (label.isEmpty() && !blank) {
                throw uneven(texts.count(), labels.map(Lines::number).orElse(0));
            }
            if (!blank) {
                return Optional.of(example(texts.number(), text.get(), label.orElse("")));
            }
        }
        int count = labels.map(Lines::count).orElse(0);
        if (count > texts.number()) {
            throw uneven(texts.number(), count);
        }
        return Optional.empty();
    }

    private Example example(int row, String text, String label) {
        if (!labelFirst) {
            return maker.of(row, text, Optional.empty(), label);
        }
        String[] parts = text.strip().split("[ \t]+", 2);
        if (parts.length < 2) {
            throw file.error(
                    row, "has no blank that divides label and text, as in 'label some text'. Correct the row.");
        }
        return maker.of(row, parts[1], Optional.empty(), parts[0]);
    }

    private DatasetException uneven(int count, int labelCount) {
        return file.error("has " + count + " lines, but its file of labels has " + labelCount
                + ". They belong together line by line: take files of one set, or add the missing lines.");
    }

    @Override
    public boolean isMulti() {
        return maker.isMulti();
    }

    @Override
    public void close() {
        texts.close();
        labels.ifPresent(Lines::close);
    }
}
