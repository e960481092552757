package ai.graft.finetune.features;

import ai.graft.model.checkpoint.Sha256;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.util.Arrays;
import java.util.Optional;

/** A file of vectors: a mark, the numbers of rows and columns, the rows as big-endian float32, and the SHA-256 of all that. */
final class FeatureFile {
    private static final int MARK = 0x47464631; // "GFF1"
    private static final int HEADER_BYTES = 3 * Integer.BYTES;
    private static final int DIGEST_BYTES = 32;
    private static final int BUFFER = 1 << 16;

    /** What the file of these vectors takes. */
    static long bytes(float[][] rows) {
        return bytes(rows.length, rows.length == 0 ? 0 : rows[0].length);
    }

    private static long bytes(long rows, long columns) {
        return HEADER_BYTES + rows * columns * Float.BYTES + DIGEST_BYTES;
    }

    static void write(Path file, float[][] rows) throws IOException {
        int columns = rows.length == 0 ? 0 : rows[0].length;
        try (DigestOutputStream digested = new DigestOutputStream(
                        new BufferedOutputStream(Files.newOutputStream(file), BUFFER), Sha256.digest());
                DataOutputStream out = new DataOutputStream(digested)) {
            out.writeInt(MARK);
            out.writeInt(rows.length);
            out.writeInt(columns);
            ByteBuffer buffer = ByteBuffer.allocate(columns * Float.BYTES);
            for (float[] row : rows) {
                buffer.asFloatBuffer().put(row);
                out.write(buffer.array());
            }
            byte[] digest = digested.getMessageDigest().digest();
            digested.on(false);
            out.write(digest);
        }
    }

    /** Empty where there is no such file, or where it is not what was written. */
    static Optional<float[][]> read(Path file) {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try (DigestInputStream digested = new DigestInputStream(
                        new BufferedInputStream(Files.newInputStream(file), BUFFER), Sha256.digest());
                DataInputStream in = new DataInputStream(digested)) {
            int mark = in.readInt();
            int rows = in.readInt();
            int columns = in.readInt();
            if (mark != MARK || rows < 0 || columns < 0 || Files.size(file) != bytes(rows, columns)) {
                return Optional.empty();
            }
            float[][] vectors = new float[rows][columns];
            ByteBuffer buffer = ByteBuffer.allocate(columns * Float.BYTES);
            for (float[] vector : vectors) {
                in.readFully(buffer.array());
                buffer.asFloatBuffer().get(vector);
            }
            byte[] digest = digested.getMessageDigest().digest();
            digested.on(false);
            return Arrays.equals(digest, in.readNBytes(DIGEST_BYTES)) ? Optional.of(vectors) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty(); // cannot be read: it is made anew
        }
    }

    private FeatureFile() {}
}
