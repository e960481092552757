package ai.graft.model.checkpoint;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Files of PyTorch put together by hand, without the code under test; opcode for opcode as torch.save writes them. */
final class TorchBytes {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** A tensor as pickled: a storage of the class, key and length, and the window of it. */
    record View(
            String name, String storage, String key, long elements, long offset, List<Long> shape, List<Long> strides) {
        static View floats(String name, String key, long elements, long offset, List<Long> shape, List<Long> strides) {
            return new View(name, "FloatStorage", key, elements, offset, shape, strides);
        }

        static View row(String name, String key, long elements) {
            return floats(name, key, elements, 0, List.of(elements), List.of(1L));
        }
    }

    /** The pickle of a dictionary of tensors, protocol 2. */
    static byte[] pickle(boolean stream, View... views) {
        TorchBytes bytes = new TorchBytes().op(0x80, 2).op('}').op('(');
        for (View view : views) {
            bytes.text(view.name()).global("torch._utils", "_rebuild_tensor_v2").op('(');
            bytes.op('(').text("storage").global("torch", view.storage());
            bytes.text(view.key()).text("cpu").number(view.elements());
            if (stream) {
                bytes.op('N');
            }
            bytes.op('t').op('Q').number(view.offset()).numbers(view.shape()).numbers(view.strides());
            bytes.op(0x89)
                    .global("collections", "OrderedDict")
                    .op(')')
                    .op('R')
                    .op('t')
                    .op('R');
        }
        return bytes.op('u').op('.').bytes();
    }

    TorchBytes op(int... codes) {
        for (int code : codes) {
            out.write(code);
        }
        return this;
    }

    TorchBytes global(String module, String name) {
        return op('c').raw((module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
    }

    TorchBytes text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return op('X').raw(littleEndian(4).putInt(utf8.length).array()).raw(utf8);
    }

    TorchBytes number(long number) {
        return op(0x8A, 8).raw(littleEndian(8).putLong(number).array());
    }

    TorchBytes numbers(List<Long> numbers) {
        op('(');
        numbers.forEach(this::number);
        return op('t');
    }

    TorchBytes raw(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    byte[] bytes() {
        return out.toByteArray();
    }

    /** A zip archive of the pickle and entries, such as data/0, written by the JDK without compression. */
    static byte[] zip(byte[] pickle, Map<String, byte[]> entries) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            store(zip, "archive/data.pkl", pickle);
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                store(zip, "archive/" + entry.getKey(), entry.getValue());
            }
        }
        return out.toByteArray();
    }

    private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(content);
        ZipEntry entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(content);
    }

    /** The five pickles of the older format; storages follow. */
    static byte[] streamStart(byte[] pickle, String... keys) {
        TorchBytes bytes = new TorchBytes();
        bytes.op(0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19)
                .op('.');
        bytes.op(0x80, 2, 'M', 0xE9, 0x03, '.'); // 1001
        bytes.op(0x80, 2, '}', '.').raw(pickle).op(0x80, 2, ']', '(');
        List.of(keys).forEach(bytes::text);
        return bytes.op('e').op('.').bytes();
    }

    static byte[] floats(float... values) {
        ByteBuffer bytes = littleEndian(4 * values.length);
        bytes.asFloatBuffer().put(values);
        return bytes.array();
    }

    /** Number of elements, then the elements. */
    static byte[] streamStorage(long elements, byte[] data) {
        return littleEndian(8 + data.length).putLong(elements).put(data).array();
    }

    static byte[] concat(byte[]... parts) {
        TorchBytes bytes = new TorchBytes();
        new ArrayList<>(List.of(parts)).forEach(bytes::raw);
        return bytes.bytes();
    }

    static ByteBuffer littleEndian(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
