package ai.graft.finetune.cli;

import ai.graft.datasets.Example;
import ai.graft.finetune.audit.Finding;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/** Findings as a CSV file that a person can work through; it appears whole or not at all. */
final class FindingsFile {
    /** {@code row} and {@code other} are line numbers, as an editor counts. */
    private static final String[] COLUMNS = {
        "kind", "row", "text", "text_pair", "given", "suggested", "score", "other", "other_text"
    };

    /** @throws IOException where no such file can be made */
    static void requireWritable(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (Files.isDirectory(file)) {
            throw new IOException(file + ": is a directory. Name a file.");
        } else if (folder == null || !Files.isDirectory(folder)) {
            throw new IOException(file + ": " + folder + " is no directory. Make it, or name another place.");
        } else if (!Files.isWritable(folder) || (Files.exists(file) && !Files.isWritable(file))) {
            throw new IOException(file + ": you may not write there. Change its permissions, or name another place.");
        }
    }

    static void write(Path file, List<Finding> findings) throws IOException {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            try (BufferedWriter writer = Files.newBufferedWriter(part);
                    CSVPrinter csv = new CSVPrinter(
                            writer,
                            CSVFormat.DEFAULT.builder().setHeader(COLUMNS).get())) {
                for (Finding finding : findings) {
                    print(csv, finding);
                }
            }
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private static void print(CSVPrinter csv, Finding finding) throws IOException {
        Example row = finding.example();
        csv.printRecord(
                finding.kind().name().toLowerCase(Locale.ROOT),
                row.row(),
                row.text(),
                row.textPair().orElse(""),
                finding.given(),
                finding.suggested(),
                String.format(Locale.ROOT, "%.4f", finding.score()),
                finding.other().map(other -> Integer.toString(other.row())).orElse(""),
                finding.other().map(Example::text).orElse(""));
    }

    private FindingsFile() {}
}
