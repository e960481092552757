package ai.graft.model.checkpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The safetensors format: 8 bytes header length, a JSON header, the data.
 *
 * <p>Reading is as strict as the reference library (Rust, 0.8), so that a damaged file is never read in part. Writing
 * gives the reference library's very bytes: tensors ordered by type, then name, and the header padded with spaces to a
 * multiple of 8.
 */
public final class SafetensorsFile {
    private static final int LENGTH_BYTES = 8;
    private static final int WRITE_BYTES = 1 << 20;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Comparator<Map.Entry<String, Tensor>> ORDER = Comparator.comparing(
                    (Map.Entry<String, Tensor> entry) -> entry.getValue().dtype(), Comparator.reverseOrder())
            .thenComparing(entry -> utf8(entry.getKey()), Arrays::compareUnsigned);

    private SafetensorsFile() {}

    /**
     * Reads a file; the tensors' data are mapped, not copied, and files over 2 GB are mapped tensor by tensor.
     *
     * <p>As long as a tensor is in use the file must not be changed in place; replacing it by a rename is safe.
     *
     * @return the tensors by name, in the order of their data
     * @throws CheckpointException if the file cannot be read or is malformed in any way
     */
    public static Map<String, Tensor> read(Path file) {
        try (FileChannel channel = FileChannel.open(file)) {
            MappedFile mapped = MappedFile.of(channel);
            long headerBytes = headerBytes(file, mapped);
            long dataStart = LENGTH_BYTES + headerBytes;
            ByteBuffer header = mapped.copy(LENGTH_BYTES, Math.toIntExact(headerBytes));
            SafetensorsHeader parsed = SafetensorsHeader.parse(file.toString(), header, mapped.size() - dataStart);
            return map(file, mapped, dataStart, parsed.entries());
        } catch (IOException e) {
            throw new CheckpointException(file + ": cannot be read: " + e, e);
        }
    }

    /**
     * Writes tensors as they are stored.
     *
     * <p>The file appears whole or not at all, and equal tensors give equal bytes. {@code __metadata__} is
     * {@code {"format":"pt"}}, which transformers asks for.
     *
     * @throws CheckpointException if the file cannot be written
     */
    public static void write(Path file, Map<String, Tensor> tensors) {
        List<Map.Entry<String, Tensor>> sorted =
                tensors.entrySet().stream().sorted(ORDER).toList();
        Path temporary = file.resolveSibling("." + file.getFileName() + ".tmp-" + UUID.randomUUID());
        try {
            try (FileChannel channel =
                    FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                writeFully(channel, header(sorted));
                for (Map.Entry<String, Tensor> entry : sorted) {
                    writeFully(channel, entry.getValue().data());
                }
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new CheckpointException(file + ": cannot be written: " + e, e);
        } finally {
            deleteQuietly(temporary);
        }
    }

    /**
     * Writes tensors with all floats stored as one type; integers and booleans stay as they are.
     *
     * @param floats F32, F16 or BF16
     * @throws IllegalArgumentException if {@code floats} is another type
     * @throws CheckpointException if the file cannot be written, or an element is out of the type's range
     */
    public static void write(Path file, Map<String, Tensor> tensors, DType floats) {
        Map<String, Tensor> converted = new LinkedHashMap<>();
        if (floats == DType.F64 || !floats.floating()) {
            throw new IllegalArgumentException("weights are written as F32, F16 or BF16, not as " + floats);
        }
        tensors.forEach((name, tensor) -> {
            try {
                converted.put(name, tensor.dtype().floating() ? tensor.convertTo(floats) : tensor);
            } catch (IllegalArgumentException e) {
                throw new CheckpointException("%s: tensor '%s': %s".formatted(file, name, e.getMessage()), e);
            }
        });
        write(file, converted);
    }

    private static long headerBytes(Path file, MappedFile mapped) throws IOException {
        long size = mapped.size();
        GitLfsPointer.refuse(file, mapped);
        if (size < LENGTH_BYTES) {
            throw new CheckpointException("%s: %s; a safetensors file has at least 8 bytes. Fetch it again."
                    .formatted(file, size == 0 ? "the file is empty" : "the file has only " + size + " bytes"));
        }
        long length = mapped.copy(0, LENGTH_BYTES).getLong();
        if (length < 0 || length > SafetensorsHeader.MAX_BYTES) {
            throw new CheckpointException("%s: the header's length is %s, the limit is %d. %s"
                    .formatted(
                            file, Long.toUnsignedString(length), SafetensorsHeader.MAX_BYTES, SafetensorsHeader.CURE));
        }
        if (length > size - LENGTH_BYTES) {
            throw new CheckpointException("%s: the header's length is %d, but only %d bytes follow. %s"
                    .formatted(file, length, size - LENGTH_BYTES, SafetensorsHeader.CURE));
        }
        return length;
    }

    private static Map<String, Tensor> map(
            Path file, MappedFile mapped, long dataStart, List<SafetensorsHeader.Entry> entries) throws IOException {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (SafetensorsHeader.Entry entry : entries) {
            long start = dataStart + entry.begin();
            long length = entry.end() - entry.begin();
            if (length > Integer.MAX_VALUE) {
                throw new CheckpointException("%s: tensor '%s' has %d bytes, more than the %d that can be mapped"
                        .formatted(file, entry.name(), length, Integer.MAX_VALUE));
            }
            tensors.put(entry.name(), new Tensor(entry.dtype(), entry.shape(), mapped.part(start, (int) length)));
        }
        return tensors;
    }

    private static ByteBuffer header(List<Map.Entry<String, Tensor>> sorted) throws IOException {
        ObjectNode root = JSON.createObjectNode();
        root.putObject("__metadata__").put("format", "pt");
        long end = 0;
        for (Map.Entry<String, Tensor> entry : sorted) {
            Tensor tensor = entry.getValue();
            ObjectNode info =
                    root.putObject(entry.getKey()).put("dtype", tensor.dtype().name());
            ArrayNode shape = info.putArray("shape");
            tensor.shape().forEach(shape::add);
            long begin = end;
            end += tensor.data().remaining();
            info.putArray("data_offsets").add(begin).add(end);
        }
        byte[] json = JSON.writeValueAsBytes(root);
        int padded = (json.length + 7) / 8 * 8;
        ByteBuffer header = ByteBuffer.allocate(LENGTH_BYTES + padded).order(ByteOrder.LITTLE_ENDIAN);
        header.putLong(padded).put(json);
        Arrays.fill(header.array(), header.position(), header.capacity(), (byte) ' ');
        return header.rewind();
    }

    private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
        // A channel copies what it is given into native memory, and keeps as much for the next time.
        while (bytes.hasRemaining()) {
            ByteBuffer part = bytes.slice(bytes.position(), Math.min(bytes.remaining(), WRITE_BYTES));
            bytes.position(bytes.position() + channel.write(part));
        }
    }

    private static void deleteQuietly(Path temporary) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            // The write's own outcome matters more than a leftover that cannot be deleted.
        }
    }

    private static byte[] utf8(String name) {
        return name.getBytes(StandardCharsets.UTF_8);
    }
}
