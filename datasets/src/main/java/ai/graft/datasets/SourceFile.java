package ai.graft.datasets;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** A file of strict UTF-8, with or without byte order mark, compressed with gzip or not. */
final class SourceFile {
    private static final int BYTE_ORDER_MARK = 0xFEFF;
    private static final int GZIP_MAGIC = 0x1F8B;
    private static final int BUFFER = 1 << 16;

    private final Path path;

    SourceFile(Path path) {
        this.path = path;
    }

    /** The file as the caller named it. */
    String name() {
        return path.toString();
    }

    /** What follows the last full stop of the name, in lower case, a final {@code .gz} set aside. */
    String extension() {
        String name = String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT);
        String bare = name.endsWith(".gz") ? name.substring(0, name.length() - 3) : name;
        return bare.substring(bare.lastIndexOf('.') + 1);
    }

    /** Checks that there is something to read. */
    void check() {
        if (!Files.exists(path)) {
            throw error("no such file (looked for " + path.toAbsolutePath() + "). Check the name.");
        }
        if (Files.isDirectory(path)) {
            throw error("is a directory, expected a file. Name one of the files in it.");
        }
        try (BufferedReader reader = open()) {
            if (reader.read() < 0) {
                throw error("is empty, expected rows of text and label.");
            }
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /** The characters from the start, without byte order mark. Malformed bytes throw {@link CharacterCodingException}. */
    BufferedReader open() throws IOException {
        var decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        InputStream bytes = bytes();
        BufferedReader reader = new BufferedReader(new InputStreamReader(bytes, decoder), BUFFER);
        try {
            reader.mark(1);
            if (reader.read() != BYTE_ORDER_MARK) {
                reader.reset();
            }
            return reader;
        } catch (IOException e) {
            reader.close();
            throw e;
        }
    }

    private InputStream bytes() throws IOException {
        InputStream raw = new BufferedInputStream(Files.newInputStream(path), BUFFER);
        try {
            raw.mark(2);
            int magic = raw.read() << 8 | raw.read();
            raw.reset();
            return magic == GZIP_MAGIC ? new GZIPInputStream(raw, BUFFER) : raw;
        } catch (IOException e) {
            raw.close();
            throw e;
        }
    }

    /** An error about the file as a whole. */
    DatasetException error(String what) {
        return new DatasetException(name() + ": " + what);
    }

    /** An error in one row. */
    DatasetException error(int row, String what) {
        return new DatasetException(name() + ", row " + row + ": " + what);
    }

    /** Puts a failure to read into words; finds the row of malformed bytes. */
    DatasetException unreadable(IOException cause) {
        if (cause instanceof CharacterCodingException) {
            return malformed(cause);
        }
        if (cause instanceof EOFException || cause instanceof ZipException) {
            return new DatasetException(
                    name() + ": broken gzip data (" + cause.getMessage() + "). Copy or compress the file again.",
                    cause);
        }
        return new DatasetException(name() + ": cannot be read: " + cause, cause);
    }

    private DatasetException malformed(IOException cause) {
        try (InputStream bytes = new BufferedInputStream(bytes(), BUFFER)) {
            int row = firstMalformedLine(bytes);
            return new DatasetException(
                    name() + ", row " + row + ": malformed UTF-8. Save the file as UTF-8; it may be"
                            + " Latin-1, Windows-1252 or UTF-16 now.",
                    cause);
        } catch (IOException e) {
            e.addSuppressed(cause);
            return new DatasetException(name() + ": cannot be read: " + e, e);
        }
    }

    /** Line ends are single bytes in UTF-8, so lines can be decoded one by one. */
    private static int firstMalformedLine(InputStream bytes) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int row = 1;
        int previous = -1;
        for (int b = bytes.read(); b >= 0; b = bytes.read()) {
            boolean newLine = previous == '\n' || (previous == '\r' && b != '\n');
            if (newLine) {
                if (!decodes(line)) {
                    return row;
                }
                line.reset();
                row++;
            }
            line.write(b);
            previous = b;
        }
        return row;
    }

    private static boolean decodes(ByteArrayOutputStream line) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line.toByteArray()));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
