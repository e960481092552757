package ai.graft.finetune.cli;

import ai.graft.datasets.Dataset;
import ai.graft.datasets.ExampleStream;
import ai.graft.datasets.ReadOptions;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Options that say how data files are read; all of them are sniffed where they are left out. */
final class DataOptions {
    @Option(
            names = "--text",
            paramLabel = "A[,B]",
            split = ",",
            hideParamSyntax = true,
            description = "Column of the text: name, or number from 0.")
    List<String> text = List.of();

    @Option(names = "--text-pair", paramLabel = "A", description = "Column of the second text of a pair.")
    Optional<String> textPair = Optional.empty();

    @Option(names = "--label", paramLabel = "A", description = "Column of the label.")
    Optional<String> label = Optional.empty();

    @Option(
            names = "--columns",
            paramLabel = "A,B[,C]",
            split = ",",
            hideParamSyntax = true,
            description = "Text[, pair], label; or names for a bare file.")
    List<String> columns = List.of();

    @Option(names = "--header", paramLabel = "yes|no|auto", description = "Does the first row name the columns?")
    ReadOptions.Header header = ReadOptions.Header.AUTO;

    @Option(names = "--quoting", paramLabel = "on|off|auto", description = "May cells stand in quotes?")
    ReadOptions.Quoting quoting = ReadOptions.Quoting.AUTO;

    @Option(names = "--format", paramLabel = "F", description = "csv, tsv, json-lines, json, text or label-text.")
    String format = "auto";

    @Option(names = "--charset", paramLabel = "C", description = "utf-8 by default; latin1, windows-1252, utf-16 ...")
    Optional<String> charset = Optional.empty();

    @Option(names = "--records", paramLabel = "KEY.KEY", description = "Where in a JSON file the list of rows stands.")
    Optional<String> records = Optional.empty();

    @Option(names = "--label-file", paramLabel = "F", description = "Labels line by line, beside each file of texts.")
    Optional<Path> labelFile = Optional.empty();

    @Option(names = "--label-separator", paramLabel = "S", description = "Divides several labels in one cell.")
    Optional<String> labelSeparator = Optional.empty();

    @Option(names = "--label-until", paramLabel = "S", description = "Keep a label up to S: with : NUM:date is NUM.")
    Optional<String> labelUntil = Optional.empty();

    @Option(names = "--label-names", paramLabel = "F", description = "Lines that name labels which are numbers from 0.")
    Optional<Path> labelNames = Optional.empty();

    /** Reads labelled data: a file, or {@code label=file,label=file}. */
    Dataset read(String source) {
        return read(source, options());
    }

    /** Reads data to look at them: empty texts and labels are kept; without labels if there is no telling which they are. */
    Dataset readToLook(String source, boolean labelled) {
        return read(source, options().withEmptyKept(true).withLabelled(labelled));
    }

    /** The texts of a file; labels are not wanted. */
    Dataset readTexts(String source) {
        return read(source, options().withLabelled(false));
    }

    /** The texts of a file one by one; labels are not wanted. */
    ExampleStream stream(Path file) {
        return ExampleStream.open(file, options().withLabelled(false));
    }

    private static Dataset read(String source, ReadOptions options) {
        if (source.indexOf('=') < 0 || isFile(source)) {
            return Dataset.read(Path.of(source), options);
        }
        Map<String, Path> files = new LinkedHashMap<>();
        for (String part : source.split(",")) {
            int equals = part.indexOf('=');
            if (equals < 1 || files.containsKey(part.substring(0, equals))) {
                throw new IllegalArgumentException("'" + source + "' is no file, and '" + part
                        + "' in it is no LABEL=FILE with a label of its own. Write it as pos=FILE,neg=FILE.");
            }
            files.put(part.substring(0, equals), Path.of(part.substring(equals + 1)));
        }
        return Dataset.readByLabel(files, options);
    }

    private static boolean isFile(String source) {
        try {
            return Files.exists(Path.of(source));
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private ReadOptions options() {
        ReadOptions options =
                ReadOptions.defaults().withFormat(format()).withHeader(header).withQuoting(quoting);
        options = text.isEmpty() ? options : options.withText(text.toArray(String[]::new));
        options = textPair.map(options::withTextPair).orElse(options);
        options = label.map(options::withLabel).orElse(options);
        options = columns.isEmpty() ? options : options.withColumns(columns);
        options = options.withCharset(charset());
        options = records.map(options::withRecords).orElse(options);
        options = labelFile.map(options::withLabelFile).orElse(options);
        options = labelSeparator.map(options::withLabelSeparator).orElse(options);
        options = labelUntil.map(options::withLabelUntil).orElse(options);
        return labelNames.map(options::withLabelNames).orElse(options);
    }

    /** How files are encoded. */
    Charset charset() {
        return charset.map(DataOptions::charset).orElse(StandardCharsets.UTF_8);
    }

    private static Charset charset(String name) {
        try {
            return Charset.forName(name);
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            throw new IllegalArgumentException(
                    "--charset is '" + name
                            + "', expected utf-8, latin1, windows-1252, utf-16 or another that Java knows",
                    e);
        }
    }

    private ReadOptions.Format format() {
        return switch (format) {
            case "auto" -> ReadOptions.Format.AUTO;
            case "csv" -> ReadOptions.Format.CSV;
            case "tsv" -> ReadOptions.Format.TSV;
            case "json-lines" -> ReadOptions.Format.JSON_LINES;
            case "json" -> ReadOptions.Format.JSON;
            case "text" -> ReadOptions.Format.TEXT;
            case "label-text" -> ReadOptions.Format.LABEL_TEXT;
            default ->
                throw new IllegalArgumentException(
                        "--format is '" + format + "', expected csv, tsv, json-lines, json, text, label-text or auto");
        };
    }
}
