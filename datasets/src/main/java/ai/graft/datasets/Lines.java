package ai.graft.datasets;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.Optional;

/** The lines of a file one by one, as an editor counts them; NEL (U+0085) and the like end no line. */
final class Lines implements AutoCloseable {
    private final SourceFile file;
    private final BufferedReader reader;
    private int number;

    Lines(SourceFile file) {
        this.file = file;
        try {
            reader = file.open();
        } catch (IOException e) {
            throw file.unreadable(e);
        }
    }

    /** The next line, or none at the end of the file. */
    Optional<String> next() {
        try {
            Optional<String> line = Optional.ofNullable(reader.readLine());
            number += line.isPresent() ? 1 : 0;
            return line;
        } catch (IOException e) {
            throw file.unreadable(e);
        }
    }

    /** The number of the line given last, from 1. */
    int number() {
        return number;
    }

    /** Reads on to the end and gives the number of lines in the file, blank ones at its end left out. */
    int count() {
        int filled = number;
        for (Optional<String> line = next(); line.isPresent(); line = next()) {
            filled = line.get().isBlank() ? filled : number;
        }
        return filled;
    }

    @Override
    public void close() {
        try {
            reader.close();
        } catch (IOException e) {
            throw file.unreadable(e);
        }
    }
}
