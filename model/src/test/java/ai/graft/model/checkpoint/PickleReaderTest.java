package ai.graft.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.graft.model.checkpoint.PickleReader.None;
import ai.graft.model.checkpoint.PickleReader.Tuple;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The bytes are what CPython 3.11's {@code pickle.dumps(value, protocol)} gives, in hexadecimal. */
class PickleReaderTest {
    static Stream<Arguments> values() {
        return Stream.of(
                Arguments.of("80024e2e", None.NONE),
                Arguments.of("8002882e", true),
                Arguments.of("80024affffffff2e", -1L),
                Arguments.of("80044bff2e", 255L),
                Arguments.of("80024dffff2e", 65535L),
                Arguments.of("80024affffff7f2e", 2147483647L),
                Arguments.of("80049506000000000000004a000000802e", -2147483648L),
                Arguments.of("80028a060000000000012e", 1L << 40),
                Arguments.of("80028a0800000000000000802e", Long.MIN_VALUE),
                Arguments.of("80028a090000000000000000012e", BigInteger.ONE.shiftLeft(64)),
                Arguments.of("8004950a00000000000000473fb999999999999a2e", 0.1),
                Arguments.of("80025802000000c3a971002e", "é"),
                Arguments.of("80049506000000000000008c02c3a9942e", "é"),
                Arguments.of("8002292e", new Tuple(List.of())),
                Arguments.of("80024b018571002e", new Tuple(List.of(1L))),
                Arguments.of("80024b014b028671002e", new Tuple(List.of(1L, 2L))),
                Arguments.of("80024b014b024b038771002e", new Tuple(List.of(1L, 2L, 3L))),
                Arguments.of("8002284b014b024b034b047471002e", new Tuple(List.of(1L, 2L, 3L, 4L))),
                Arguments.of("80025d7100284b015801000000617101652e", List.of(1L, "a")),
                Arguments.of("80027d71002858010000006171014b014b074e752e", Map.of("a", 1L, 7L, None.NONE)),
                Arguments.of(
                        "800263636f6c6c656374696f6e730a4f726465726564446963740a710029527101580100000061710289732e",
                        Map.of("a", false)),
                Arguments.of( // the same in protocol 4
                        "80049528000000000000008c0b636f6c6c656374696f6e73948c0b4f72646572656444696374"
                                + "9493942952948c01619489732e",
                        Map.of("a", false)),
                Arguments.of( // an OrderedDict with an attribute, as a state dict has
                        "800263636f6c6c656374696f6e730a4f726465726564446963740a71002952710158010000006171024b01"
                                + "737d710358090000005f6d6574616461746171047d710558010000007671064b017373622e",
                        Map.of("a", 1L)),
                Arguments.of( // ['kkkkk', the same, ('kkkkk',)], stored once
                        "80025d71002858050000006b6b6b6b6b710168016801857102652e",
                        List.of("kkkkk", "kkkkk", new Tuple(List.of("kkkkk")))));
    }

    @ParameterizedTest
    @MethodSource("values")
    void read_valueOfPython_isTheSameInJava(String hex, Object expected) {
        assertThat(read(hex)).isEqualTo(expected);
    }

    @Test
    void read_listThatContainsItself_ends() {
        assertThat(read("80025d71006800612e"))
                .isInstanceOfSatisfying(
                        List.class, list -> assertThat(list.get(0)).isSameAs(list));
    }

    @Test
    void read_twoPicklesInARow_standsBehindTheFirst() {
        ByteBuffer bytes = ByteBuffer.wrap(HexFormat.of().parseHex("80024bff2e80024e2e"));

        assertThat(PickleReader.read("f.bin", bytes, new TorchNames("f.bin"))).isEqualTo(255L);
        assertThat(PickleReader.read("f.bin", bytes, new TorchNames("f.bin"))).isEqualTo(None.NONE);
    }

    /** Fraction(1, 2), 1j, b'ab', {1}, 'x' in protocol 0; then by hand: OBJ, INST, EXT1, a name with escape codes, BUILD. */
    @ParameterizedTest
    @CsvSource({
        "8002636672616374696f6e730a4672616374696f6e0a71004b014b028671015271022e, asks for 'fractions.Fraction'",
        "8004952e000000000000008c086275696c74696e73948c07636f6d706c6578949394470000000000000000473ff0000000000000869452942e, asks for 'builtins.complex'",
        "800495060000000000000043026162942e, uses the opcode SHORT_BINBYTES",
        "80049507000000000000008f94284b01902e, uses the opcode EMPTY_SET",
        "56780a70300a2e, uses the opcode UNICODE",
        "286f0a2e, uses the opcode OBJ",
        "28696f730a73797374656d0a2e, uses the opcode INST",
        "80028205, uses the opcode EXT1",
        "8002636f731b0a731b0a292e, asks for 'os?.s?'",
        "80024b017d622e, sets attributes of an int",
    })
    void read_moreThanWeightsNeed_isRefusedByName(String hex, String reason) {
        assertThatThrownBy(() -> read(hex))
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith("f.bin: the pickle " + reason + " at its byte ")
                .hasMessageEndingWith("which weights do not need. " + PickleReader.CURE);
    }

    @ParameterizedTest
    @CsvSource({
        "'', it ends early: 1 bytes are needed",
        "8002, it ends early: 1 bytes are needed",
        "800258ffffffff61, 'it ends early: 4294967295 bytes are needed, 1 are left'",
        "80048dffffffffffffffff61, it ends early: 18446744073709551615 bytes are needed",
        "8002ff2e, the byte 255 is no opcode",
        "80062e, 'it is of protocol 6, known are those up to 5'",
        "80022e, its stack holds 0 values where 1 are needed",
        "800274, a mark is missing",
        "80024b01862e, its stack holds 1 values where 2 are needed",
        "800268052e, 'it refers to value 5, which was not stored'",
        "80024b014b02612e, it appends to an int",
        "80024b014b024b02732e, it sets 2 keys and values in an int",
        "80027d284b01752e, it sets 1 keys and values in a dict",
        "80027d7100473ff80000000000004b02732e, 'a key of a dict is a float, expected a text or a number'",
        "80027d71004b018571014b02732e, 'a key of a dict is a tuple, expected a text or a number'",
        "80044b014b02932e, a name is made of an int and an int",
        "80024b0129522e, REDUCE calls an int with a tuple",
        "80025802000000ffff2e, a text is not UTF-8",
        "8002636f73, it ends early",
    })
    void read_damagedPickle_saysWhere(String hex, String reason) {
        assertThatThrownBy(() -> read(hex))
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith("f.bin: the pickle is damaged at its byte ")
                .hasMessageContaining(reason)
                .hasMessageEndingWith("Fetch the file again.");
    }

    private static Object read(String hex) {
        return PickleReader.read("f.bin", ByteBuffer.wrap(HexFormat.of().parseHex(hex)), new TorchNames("f.bin"));
    }
}
