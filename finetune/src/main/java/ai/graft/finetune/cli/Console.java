package ai.graft.finetune.cli;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The streams of one run of the command line: UTF-8 in both directions, whatever the locale says. Results go to {@link #out},
 * progress and messages to {@link #err}. Of one thread.
 */
final class Console {
    private static final int BUFFER = 1 << 16;

    private final InputStream in;
    private final FailureKeeper target;
    private final PrintStream out;
    private final PrintStream err;

    /** A console over streams of the caller's, who closes them. */
    Console(InputStream in, OutputStream out, OutputStream err) {
        this.in = in;
        this.target = new FailureKeeper(out);
        this.out = new PrintStream(new BufferedOutputStream(target, BUFFER), false, StandardCharsets.UTF_8);
        this.err = new PrintStream(err, true, StandardCharsets.UTF_8);
    }

    /** The process's own streams. */
    static Console ofProcess() {
        return new Console(
                new BufferedInputStream(new FileInputStream(FileDescriptor.in)), // a bare one wants to seek
                new FileOutputStream(FileDescriptor.out),
                new FileOutputStream(FileDescriptor.err));
    }

    /** For results. */
    PrintStream out() {
        return out;
    }

    /** For progress, warnings and errors. */
    PrintStream err() {
        return err;
    }

    /** {@link #out} as picocli wants it. */
    PrintWriter outWriter() {
        return new PrintWriter(out, true, StandardCharsets.UTF_8);
    }

    /** {@link #err} as picocli wants it. */
    PrintWriter errWriter() {
        return new PrintWriter(err, true, StandardCharsets.UTF_8);
    }

    /**
     * All of standard input.
     *
     * @throws IOException where it cannot be read or is not UTF-8
     */
    String readAll() throws IOException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(in.readAllBytes()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IOException("standard input is not UTF-8 text. Convert it, for example with iconv -t UTF-8.", e);
        }
    }

    /** Standard input as text, for reading line by line. */
    BufferedReader reader() {
        return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    }

    /** Whether a person looks on: then progress is a bar that moves. */
    boolean interactive() {
        return System.console() != null && !"dumb".equals(System.getenv("TERM"));
    }

    /** The lines of standard input. */
    List<String> readLines() throws IOException {
        return new BufferedReader(new StringReader(readAll())).lines().toList();
    }

    /**
     * Writes out what is buffered.
     *
     * @return why results could not be written; empty where they could, or where the reader closed the pipe and so wants no
     *     more of them ({@code graft … | head})
     */
    Optional<IOException> finish() {
        out.flush();
        err.flush();
        return target.failure().filter(failure -> !isClosedPipe(failure));
    }

    /** By the message, which holds this word in translations too: Java has no class of its own for it. */
    private static boolean isClosedPipe(IOException failure) {
        return String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT).contains("pipe");
    }

    /** Remembers the first failure, which a PrintStream swallows, and writes nothing after it. */
    private static final class FailureKeeper extends OutputStream {
        private final OutputStream to;
        private Optional<IOException> first = Optional.empty();

        FailureKeeper(OutputStream to) {
            this.to = to;
        }

        Optional<IOException> failure() {
            return first;
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            if (first.isPresent()) {
                return;
            }
            try {
                to.write(bytes, from, length);
            } catch (IOException e) {
                first = Optional.of(e);
            }
        }

        @Override
        public void flush() throws IOException {
            if (first.isEmpty()) {
                to.flush();
            }
        }
    }
}
