package ai.graft.model.checkpoint;

import ai.graft.model.checkpoint.TorchContents.Region;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Files that PyTorch's {@code torch.save} wrote, such as {@code pytorch_model.bin}: a dictionary of tensors.
 *
 * <p>Both formats are read, the zip archive and the older run of pickles. The pickle inside is read as data and never
 * executed, see {@link PickleReader}: a file that asks for any class or function that tensors do not need is refused by
 * its name. There is no writer; Graft writes safetensors.
 */
public final class TorchFile {
    private static final List<String> EXTENSIONS = List.of(".bin", ".pt", ".pth");
    private static final int ZIP = 0x0403_4B50; // "PK" 3 4
    private static final int PROTOCOL_2 = 0x0280;
    private static final String CURE = "The file is damaged or not whole; fetch it again.";
    /**
     * Bytes that tensors out of row order may take in memory, in lengths of the file and beyond: a stride of 0 lets a
     * small file ask for any amount.
     */
    private static final int COPIES_PER_FILE = 8;

    private static final long COPIES_FREE = 1L << 26;

    private final String file;
    private final MappedFile mapped;
    private final TorchContents contents;
    private long copied;

    private TorchFile(String file, MappedFile mapped, TorchContents contents) {
        this.file = file;
        this.mapped = mapped;
        this.contents = contents;
    }

    /** Whether a file has one of the names that PyTorch's files have: {@code .bin}, {@code .pt}, {@code .pth}. */
    public static boolean isNamed(Path file) {
        return EXTENSIONS.stream().anyMatch(file.toString()::endsWith);
    }

    /**
     * Reads a file; data in row order are mapped, not copied, others (transposed, say) are copied into row order. Files
     * and storages over 2 GB are mapped tensor by tensor; a tensor itself has at most 2 GB.
     *
     * <p>As long as a tensor is in use the file must not be changed in place; replacing it by a rename is safe.
     *
     * @return the tensors by name, in the order of the dictionary; tensors that shared a storage share memory
     * @throws CheckpointException if the file cannot be read, is malformed, or is anything but a dictionary of tensors
     */
    public static Map<String, Tensor> read(Path path) {
        String file = path.toString();
        try (FileChannel channel = FileChannel.open(path)) {
            MappedFile mapped = MappedFile.of(channel);
            GitLfsPointer.refuse(path, mapped);
            return new TorchFile(file, mapped, contents(file, mapped)).tensors();
        } catch (IOException e) {
            throw new CheckpointException(file + ": cannot be read: " + e, e);
        }
    }

    private static TorchContents contents(String file, MappedFile mapped) throws IOException {
        ByteBuffer start = mapped.copy(0, Integer.BYTES);
        if (start.remaining() == Integer.BYTES && start.getInt(0) == ZIP) {
            return TorchZip.read(file, mapped);
        }
        if (start.remaining() == Integer.BYTES && start.getShort(0) == PROTOCOL_2) {
            return TorchStream.read(file, mapped);
        }
        throw new CheckpointException("%s: %s. %s"
                .formatted(
                        file,
                        mapped.size() == 0 ? "the file is empty" : "is in neither of the formats of torch.save",
                        CURE));
    }

    private Map<String, Tensor> tensors() throws IOException {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (Map.Entry<String, TorchView> entry : contents.tensors().entrySet()) {
            tensors.put(entry.getKey(), tensor(entry.getKey(), entry.getValue()));
        }
        return tensors;
    }

    private Tensor tensor(String name, TorchView view) throws IOException {
        DType dtype = view.storage().dtype();
        long position = region(name, view.storage()).position();
        int bytes = bytes(name, view);
        List<Integer> shape = view.shape().stream().map(Long::intValue).toList();
        if (bytes == 0) {
            return new Tensor(dtype, shape, ByteBuffer.allocate(0));
        }
        if (view.contiguous()) {
            long first = (view.storage().first() + view.offset()) * dtype.bits() / 8;
            return new Tensor(dtype, shape, mapped.part(position + first, bytes));
        }
        countCopy(name, bytes);
        long storageBytes = view.storage().elements() * dtype.bits() / 8;
        return new Tensor(dtype, shape, StridedCopy.of(view, mapped, position, storageBytes, bytes));
    }

    private Region region(String name, TorchStorage storage) {
        Region region = contents.storages().getOrDefault(storage.key(), new Region(0, -1));
        if (region.bytes() < 0) {
            throw fault(name, "its storage '%s' is not in the file".formatted(storage.key()));
        }
        int elementBytes = storage.dtype().bits() / 8;
        if (storage.elements() != region.bytes() / elementBytes || region.bytes() % elementBytes != 0) {
            throw fault(
                    name,
                    "%d elements of %s take %d bytes each, but its storage '%s' has %d bytes in all"
                            .formatted(
                                    storage.elements(), storage.dtype(), elementBytes, storage.key(), region.bytes()));
        }
        return region;
    }

    /** Length of the tensor in row order; checks that each element is inside the storage. */
    private int bytes(String name, TorchView view) {
        try {
            long size = view.size();
            long limit = view.storage().length();
            if (size > 0 && view.lastPlace() >= limit) {
                throw fault(
                        name,
                        "shape %s with strides %s from element %d on reaches element %d, but its storage has %d"
                                .formatted(view.shape(), view.strides(), view.offset(), view.lastPlace(), limit));
            }
            long bytes = Math.multiplyExact(size, view.storage().dtype().bits() / 8);
            if (bytes > Integer.MAX_VALUE || view.shape().stream().anyMatch(n -> n > Integer.MAX_VALUE)) {
                throw fault(
                        name,
                        "its shape %s of %s takes %d bytes, more than the %d that can be mapped"
                                .formatted(view.shape(), view.storage().dtype(), bytes, Integer.MAX_VALUE));
            }
            return (int) bytes;
        } catch (ArithmeticException e) {
            throw fault(name, "its shape %s with strides %s overflows 64 bits".formatted(view.shape(), view.strides()));
        }
    }

    private void countCopy(String name, int bytes) {
        copied += bytes;
        if (copied > COPIES_PER_FILE * mapped.size() + COPIES_FREE) {
            throw fault(
                    name,
                    "with it, tensors out of row order take %d bytes, too much for a file of %d"
                            .formatted(copied, mapped.size()));
        }
    }

    private CheckpointException fault(String tensor, String reason) {
        return new CheckpointException("%s: tensor '%s': %s. %s".formatted(file, tensor, reason, CURE));
    }
}
