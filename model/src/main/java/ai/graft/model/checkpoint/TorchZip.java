package ai.graft.model.checkpoint;

import ai.graft.model.checkpoint.TorchContents.Region;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The format of torch.save since version 1.6: a zip archive with {@code NAME/data.pkl}, a pickle, and one entry {@code
 * NAME/data/KEY} a storage.
 *
 * <p>Source: {@code torch/serialization.py}, {@code _save} and {@code _load}.
 */
final class TorchZip {
    private static final String PICKLE = "/data.pkl";
    private static final int LONGEST_BYTE_ORDER = 16;

    private TorchZip() {}

    static TorchContents read(String file, MappedFile mapped) throws IOException {
        Map<String, Region> entries = StoredZip.entries(file, mapped);
        List<String> pickles = entries.keySet().stream()
                .filter(name -> name.endsWith(PICKLE) && name.indexOf('/') == name.length() - PICKLE.length())
                .toList();
        if (pickles.size() != 1) {
            throw new CheckpointException(("%s: is a zip archive with %d pickles named NAME/data.pkl, expected one."
                            + " Name a file that torch.save wrote.")
                    .formatted(file, pickles.size()));
        }
        String pickle = pickles.get(0);
        String root = pickle.substring(0, pickle.length() - PICKLE.length());
        refuseBigEndian(file, mapped, entries.getOrDefault(root + "/byteorder", new Region(0, 0)));
        Object unpickled = unpickle(file, mapped, entries.getOrDefault(pickle, new Region(0, 0)));
        return new TorchContents(TorchContents.stateDict(file, unpickled), storages(entries, root + "/data/"));
    }

    /** Without this entry, as before version 2.1, storages are little-endian. */
    private static void refuseBigEndian(String file, MappedFile mapped, Region entry) throws IOException {
        int length = (int) Math.min(entry.bytes(), LONGEST_BYTE_ORDER);
        String order = StandardCharsets.ISO_8859_1
                .decode(mapped.copy(entry.position(), length))
                .toString();
        if (!order.isEmpty() && !order.equals("little")) {
            throw new CheckpointException(
                    "%s: its byte order is '%s', read is 'little'. Save it on a little-endian machine."
                            .formatted(file, order));
        }
    }

    private static Object unpickle(String file, MappedFile mapped, Region pickle) throws IOException {
        if (pickle.bytes() > Integer.MAX_VALUE) {
            throw new CheckpointException(
                    "%s: its pickle has %d bytes, more than %d".formatted(file, pickle.bytes(), Integer.MAX_VALUE));
        }
        return PickleReader.read(file, mapped.part(pickle.position(), (int) pickle.bytes()), new TorchNames(file));
    }

    private static Map<String, Region> storages(Map<String, Region> entries, String folder) {
        Map<String, Region> storages = new LinkedHashMap<>();
        entries.forEach((name, region) -> {
            if (name.startsWith(folder)) {
                storages.put(name.substring(folder.length()), region);
            }
        });
        return storages;
    }
}
