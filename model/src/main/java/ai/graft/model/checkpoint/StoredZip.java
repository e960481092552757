package ai.graft.model.checkpoint;

import ai.graft.model.checkpoint.TorchContents.Region;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A zip archive whose entries are not compressed, so that each is a run of the file's bytes.
 *
 * <p>The JDK's own reader gives streams, not places; weights are mapped, and so their places are needed. Entries that
 * are compressed or encrypted, lie outside of the file or over each other are refused.
 *
 * <p>Source: PKWARE's APPNOTE 6.3, sections 4.3.7 (local header), 4.3.12 (directory), 4.3.14 to 4.3.16 (its end) and
 * 4.5.3 (ZIP64).
 */
final class StoredZip {
    private static final int LOCAL = 0x0403_4B50;
    private static final int DIRECTORY = 0x0201_4B50;
    private static final int END = 0x0605_4B50;
    private static final int END_64 = 0x0606_4B50;
    private static final int LOCATOR_64 = 0x0706_4B50;

    private static final int LOCAL_BYTES = 30;
    private static final int DIRECTORY_BYTES = 46;
    private static final int END_BYTES = 22;
    private static final int END_64_BYTES = 56;
    private static final int LOCATOR_BYTES = 20;
    private static final int LONGEST_COMMENT = 0xFFFF;
    private static final int ENCRYPTED = 1;
    private static final short ZIP_64_FIELD = 1;
    /** In place of a number that stands in the ZIP64 field. */
    private static final long ELSEWHERE = 0xFFFF_FFFFL;

    private static final String CURE = "The file is damaged or not whole; fetch it again.";

    private final String file;
    private final MappedFile mapped;

    private StoredZip(String file, MappedFile mapped) {
        this.file = file;
        this.mapped = mapped;
    }

    /**
     * The place of every entry, in the order of the directory.
     *
     * @throws CheckpointException if the archive is malformed or an entry is not simply stored
     */
    static Map<String, Region> entries(String file, MappedFile mapped) throws IOException {
        return new StoredZip(file, mapped).read();
    }

    private Map<String, Region> read() throws IOException {
        Region directory = directory();
        ByteBuffer headers = mapped.copy(directory.position(), intOf("the directory", directory.bytes()));
        Map<String, Region> entries = new LinkedHashMap<>();
        while (headers.remaining() >= DIRECTORY_BYTES) {
            entry(headers, directory.position(), entries);
        }
        if (headers.hasRemaining()) {
            throw fault("%d bytes at the end of its directory are no entry".formatted(headers.remaining()));
        }
        refuseOverlap(entries);
        return Collections.unmodifiableMap(entries);
    }

    /** Looked for from the end of the file backwards, since a comment of any length may follow. */
    private Region directory() throws IOException {
        int length = (int) Math.min(mapped.size(), END_BYTES + LONGEST_COMMENT);
        long start = mapped.size() - length;
        ByteBuffer tail = mapped.copy(start, length);
        for (int at = tail.limit() - END_BYTES; at >= 0; at--) {
            if (tail.getInt(at) == END) {
                return directory(start + at, tail.slice(at, END_BYTES).order(ByteOrder.LITTLE_ENDIAN));
            }
        }
        throw fault("its directory, which is the end of a zip archive, is missing");
    }

    private Region directory(long end, ByteBuffer record) throws IOException {
        ByteBuffer locator = mapped.copy(Math.max(0, end - LOCATOR_BYTES), LOCATOR_BYTES);
        boolean large = end >= LOCATOR_BYTES && locator.remaining() == LOCATOR_BYTES && locator.getInt(0) == LOCATOR_64;
        long bytes = unsigned(record.getInt(12));
        long position = unsigned(record.getInt(16));
        if (large) {
            long place = locator.getLong(8);
            ByteBuffer end64 = mapped.copy(inside("the end of its directory", place, END_64_BYTES), END_64_BYTES);
            if (end64.getInt(0) != END_64) {
                throw fault("the end of its directory is not at byte " + place);
            }
            bytes = end64.getLong(40);
            position = end64.getLong(48);
        }
        return new Region(inside("its directory", position, bytes), bytes);
    }

    private void entry(ByteBuffer headers, long directory, Map<String, Region> entries) throws IOException {
        ByteBuffer header = headers.slice().order(ByteOrder.LITTLE_ENDIAN);
        int nameBytes = header.getShort(28) & 0xFFFF;
        int extraBytes = header.getShort(30) & 0xFFFF;
        int whole = DIRECTORY_BYTES + nameBytes + extraBytes + (header.getShort(32) & 0xFFFF);
        if (header.getInt(0) != DIRECTORY || whole > header.remaining()) {
            throw fault("an entry of its directory is damaged");
        }
        String name = StandardCharsets.UTF_8
                .decode(header.slice(DIRECTORY_BYTES, nameBytes))
                .toString();
        refuseUnusual(name, header.getShort(8), header.getShort(10));
        ByteBuffer extra = header.slice(DIRECTORY_BYTES + nameBytes, extraBytes).order(ByteOrder.LITTLE_ENDIAN);
        long[] place = place(name, header, extra);
        Region data = data(name, place[0], place[1], directory);
        if (entries.put(name, data) != null) {
            throw fault("it has two entries named '%s'".formatted(name));
        }
        headers.position(headers.position() + whole);
    }

    private void refuseUnusual(String name, short flags, short method) {
        if ((flags & ENCRYPTED) != 0) {
            throw new CheckpointException("%s: '%s' is encrypted. Save it without a password.".formatted(file, name));
        }
        if (method != 0) {
            throw new CheckpointException(
                    ("%s: '%s' is compressed (method %d), which torch.save never does: it is a TorchScript"
                                    + " program, or was packed again. Save model.state_dict(), or pack it with 'zip -0'.")
                            .formatted(file, name, method));
        }
    }

    /** Length of the data and place of the local header. */
    private long[] place(String name, ByteBuffer header, ByteBuffer extra) {
        ByteBuffer large = zip64(extra);
        long length = unsigned(header.getInt(24));
        long stored = unsigned(header.getInt(20));
        long local = unsigned(header.getInt(42));
        length = length == ELSEWHERE ? next(name, large) : length;
        stored = stored == ELSEWHERE ? next(name, large) : stored;
        local = local == ELSEWHERE ? next(name, large) : local;
        if (stored != length) {
            throw fault("'%s' has %d bytes, but %d are stored".formatted(name, length, stored));
        }
        return new long[] {length, local};
    }

    private static ByteBuffer zip64(ByteBuffer extra) {
        while (extra.remaining() >= 4) {
            short id = extra.getShort();
            int length = Math.min(extra.getShort() & 0xFFFF, extra.remaining());
            if (id == ZIP_64_FIELD) {
                return extra.slice(extra.position(), length).order(ByteOrder.LITTLE_ENDIAN);
            }
            extra.position(extra.position() + length);
        }
        return ByteBuffer.allocate(0);
    }

    private long next(String name, ByteBuffer large) {
        if (large.remaining() < Long.BYTES) {
            throw fault("the large numbers of '%s' are missing".formatted(name));
        }
        return large.getLong();
    }

    private Region data(String name, long length, long local, long directory) throws IOException {
        ByteBuffer header = mapped.copy(inside("'" + name + "'", local, LOCAL_BYTES), LOCAL_BYTES);
        if (header.getInt(0) != LOCAL) {
            throw fault("'%s' is not at byte %d, where its directory says".formatted(name, local));
        }
        long start = local + LOCAL_BYTES + (header.getShort(26) & 0xFFFF) + (header.getShort(28) & 0xFFFF);
        if (length < 0 || start > directory || length > directory - start) {
            throw fault("'%s' has %d bytes from byte %d on, which runs into the directory at byte %d"
                    .formatted(name, length, start, directory));
        }
        return new Region(start, length);
    }

    private void refuseOverlap(Map<String, Region> entries) {
        List<Map.Entry<String, Region>> sorted = entries.entrySet().stream()
                .filter(entry -> entry.getValue().bytes() > 0)
                .sorted(Comparator.comparingLong(entry -> entry.getValue().position()))
                .toList();
        for (int i = 1; i < sorted.size(); i++) {
            Region before = sorted.get(i - 1).getValue();
            if (before.position() + before.bytes() > sorted.get(i).getValue().position()) {
                throw fault("'%s' and '%s' lie over each other"
                        .formatted(sorted.get(i - 1).getKey(), sorted.get(i).getKey()));
            }
        }
    }

    private long inside(String what, long position, long bytes) {
        if (position < 0 || bytes < 0 || position > mapped.size() || bytes > mapped.size() - position) {
            throw fault("%s should be %s bytes from byte %s on, but the file has only %d"
                    .formatted(what, Long.toUnsignedString(bytes), Long.toUnsignedString(position), mapped.size()));
        }
        return position;
    }

    private int intOf(String what, long bytes) {
        if (bytes > Integer.MAX_VALUE) {
            throw fault("%s has %d bytes, more than %d".formatted(what, bytes, Integer.MAX_VALUE));
        }
        return (int) bytes;
    }

    private static long unsigned(int number) {
        return number & ELSEWHERE;
    }

    private CheckpointException fault(String reason) {
        return new CheckpointException("%s: %s. %s".formatted(file, reason, CURE));
    }
}
