package ai.graft.model.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** Large zip archives with holes, in the ZIP64 layout, laid out by PKWARE's APPNOTE: large on paper, small on disk. */
final class SparseTorchFiles implements AutoCloseable {
    private static final int ELSEWHERE = -1;

    private record Entry(String name, long length, long local) {}

    private final FileChannel channel;
    private final List<Entry> entries = new ArrayList<>();
    private long end;

    SparseTorchFiles(Path file) throws IOException {
        channel = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE);
    }

    /** Appends bytes; gives where they lie. */
    long append(byte[] bytes) throws IOException {
        long place = end;
        put(place, bytes);
        end += bytes.length;
        return place;
    }

    /** Appends a hole. */
    long hole(long length) {
        long place = end;
        end += length;
        return place;
    }

    void put(long place, byte[] bytes) throws IOException {
        channel.write(ByteBuffer.wrap(bytes), place);
    }

    /** The header of an entry whose data are appended next. */
    void entry(String name, long length) throws IOException {
        byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
        ByteBuffer header = TorchBytes.littleEndian(30 + utf8.length).putInt(0x04034B50);
        header.putShort(26, (short) utf8.length).position(30).put(utf8);
        entries.add(new Entry(name, length, append(header.array())));
    }

    /** Writes the directory and its ends. */
    void finish() throws IOException {
        long directory = end;
        for (Entry entry : entries) {
            byte[] utf8 = entry.name().getBytes(StandardCharsets.UTF_8);
            ByteBuffer header = TorchBytes.littleEndian(46 + utf8.length + 28).putInt(0x02014B50);
            header.putInt(20, ELSEWHERE).putInt(24, ELSEWHERE).putShort(28, (short) utf8.length);
            header.putShort(30, (short) 28).putInt(42, ELSEWHERE);
            header.position(46).put(utf8).putShort((short) 1).putShort((short) 24);
            append(header.putLong(entry.length())
                    .putLong(entry.length())
                    .putLong(entry.local())
                    .array());
        }
        long size = end - directory;
        ByteBuffer end64 = TorchBytes.littleEndian(56).putInt(0x06064B50).putLong(44);
        end64.putLong(24, entries.size())
                .putLong(32, entries.size())
                .putLong(40, size)
                .putLong(48, directory);
        long place = append(end64.array());
        append(TorchBytes.littleEndian(20)
                .putInt(0x07064B50)
                .putInt(0)
                .putLong(place)
                .putInt(1)
                .array());
        append(TorchBytes.littleEndian(22)
                .putInt(0x06054B50)
                .putInt(12, ELSEWHERE)
                .putInt(16, ELSEWHERE)
                .array());
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
