package ai.graft.datasets;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;

/**
 * Where the first bytes stand that are no characters.
 *
 * @param row number of their line, from 1
 * @param offset number of bytes before them
 */
record MalformedBytes(int row, long offset) {
    private static final int BUFFER = 1 << 16;

    /** Looks from the start of a file; gives its end where all bytes are characters. */
    static MalformedBytes find(InputStream bytes, Charset charset) throws IOException {
        CharsetDecoder decoder = charset.newDecoder(); // reports, by default
        ByteBuffer in = ByteBuffer.allocate(BUFFER).flip();
        CharBuffer out = CharBuffer.allocate(BUFFER);
        LineCounter lines = new LineCounter();
        long offset = 0;
        boolean end = false;
        while (true) {
            int before = in.position();
            CoderResult result = decoder.decode(in, out, end);
            offset += in.position() - before;
            lines.count(out.flip());
            out.clear();
            if (result.isError() || (end && result.isUnderflow())) {
                return new MalformedBytes(lines.row, offset);
            }
            if (result.isUnderflow()) {
                end = !fill(in, bytes);
            }
        }
    }

    private static boolean fill(ByteBuffer buffer, InputStream bytes) throws IOException {
        buffer.compact();
        int count = bytes.read(buffer.array(), buffer.position(), buffer.remaining());
        buffer.position(buffer.position() + Math.max(0, count)).flip();
        return count >= 0;
    }

    /** Counts the line ends {@code \n}, {@code \r\n} and {@code \r}. */
    private static final class LineCounter {
        private int row = 1;
        private char previous;

        void count(CharBuffer letters) {
            while (letters.hasRemaining()) {
                char letter = letters.get();
                if (letter == '\r' || (letter == '\n' && previous != '\r')) {
                    row++;
                }
                previous = letter;
            }
        }
    }
}
