package ai.graft.model.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;

/**
 * A file whose parts are looked at without being copied: mapped in one piece up to 2 GB, else part by part.
 *
 * <p>Parts outlive the channel. The channel is used only while one of these methods runs, by one thread.
 */
final class MappedFile {
    private final FileChannel channel;
    private final long size;
    private final ByteBuffer whole;

    private MappedFile(FileChannel channel, long size, ByteBuffer whole) {
        this.channel = channel;
        this.size = size;
        this.whole = whole;
    }

    static MappedFile of(FileChannel channel) throws IOException {
        long size = channel.size();
        boolean small = size <= Integer.MAX_VALUE;
        return new MappedFile(channel, size, small ? channel.map(MapMode.READ_ONLY, 0, size) : ByteBuffer.allocate(0));
    }

    /** Length of the file in bytes. */
    long size() {
        return size;
    }

    /** A little-endian view of bytes that must lie inside the file. */
    ByteBuffer part(long position, int length) throws IOException {
        ByteBuffer part = size <= Integer.MAX_VALUE
                ? whole.slice((int) position, length)
                : channel.map(MapMode.READ_ONLY, position, length);
        return part.order(ByteOrder.LITTLE_ENDIAN);
    }

    /** A little-endian copy of bytes, fewer where the file ends before. */
    ByteBuffer copy(long position, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining() && channel.read(bytes, position + bytes.position()) >= 0) {
            // the loop's condition does the work
        }
        return bytes.flip();
    }
}
