package ai.graft.finetune.engine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes a TorchScript archive, what {@code torch.jit.load} reads, from source text. The module has one class, {@code
 * __torch__.Graft}, whose attributes are empty lists; its own methods fill them, so no tensor is stored in the archive.
 *
 * <p>Form: a zip with stored entries: a pickled object, the code, an empty tuple of constants, the format's version (see
 * {@code torch/csrc/jit/serialization} of PyTorch 2.7).
 */
final class TorchScriptArchive {
    private static final byte PROTO = (byte) 0x80;
    private static final byte NEWOBJ = (byte) 0x81;

    static byte[] write(String source, List<String> listAttributes) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            put(zip, "graft/data.pkl", pickledObject(listAttributes));
            put(zip, "graft/code/__torch__.py", source.getBytes(StandardCharsets.UTF_8));
            put(zip, "graft/constants.pkl", new byte[] {PROTO, 2, ')', '.'}); // an empty tuple
            put(zip, "graft/version", "10\n".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** Pickle, protocol 2: an object of {@code __torch__.Graft} whose state is {attribute: []}. */
    private static byte[] pickledObject(List<String> listAttributes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(new byte[] {PROTO, 2});
        out.write("c__torch__\nGraft\n".getBytes(StandardCharsets.US_ASCII));
        out.write(new byte[] {')', NEWOBJ, '}', '('}); // (), a new object, {}, mark
        for (String name : listAttributes) {
            byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
            out.write(new byte[] {'X', (byte) utf8.length, 0, 0, 0});
            out.write(utf8);
            out.write(']');
        }
        out.write("ub.".getBytes(StandardCharsets.US_ASCII)); // set items, build, stop
        return out.toByteArray();
    }

    private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(content);
        ZipEntry entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.STORED); // the reader accepts stored entries only
        entry.setSize(content.length);
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }

    private TorchScriptArchive() {}
}
