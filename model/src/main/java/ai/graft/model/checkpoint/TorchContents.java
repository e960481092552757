package ai.graft.model.checkpoint;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a file of PyTorch holds: its tensors, and where their storages lie.
 *
 * @param tensors by name, in the order of the pickled dictionary
 * @param storages by key
 */
record TorchContents(Map<String, TorchView> tensors, Map<String, Region> storages) {
    /** Bytes of the file. */
    record Region(long position, long bytes) {}

    /**
     * The tensors of an unpickled value.
     *
     * @throws CheckpointException if it is anything but a dictionary of tensors
     */
    static Map<String, TorchView> stateDict(String file, Object unpickled) {
        if (!(unpickled instanceof Map<?, ?> entries)) {
            throw new CheckpointException("%s: holds %s, expected a dictionary of tensors. %s"
                    .formatted(file, PickleReader.kind(unpickled), PickleReader.CURE));
        }
        Map<String, TorchView> tensors = new LinkedHashMap<>();
        entries.forEach((key, value) -> {
            if (!(key instanceof String name) || !(value instanceof TorchView view)) {
                throw new CheckpointException("%s: its entry '%s' is %s, expected a tensor. %s"
                        .formatted(file, key, PickleReader.kind(value), PickleReader.CURE));
            }
            tensors.put(name, view);
        });
        return tensors;
    }

    /** The first tensor that uses a storage, for messages; empty if none does. */
    static String user(Map<String, TorchView> tensors, String storage) {
        return tensors.entrySet().stream()
                .filter(entry -> entry.getValue().storage().key().equals(storage))
                .findFirst()
                .map(Map.Entry::getKey)
                .orElse("");
    }
}
