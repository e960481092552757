package ai.graft.datasets;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** A file of text, with or without byte order mark, compressed with gzip or not. Bytes that are no text are an error. */
final class SourceFile {
    private static final int BYTE_ORDER_MARK = 0xFEFF;
    private static final int GZIP_MAGIC = 0x1F8B;
    private static final int BUFFER = 1 << 16;

    private static final int FIRST_LETTERS = 4096;

    private final Path path;
    private final Charset charset;

    SourceFile(Path path, Charset charset) {
        this.path = path;
        this.charset = charset;
    }

    Charset charset() {
        return charset;
    }

    Path path() {
        return path;
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
        checkBeginning();
    }

    private void checkBeginning() {
        char[] letters = new char[FIRST_LETTERS];
        try (BufferedReader reader = open()) {
            int count = reader.read(letters);
            if (count < 0) {
                throw error("is empty, expected rows of text and label.");
            }
            String beginning = new String(letters, 0, count);
            int nul = beginning.indexOf('\0');
            if (nul >= 0) {
                throw nul((int) (beginning.substring(0, nul) + 'x').lines().count());
            }
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /** An error about a character that no text holds. */
    DatasetException nul(int row) {
        return error(
                row,
                "holds a NUL character (U+0000), which no text does. The file may be UTF-16: name its encoding with"
                        + " withCharset (--charset utf-16); else it is damaged or no text file, and the row must be"
                        + " corrected.");
    }

    /** The characters from the start, without byte order mark. Malformed bytes throw {@link CharacterCodingException}. */
    BufferedReader open() throws IOException {
        var decoder = charset.newDecoder()
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
            return hasGzipMagic(raw) ? new GZIPInputStream(raw, BUFFER) : raw;
        } catch (IOException e) {
            raw.close();
            throw e;
        }
    }

    private static boolean hasGzipMagic(InputStream raw) throws IOException {
        raw.mark(2);
        int magic = raw.read() << 8 | raw.read();
        raw.reset();
        return magic == GZIP_MAGIC;
    }

    private boolean isCompressed() throws IOException {
        try (InputStream raw = new BufferedInputStream(Files.newInputStream(path))) {
            return hasGzipMagic(raw);
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
            MalformedBytes place = MalformedBytes.find(bytes, charset);
            return new DatasetException(
                    name() + ", row " + place.row() + ": malformed " + charset.name() + " at byte " + place.offset()
                            + " of the file" + (isCompressed() ? " unpacked" : "")
                            + ". It may be Latin-1, Windows-1252 or UTF-16: name its encoding with withCharset"
                            + " (--charset latin1), or save the file as UTF-8.",
                    cause);
        } catch (IOException e) {
            e.addSuppressed(cause);
            return new DatasetException(name() + ": cannot be read: " + e, e);
        }
    }
}
