package ai.graft.model.checkpoint;

import ai.graft.model.checkpoint.TorchContents.Region;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The format of torch.save before version 1.6: five pickles (a magic number, the protocol's version, facts of the
 * machine, the dictionary, the keys of the storages), then for each key the number of elements in 8 bytes and the
 * elements, all little-endian.
 *
 * <p>Source: {@code torch/serialization.py}, {@code _legacy_save} and {@code _legacy_load}.
 */
final class TorchStream {
    private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
    private static final long VERSION = 1001;
    private static final String CURE = "The file is damaged or not whole; fetch it again.";

    private final String file;
    private final MappedFile mapped;
    private final Map<String, TorchView> tensors = new LinkedHashMap<>();
    private final Map<String, Region> storages = new LinkedHashMap<>();

    private TorchStream(String file, MappedFile mapped) {
        this.file = file;
        this.mapped = mapped;
    }

    static TorchContents read(String file, MappedFile mapped) throws IOException {
        return new TorchStream(file, mapped).read();
    }

    private TorchContents read() throws IOException {
        ByteBuffer pickles = mapped.part(0, (int) Math.min(mapped.size(), Integer.MAX_VALUE));
        TorchNames names = new TorchNames(file);
        if (!MAGIC.equals(PickleReader.read(file, pickles, names))) {
            throw new CheckpointException(file + ": is a pickle, but not one of torch.save. " + PickleReader.CURE);
        }
        Object version = PickleReader.read(file, pickles, names);
        if (!version.equals(VERSION)) {
            throw new CheckpointException("%s: the version of its format is %s, expected %d. %s"
                    .formatted(file, version instanceof Long ? version : PickleReader.kind(version), VERSION, CURE));
        }
        PickleReader.read(file, pickles, names); // the writer's machine: what it says of byte order is not so
        tensors.putAll(TorchContents.stateDict(file, PickleReader.read(file, pickles, names)));
        Object keys = PickleReader.read(file, pickles, names);
        if (!(keys instanceof List<?> list)) {
            throw new CheckpointException(
                    "%s: the list of its storages is %s. %s".formatted(file, PickleReader.kind(keys), CURE));
        }
        locate(list, pickles.position());
        return new TorchContents(tensors, storages);
    }

    private void locate(List<?> keys, long begin) throws IOException {
        Map<String, TorchView> users = new LinkedHashMap<>();
        tensors.values().forEach(view -> users.putIfAbsent(view.storage().key(), view));
        long position = begin;
        for (Object key : keys) {
            TorchView user = key instanceof String text ? users.get(text) : null;
            if (user == null) {
                throw new CheckpointException("%s: a storage belongs to no tensor. %s".formatted(file, CURE));
            }
            Region region = storage(user.storage(), position);
            if (storages.put(user.storage().key(), region) != null) {
                throw fault(user.storage(), "is listed twice");
            }
            position = region.position() + region.bytes();
        }
    }

    private Region storage(TorchStorage storage, long position) throws IOException {
        long data = position + Long.BYTES;
        if (data > mapped.size()) {
            throw fault(
                    storage, "should begin at byte %d, but the file has only %d".formatted(position, mapped.size()));
        }
        long elements = mapped.copy(position, Long.BYTES).getLong();
        int elementBytes = storage.dtype().bits() / 8;
        if (elements < 0 || elements > (mapped.size() - data) / elementBytes) {
            throw fault(
                    storage,
                    "should have %s elements of %s from byte %d on, but the file has only %d bytes"
                            .formatted(Long.toUnsignedString(elements), storage.dtype(), data, mapped.size()));
        }
        return new Region(data, elements * elementBytes);
    }

    private CheckpointException fault(TorchStorage storage, String reason) {
        return new CheckpointException("%s: tensor '%s': its storage %s. %s"
                .formatted(file, TorchContents.user(tensors, storage.key()), reason, CURE));
    }
}
