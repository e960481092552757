package ai.graft.finetune.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/**
 * Writes a table of floats row by row as NumPy's {@code .npy}, version 1.0: {@code numpy.load} gives float32 (rows, columns).
 * The number of rows is put into the header at the end.
 *
 * @see <a href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">numpy.lib.format</a>
 */
final class NpyFile implements AutoCloseable {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};

    /** A multiple of 64, as the format asks; room for any shape of two axes. */
    private static final int HEADER = 128;

    private final FileChannel file;
    private int columns;
    private long rows;

    private NpyFile(FileChannel file) {
        this.file = file;
    }

    /** Begins a file; one of that name is replaced. */
    static NpyFile create(Path path) throws IOException {
        FileChannel file = FileChannel.open(
                path, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
        return new NpyFile(file.position(HEADER));
    }

    /** Adds rows of equal length, the same for all. */
    void add(float[][] values) throws IOException {
        for (float[] row : values) {
            columns = row.length;
            ByteBuffer bytes = ByteBuffer.allocate(row.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(row);
            write(bytes);
        }
        rows += values.length;
    }

    private void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            file.write(bytes);
        }
    }

    @Override
    public void close() throws IOException {
        try (file) {
            String shape = String.format(
                    Locale.ROOT, "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d), }", rows, columns);
            ByteBuffer header = ByteBuffer.allocate(HEADER).order(ByteOrder.LITTLE_ENDIAN);
            int length = HEADER - MAGIC.length - Short.BYTES;
            header.put(MAGIC).putShort((short) length).put(shape.getBytes(StandardCharsets.US_ASCII));
            while (header.remaining() > 1) {
                header.put((byte) ' ');
            }
            file.position(0);
            write(header.put((byte) '\n').flip());
        }
    }
}
