package ai.graft.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.graft.model.checkpoint.TorchBytes.View;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Small files of both formats, laid out by hand. */
class TorchFileTest {
    private static final long FLOATS_IN_4_GB = 1L << 30;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void read_windowsOfOneStorage_areBroughtIntoRowOrder(boolean stream) throws IOException {
        Map<String, Tensor> tensors = TorchFile.read(file(
                stream,
                TorchBytes.floats(0, 1, 2, 3, 4, 5),
                View.floats("row", "0", 6, 0, List.of(2L, 3L), List.of(3L, 1L)),
                View.floats("tail", "0", 6, 4, List.of(2L), List.of(1L)),
                View.floats("transposed", "0", 6, 0, List.of(3L, 2L), List.of(1L, 3L)),
                View.floats("everySecond", "0", 6, 1, List.of(3L), List.of(2L)),
                View.floats("repeated", "0", 6, 5, List.of(2L, 2L), List.of(0L, 0L)),
                View.floats("scalar", "0", 6, 3, List.of(), List.of()),
                View.floats("oneRow", "0", 6, 2, List.of(1L, 2L), List.of(99L, 1L)),
                View.floats("empty", "0", 6, 6, List.of(0L, 3L), List.of(3L, 1L))));

        assertThat(tensors.keySet())
                .containsExactly("row", "tail", "transposed", "everySecond", "repeated", "scalar", "oneRow", "empty");
        assertThat(Tensors.named(tensors, "row").shape()).containsExactly(2, 3);
        assertThat(values(tensors, "row")).containsExactly(0, 1, 2, 3, 4, 5);
        assertThat(values(tensors, "tail")).containsExactly(4, 5);
        assertThat(Tensors.named(tensors, "transposed").shape()).containsExactly(3, 2);
        assertThat(values(tensors, "transposed")).containsExactly(0, 3, 1, 4, 2, 5);
        assertThat(values(tensors, "everySecond")).containsExactly(1, 3, 5);
        assertThat(values(tensors, "repeated")).containsExactly(5, 5, 5, 5);
        assertThat(Tensors.named(tensors, "scalar").shape()).isEmpty();
        assertThat(values(tensors, "scalar")).containsExactly(3);
        assertThat(values(tensors, "oneRow")).containsExactly(2, 3);
        assertThat(values(tensors, "empty")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "DoubleStorage, F64, 8",
        "HalfStorage, F16, 2",
        "BFloat16Storage, BF16, 2",
        "LongStorage, I64, 8",
        "IntStorage, I32, 4",
        "ShortStorage, I16, 2",
        "CharStorage, I8, 1",
        "ByteStorage, U8, 1",
        "BoolStorage, BOOL, 1",
        "ComplexFloatStorage, C64, 8",
    })
    void read_eachStorageClass_keepsTypeAndBytes(String storage, DType dtype, int bytes) throws IOException {
        byte[] data = new byte[2 * bytes];
        data[bytes] = 1; // the second element's lowest byte
        View reversed = new View("t", storage, "0", 2, 1, List.of(1L, 2L), List.of(1L, 0L));

        Tensor tensor = Tensors.named(TorchFile.read(file(false, data, reversed)), "t");

        byte[] stored = new byte[2 * bytes];
        tensor.data().get(stored);
        byte[] expected = data.clone();
        expected[0] = 1;
        assertThat(tensor.dtype()).isEqualTo(dtype);
        assertThat(stored).isEqualTo(expected);
    }

    /** A type without a storage class of its own: torch 2.13 writes it so. */
    @Test
    void read_untypedStorage_takesTheTypeThatStandsWithTheTensor() throws IOException {
        byte[] pickle = new TorchBytes()
                .op(0x80, 2)
                .op('}')
                .op('(')
                .text("a")
                .global("torch._utils", "_rebuild_tensor_v3")
                .op('(', '(')
                .text("storage")
                .global("torch.storage", "UntypedStorage")
                .text("0")
                .text("cpu")
                .number(6)
                .op('t', 'Q')
                .number(0)
                .numbers(List.of(3L))
                .numbers(List.of(1L))
                .op(0x89)
                .global("collections", "OrderedDict")
                .op(')', 'R')
                .global("torch", "uint16")
                .op('t', 'R', 'u', '.')
                .bytes();

        Map<String, Tensor> tensors = TorchFile.read(zip(pickle, Map.of("data/0", new byte[] {1, 0, 2, 0, -1, -1})));

        assertThat(Tensors.named(tensors, "a").dtype()).isEqualTo(DType.U16);
        assertThat(values(tensors, "a")).containsExactly(1, 2, 65535);
    }

    @Test
    void read_windowInTheStoragesId_beginsThere() throws IOException {
        byte[] pickle = new TorchBytes()
                .op(0x80, 2, '}', '(')
                .text("a")
                .global("torch._utils", "_rebuild_tensor")
                .op('(', '(')
                .text("storage")
                .global("torch", "FloatStorage")
                .text("7")
                .text("cpu")
                .number(5)
                .op('(')
                .text("70")
                .number(2)
                .number(3)
                .op('t', 't', 'Q')
                .number(1)
                .numbers(List.of(2L))
                .numbers(List.of(1L))
                .op('t', 'R', 'u', '.')
                .bytes();
        byte[] storage = TorchBytes.streamStorage(5, TorchBytes.floats(0, 1, 2, 3, 4));
        Path file = write(TorchBytes.concat(TorchBytes.streamStart(pickle, "7"), storage));

        assertThat(values(TorchFile.read(file), "a")).containsExactly(3, 4);
    }

    /** 4.5 GB on paper: a contiguous tensor and a strided one at the far end, and a storage behind it. */
    @Test
    void read_zipBeyondFourGigabytes_findsEveryElement() throws IOException {
        Path file = folder.resolve("pytorch_model.bin");
        long elements = FLOATS_IN_4_GB + 100_000_000;
        byte[] pickle = TorchBytes.pickle(
                false,
                View.floats("far", "0", elements, elements - 3, List.of(3L), List.of(1L)),
                View.floats("strided", "0", elements, 1, List.of(3L), List.of(FLOATS_IN_4_GB / 2)),
                View.row("behind", "1", 2));
        try (SparseTorchFiles sparse = new SparseTorchFiles(file)) {
            sparse.entry("archive/data.pkl", pickle.length);
            sparse.append(pickle);
            sparse.entry("archive/data/0", 4 * elements);
            long start = sparse.hole(4 * elements);
            sparse.put(start + 4, TorchBytes.floats(10));
            sparse.put(start + 4 * (1 + FLOATS_IN_4_GB / 2), TorchBytes.floats(11));
            sparse.put(start + 4 * (1 + FLOATS_IN_4_GB), TorchBytes.floats(12));
            sparse.put(start + 4 * (elements - 3), TorchBytes.floats(1, 2, 3));
            sparse.entry("archive/data/1", 8);
            sparse.append(TorchBytes.floats(8, 9));
            sparse.finish();
        }

        Map<String, Tensor> tensors = TorchFile.read(file);

        assertThat(values(tensors, "far")).containsExactly(1, 2, 3);
        assertThat(values(tensors, "strided")).containsExactly(10, 11, 12);
        assertThat(values(tensors, "behind")).containsExactly(8, 9);
    }

    @Test
    void read_streamBeyondTwoGigabytes_findsEveryElement() throws IOException {
        Path file = folder.resolve("pytorch_model.bin");
        long bytes = 2_500_000_000L;
        byte[] pickle = TorchBytes.pickle(
                true,
                new View("far", "ByteStorage", "0", bytes, bytes - 1, List.of(1L), List.of(1L)),
                View.row("behind", "1", 2));
        try (SparseTorchFiles sparse = new SparseTorchFiles(file)) {
            sparse.append(TorchBytes.streamStart(pickle, "0", "1"));
            sparse.append(TorchBytes.streamStorage(bytes, new byte[0]));
            sparse.put(sparse.hole(bytes) + bytes - 1, new byte[] {42});
            sparse.append(TorchBytes.streamStorage(2, TorchBytes.floats(8, 9)));
        }

        Map<String, Tensor> tensors = TorchFile.read(file);

        assertThat(values(tensors, "far")).containsExactly(42);
        assertThat(values(tensors, "behind")).containsExactly(8, 9);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void read_tensorOutsideOfItsStorage_namesBoth(boolean stream) throws IOException {
        assertRefused(
                file(stream, TorchBytes.floats(0, 1), View.floats("w", "0", 2, 1, List.of(2L), List.of(1L))),
                "tensor 'w': shape [2] with strides [1] from element 1 on reaches element 2, but its storage has 2");
        assertRefused(
                file(
                        stream,
                        TorchBytes.floats(0, 1),
                        View.floats("w", "0", 2, 0, List.of(3L, 1L << 62), List.of(1L << 62, 1L))),
                "overflows 64 bits");
        assertRefused(
                file(stream, TorchBytes.floats(0, 1), View.floats("w", "0", 2, 0, List.of(2L), List.of())),
                "it has 1 extents and 0 strides");
        assertRefused(
                file(stream, TorchBytes.floats(0, 1), View.floats("w", "0", 2, 0, List.of(2L), List.of(-1L))),
                "the strides of a tensor is -1, expected a number from 0 on");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void read_storageOfAnotherLength_namesTensorAndBoth(boolean stream) throws IOException {
        assertRefused(
                file(stream, TorchBytes.floats(0, 1), View.row("w", "0", 3)),
                "tensor 'w': 3 elements of F32 take 4 bytes each, but its storage '0' has 8 bytes in all");
    }

    /** As if a file of float32 said that it holds float64. */
    @Test
    void read_wrongStorageClass_isSeenByTheLength() throws IOException {
        byte[] data = TorchBytes.floats(0, 1);
        View wrong = new View("w", "DoubleStorage", "0", 2, 0, List.of(2L), List.of(1L));

        assertRefused(
                file(false, data, wrong),
                "tensor 'w': 2 elements of F64 take 8 bytes each, but its storage '0' has 8 bytes in all");
        assertRefused(
                write(TorchBytes.concat(
                        TorchBytes.streamStart(TorchBytes.pickle(true, wrong), "0"),
                        TorchBytes.streamStorage(2, data))),
                "tensor 'w': its storage should have 2 elements of F64 from byte ");
    }

    @Test
    void read_unknownStorageClass_isRefusedByName() throws IOException {
        View quantized = new View("w", "QInt8Storage", "0", 1, 0, List.of(1L), List.of(1L));

        assertRefused(file(false, new byte[1], quantized), "the pickle asks for 'torch.QInt8Storage' at its byte ");
    }

    @Test
    void read_expandedBeyondReason_isRefusedBeforeMemoryIsTaken() throws IOException {
        long many = 500_000_000;

        assertRefused(
                file(false, TorchBytes.floats(1), View.floats("w", "0", 1, 0, List.of(many), List.of(0L))),
                "tensor 'w': with it, tensors out of row order take 2000000000 bytes, too much for a file of ");
        assertRefused(
                file(false, TorchBytes.floats(1), View.floats("w", "0", 1, 0, List.of(2 * many), List.of(0L))),
                "takes 4000000000 bytes, more than the 2147483647 that can be mapped");
    }

    @Test
    void read_streamCutShort_namesTheTensor() throws IOException {
        byte[] start = TorchBytes.streamStart(TorchBytes.pickle(true, View.row("w", "0", 2)), "0");
        byte[] whole = TorchBytes.concat(start, TorchBytes.streamStorage(2, TorchBytes.floats(1, 2)));

        assertRefused(
                write(Arrays.copyOf(whole, whole.length - 1)),
                "tensor 'w': its storage should have 2 elements of F32 from byte %d on, but the file has only %d bytes"
                        .formatted(start.length + 8, whole.length - 1));
        assertRefused(
                write(Arrays.copyOf(whole, start.length + 7)),
                "tensor 'w': its storage should begin at byte " + start.length);
        assertRefused(write(Arrays.copyOf(whole, start.length - 1)), "the pickle is damaged");
    }

    @Test
    void read_streamWhoseStoragesLie_isRefused() throws IOException {
        byte[] pickle = TorchBytes.pickle(true, View.row("w", "0", 1));
        byte[] storage = TorchBytes.streamStorage(1, TorchBytes.floats(1));

        assertRefused(
                write(TorchBytes.concat(TorchBytes.streamStart(pickle, "0", "0"), storage, storage)),
                "tensor 'w': its storage is listed twice");
        assertRefused(
                write(TorchBytes.concat(TorchBytes.streamStart(pickle, "1"), storage)),
                "a storage belongs to no tensor");
        assertRefused(write(TorchBytes.streamStart(pickle)), "tensor 'w': its storage '0' is not in the file");
        assertRefused(
                write(TorchBytes.concat(
                        TorchBytes.streamStart(pickle, "0"), TorchBytes.streamStorage(-1, TorchBytes.floats(1)))),
                "should have 18446744073709551615 elements");
    }

    @Test
    void read_otherContent_saysWhatItIs() throws IOException {
        byte[] number = new TorchBytes().op(0x80, 2).number(3).op('.').bytes();
        byte[] nested = new TorchBytes()
                .op(0x80, 2, '}')
                .text("state_dict")
                .op('}', 's', '.')
                .bytes();

        assertRefused(zip(number, Map.of()), "holds an int, expected a dictionary of tensors");
        assertRefused(
                zip(nested, Map.of()), "its entry 'state_dict' is a dict, expected a tensor. " + PickleReader.CURE);
        assertRefused(write(number), "is a pickle, but not one of torch.save");
        assertRefused(write(new byte[0]), "the file is empty");
        assertRefused(write("<html>".getBytes(StandardCharsets.UTF_8)), "is in neither of the formats of torch.save");
        assertRefused(
                write("version https://git-lfs.github.com/spec/v1\n".getBytes(StandardCharsets.UTF_8)),
                "this is a Git LFS pointer");
        assertRefused(folder.resolve("absent.bin"), "cannot be read: java.nio.file.NoSuchFileException");
    }

    @Test
    void read_damagedZip_saysWhatIsWrong() throws IOException {
        byte[] pickle = TorchBytes.pickle(false, View.row("w", "0", 1));
        byte[] sound = TorchBytes.zip(pickle, Map.of("data/0", TorchBytes.floats(1)));
        int directory = lastIndexOf(sound, 0x02014B50);
        int end = lastIndexOf(sound, 0x06054B50);

        assertRefused(write(Arrays.copyOf(sound, end)), "its directory, which is the end of a zip archive, is missing");
        assertRefused(patched(sound, end + 16, 0x7FFFFFFF), "its directory should be ");
        assertRefused(patched(sound, end + 12, 10), "10 bytes at the end of its directory are no entry");
        assertRefused(patched(sound, directory + 24, 5), "'archive/data/0' has 5 bytes, but 4 are stored");
        assertRefused(patched(sound, directory + 42, 1), "'archive/data/0' is not at byte 1, where its directory says");
        assertRefused(patched(sound, directory + 42, 0), "'archive/data.pkl' and 'archive/data/0' lie over each other");
        assertRefused(
                patched(patched(sound, directory + 24, 4000), directory + 20, 4000),
                "'archive/data/0' has 4000 bytes from byte ");
        assertRefused(patched(sound, directory + 8, 1 << 16 | 1), "'archive/data/0' is encrypted");
    }

    @Test
    void read_zipThatIsNotOfTorch_saysWhy() throws IOException {
        byte[] pickle = TorchBytes.pickle(false, View.row("w", "0", 1));
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(compressed)) {
            zip.putNextEntry(new ZipEntry("archive/data.pkl"));
            zip.write(pickle);
        }

        assertRefused(write(compressed.toByteArray()), "'archive/data.pkl' is compressed (method 8)");
        assertRefused(
                zip(
                        pickle,
                        Map.of("data/0", TorchBytes.floats(1), "byteorder", "big".getBytes(StandardCharsets.UTF_8))),
                "its byte order is 'big', read is 'little'");
        assertRefused(zip(pickle, Map.of()), "tensor 'w': its storage '0' is not in the file");
        assertRefused(
                write(TorchBytes.zip(pickle, Map.of("x", new byte[0])), "archive", "other/"),
                "is a zip archive with 0 pickles named NAME/data.pkl");
    }

    private Path file(boolean stream, byte[] storage, View... views) throws IOException {
        byte[] pickle = TorchBytes.pickle(stream, views);
        if (!stream) {
            return zip(pickle, Collections.singletonMap("data/0", storage));
        }
        long elements = views[0].storage().equals("FloatStorage") ? storage.length / 4 : views[0].elements();
        return write(
                TorchBytes.concat(TorchBytes.streamStart(pickle, "0"), TorchBytes.streamStorage(elements, storage)));
    }

    private Path zip(byte[] pickle, Map<String, byte[]> entries) throws IOException {
        return write(TorchBytes.zip(pickle, entries));
    }

    private Path write(byte[] content) throws IOException {
        return Files.write(folder.resolve("pytorch_model.bin"), content);
    }

    /** Every occurrence of a text in place of another of its length. */
    private Path write(byte[] content, String from, String to) throws IOException {
        String text = new String(content, StandardCharsets.ISO_8859_1);
        String padded = to + "x".repeat(from.length() - to.length());
        return write(text.replace(from, padded).getBytes(StandardCharsets.ISO_8859_1));
    }

    private Path patched(byte[] content, int at, int value) throws IOException {
        return write(bytes(content, at, value));
    }

    private Path patched(Path file, int at, int value) throws IOException {
        return patched(Files.readAllBytes(file), at, value);
    }

    private static byte[] bytes(byte[] content, int at, int value) {
        byte[] copy = content.clone();
        TorchBytes.littleEndian(copy.length).put(copy).putInt(at, value).get(0, copy);
        return copy;
    }

    private static int lastIndexOf(byte[] content, int signature) {
        var buffer = TorchBytes.littleEndian(content.length).put(content);
        int at = content.length - 4;
        while (buffer.getInt(at) != signature) {
            at--;
        }
        return at;
    }

    private static void assertRefused(Path file, String reason) {
        assertThatThrownBy(() -> TorchFile.read(file))
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith(file + ": ")
                .hasMessageContaining(reason);
    }

    private static float[] values(Map<String, Tensor> tensors, String name) {
        return Tensors.named(tensors, name).toFloats();
    }
}
