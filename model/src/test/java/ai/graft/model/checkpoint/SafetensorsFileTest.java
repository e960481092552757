package ai.graft.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsFileTest {
    @TempDir
    Path folder;

    @Test
    void read_handMadeFile_givesNamesTypesShapesAndData() throws IOException {
        Path file = write(SafetensorsBytes.file(
                " {\"b\": {\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[8,11]}, \"__metadata__\":{\"x\":\"y\"},"
                        + "\"a\\u0062\": {\"shape\":[2,2],\"data_offsets\":[0,8],\"dtype\":\"I16\",\"more\":1}}   ",
                11));

        Map<String, Tensor> tensors = SafetensorsFile.read(file);

        assertThat(tensors.keySet()).containsExactly("ab", "b"); // in the order of the data
        Tensor ab = Tensors.named(tensors, "ab");
        assertThat(ab.dtype()).isEqualTo(DType.I16);
        assertThat(ab.shape()).containsExactly(2, 2);
        assertThat(ab.toFloats()).containsExactly(0x0100, 0x0302, 0x0504, 0x0706);
        assertThat(Tensors.named(tensors, "b").toFloats()).containsExactly(8, 9, 10);
        assertThat(ab.data().isReadOnly()).isTrue();
    }

    @Test
    void read_scalarAndEmptyTensor_areLegal() throws IOException {
        Path file = write(SafetensorsBytes.file(
                "{\"s\":{\"dtype\":\"I32\",\"shape\":[],\"data_offsets\":[0,4]},"
                        + "\"e\":{\"dtype\":\"F32\",\"shape\":[0,3],\"data_offsets\":[4,4]}}",
                4));

        Map<String, Tensor> tensors = SafetensorsFile.read(file);

        assertThat(Tensors.named(tensors, "s").toFloats()).containsExactly(0x03020100);
        assertThat(Tensors.named(tensors, "e").size()).isZero();
    }

    @Test
    void read_noTensorAtAll_givesEmptyMap() throws IOException {
        assertThat(SafetensorsFile.read(write(SafetensorsBytes.file("{}", 0)))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[]                                                           | 0 | the header is not a JSON object",
                "null                                                         | 0 | the header is not a JSON object",
                "{\"a\"                                                       | 0 | the header is not sound JSON",
                "{} {}                                                        | 0 | the header is not sound JSON",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}} | 8 | Duplicate field 'a'",
                "{\"__metadata__\":{\"x\":1}}                                 | 0 | 'x' in __metadata__ is 1, expected a string",
                "{\"__metadata__\":7}                                         | 0 | __metadata__ is 7, expected an object",
                "{\"a\":{\"shape\":[1],\"data_offsets\":[0,4]}}               | 4 | tensor 'a': its dtype is missing",
                "{\"a\":{\"dtype\":\"Q7\",\"shape\":[1],\"data_offsets\":[0,4]}} | 4 | tensor 'a': its dtype is \"Q7\", which is unknown",
                "{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,4]}}           | 4 | tensor 'a': shape is missing",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}                    | 4 | tensor 'a': data_offsets is missing",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":4,\"data_offsets\":[0,4]}} | 4 | tensor 'a': shape is not an array: 4",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4]}} | 4 | tensor 'a': data_offsets is [4], expected two numbers",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}} | 4 | tensor 'a': shape is [-1], expected integers from 0 on",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1.0],\"data_offsets\":[0,4]}} | 4 | tensor 'a': shape is [1.0], expected integers from 0 on",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[18446744073709551617],\"data_offsets\":[0,4]}} | 4 | expected integers from 0 on",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296,4],\"data_offsets\":[0,4]}} | 4 | tensor 'a': its shape [4294967296, 4294967296, 4] overflows 64 bits",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[0,4294967296],\"data_offsets\":[0,0]}} | 0 | has an axis longer than 2147483647",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}} | 4 | tensor 'a': F32 of shape [2] takes 8.0 bytes, but its data are 4 bytes",
                "{\"a\":{\"dtype\":\"F4\",\"shape\":[3],\"data_offsets\":[0,2]}} | 2 | tensor 'a': F4 of shape [3] takes 1.5 bytes, but its data are 2 bytes",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}} | 4 | tensor 'a': its data end at 0, before their begin at 4",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}} | 4 | tensor 'a': its data end at 8, but the file holds only 4 bytes of data",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}} | 6 | 2 bytes after the last tensor belong to none",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}} | 8 | tensor 'a': no tensor covers the bytes 0 to 4 before it",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}} | 12 | tensor 'b': its data begin at 4 inside the tensor before it, which ends at 8",
                "{\"\\ud800\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}} | 4 | Broken surrogate pair",
                "{\"\\udc00\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}} | 4 | Unexpected low surrogate",
            })
    void read_malformedHeader_namesFileAndReason(String header, int dataBytes, String reason) throws IOException {
        Path file = write(SafetensorsBytes.file(header, dataBytes));

        assertThatThrownBy(() -> SafetensorsFile.read(file))
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith(file + ": ")
                .hasMessageContaining(reason);
    }

    @Test
    void read_brokenPreamble_namesFileAndReason() throws IOException {
        assertRefused(new byte[0], "the file is empty");
        assertRefused(new byte[] {16, 0, 0}, "the file has only 3 bytes");
        assertRefused(length(-1), "the header's length is 18446744073709551615, the limit is 100000000");
        assertRefused(length(100_000_001), "the header's length is 100000001, the limit is 100000000");
        assertRefused(length(3), "the header's length is 3, but only 2 bytes follow");
        assertRefused(
                SafetensorsBytes.file(new byte[] {'{', '"', (byte) 0xFF, '"', '}'}, new byte[0]),
                "header is not UTF-8");
        assertRefused(
                "version https://git-lfs.github.com/spec/v1\noid sha256:0\n".getBytes(StandardCharsets.UTF_8),
                "this is a Git LFS pointer, not the file itself. Run 'git lfs pull'");
    }

    @Test
    @Tag("slow") // needs 3 GB of disk where files cannot be sparse
    void read_fileOverTwoGigabytes_mapsEachTensor() throws IOException {
        long large = 1_600_000_000;
        String header = "{\"a\":{\"dtype\":\"U8\",\"shape\":[%d],\"data_offsets\":[0,%d]},".formatted(large, large)
                + "\"b\":{\"dtype\":\"U8\",\"shape\":[%d],\"data_offsets\":[%d,%d]}}"
                        .formatted(large, large, 2 * large);
        Path file = write(SafetensorsBytes.file(header, 0));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {42}), Files.size(file) + 2 * large - 1);
        }

        ByteBuffer last = Tensors.named(SafetensorsFile.read(file), "b").data();

        assertThat(last.get(last.limit() - 1)).isEqualTo((byte) 42);
        assertThat(last.get(0)).isZero();
    }

    @Test
    void read_missingFile_namesIt() {
        assertThatThrownBy(() -> SafetensorsFile.read(folder.resolve("absent.safetensors")))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("absent.safetensors: cannot be read");
    }

    /** The bytes follow from the format's definition: metadata first, wide types first, then names, 8-byte padding. */
    @Test
    void write_twoTensors_givesTheseBytes() throws IOException {
        Path file = folder.resolve("model.safetensors");
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("z", Tensor.ofFloats(List.of(), new float[] {1}));
        tensors.put("h", new Tensor(DType.U8, List.of(2), ByteBuffer.wrap(new byte[] {7, 8})));
        tensors.put("c", Tensor.ofFloats(List.of(2, 1), new float[] {2, -0f}));

        SafetensorsFile.write(file, tensors);

        String header = "{\"__metadata__\":{\"format\":\"pt\"},"
                + "\"c\":{\"dtype\":\"F32\",\"shape\":[2,1],\"data_offsets\":[0,8]},"
                + "\"z\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[8,12]},"
                + "\"h\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[12,14]}}";
        String padded = header + " ".repeat((8 - header.length() % 8) % 8);
        byte[] data = {0, 0, 0, 0x40, 0, 0, 0, (byte) 0x80, 0, 0, (byte) 0x80, 0x3F, 7, 8};
        assertThat(Files.readAllBytes(file))
                .isEqualTo(SafetensorsBytes.file(padded.getBytes(StandardCharsets.UTF_8), data));
        assertThat(padded.length() % 8).isZero();
    }

    @Test
    void write_anyOrderOfTheMap_givesTheSameBytes() throws IOException {
        Map<String, Tensor> tensors = floats("b", "é", "a.x", "a");
        Map<String, Tensor> reversed = new LinkedHashMap<>();
        List.of("a", "a.x", "é", "b").forEach(name -> reversed.put(name, Tensors.named(tensors, name)));
        Path one = folder.resolve("one.safetensors");
        Path other = folder.resolve("other.safetensors");

        SafetensorsFile.write(one, tensors);
        SafetensorsFile.write(other, reversed);

        assertThat(Files.readAllBytes(one)).isEqualTo(Files.readAllBytes(other));
        assertThat(SafetensorsFile.read(one).keySet()).containsExactly("a", "a.x", "b", "é");
    }

    @Test
    void write_asF16_independentReaderFindsTheNearestHalves() throws IOException {
        Path file = folder.resolve("half.safetensors");
        float[] values = {0.1f, -0f, 6.1e-5f, 5.9604645e-8f, Float.POSITIVE_INFINITY, Float.NaN, 1.0014648f};
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("w", Tensor.ofFloats(List.of(7), values));
        tensors.put("ids", new Tensor(DType.I64, List.of(1), ByteBuffer.wrap(new byte[8])));

        SafetensorsFile.write(file, tensors, DType.F16);

        assertThat(SafetensorsBytes.header(file).path("w").path("dtype").asText())
                .isEqualTo("F16");
        assertThat(SafetensorsBytes.header(file).path("ids").path("dtype").asText())
                .isEqualTo("I64");
        short[] stored = new short[7];
        SafetensorsBytes.data(file, "w").asShortBuffer().get(stored);
        assertThat(stored)
                .containsExactly(new short[] {0x2E66, (short) 0x8000, 0x03FF, 0x0001, 0x7C00, 0x7E00, 0x3C02});
        assertThat(Tensors.named(SafetensorsFile.read(file), "w").toFloats()[3]).isEqualTo(0x1p-24f);
    }

    @Test
    void write_asF16OutOfRange_namesTensorAndLeavesNoFile() throws IOException {
        Path file = folder.resolve("half.safetensors");
        Map<String, Tensor> tensors = Map.of("w", Tensor.ofFloats(List.of(2), new float[] {1, 70000}));

        assertThatThrownBy(() -> SafetensorsFile.write(file, tensors, DType.F16))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("half.safetensors: tensor 'w': element 1 is 70000.0, beyond the range of F16");

        assertThat(children(folder)).isEmpty();
    }

    @Test
    void write_intoMissingFolder_saysSo() {
        Path file = folder.resolve("absent").resolve("model.safetensors");

        assertThatThrownBy(() -> SafetensorsFile.write(file, floats("a")))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining(file + ": cannot be written");
    }

    @Test
    void write_asF64_isRefused() {
        assertThatThrownBy(() -> SafetensorsFile.write(folder.resolve("x"), Map.of(), DType.F64))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("weights are written as F32, F16 or BF16, not as F64");
    }

    private static Map<String, Tensor> floats(String... names) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (String name : names) {
            tensors.put(name, Tensor.ofFloats(List.of(1), new float[] {name.length()}));
        }
        return tensors;
    }

    private static List<Path> children(Path directory) throws IOException {
        try (Stream<Path> children = Files.list(directory)) {
            return children.toList();
        }
    }

    private void assertRefused(byte[] content, String reason) throws IOException {
        Path file = write(content);
        assertThatThrownBy(() -> SafetensorsFile.read(file))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining(file + ": ")
                .hasMessageContaining(reason);
    }

    private static byte[] length(long headerBytes) {
        return ByteBuffer.allocate(10)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(headerBytes)
                .array();
    }

    private Path write(byte[] content) throws IOException {
        return Files.write(folder.resolve("model.safetensors"), content);
    }
}
