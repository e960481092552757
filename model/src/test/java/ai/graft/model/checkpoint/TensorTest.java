package ai.graft.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

class TensorTest {
    @Test
    void toFloats_integers_keepSignOrItsAbsence() {
        byte[] ones = {-1, -1, -1, -1, -1, -1, -1, -1};

        assertThat(tensor(DType.I8, 8, ones).toFloats()[0]).isEqualTo(-1f);
        assertThat(tensor(DType.U8, 8, ones).toFloats()[0]).isEqualTo(255f);
        assertThat(tensor(DType.I16, 4, ones).toFloats()[3]).isEqualTo(-1f);
        assertThat(tensor(DType.U16, 4, ones).toFloats()[0]).isEqualTo(65535f);
        assertThat(tensor(DType.I32, 2, ones).toFloats()[1]).isEqualTo(-1f);
        assertThat(tensor(DType.U32, 2, ones).toFloats()[0]).isEqualTo(4294967295f);
        assertThat(tensor(DType.I64, 1, ones).toFloats()[0]).isEqualTo(-1f);
        assertThat(tensor(DType.U64, 1, ones).toFloats()[0]).isEqualTo(1.8446744e19f);
    }

    @Test
    void toFloats_unusualType_saysItIsNotWidened() {
        assertThatThrownBy(() -> tensor(DType.F8_E4M3, 1, new byte[1]).toFloats())
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage("elements of type F8_E4M3 are not widened");
    }

    @Test
    void constructor_wrongLength_saysBothLengths() {
        assertThatThrownBy(() -> tensor(DType.F32, 2, new byte[7]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a tensor of type F32 and shape [2] has 8 bytes, got 7");
    }

    @Test
    void constructor_negativeExtent_isRefused() {
        assertThatThrownBy(() -> Tensor.ofFloats(List.of(-1, -1), new float[1]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("negative extent in the shape [-1, -1]");
    }

    @Test
    void data_readTwice_startsAtTheBeginningLittleEndian() {
        Tensor tensor = Tensor.ofFloats(List.of(2), new float[] {1.5f, 2.5f});

        assertThat(tensor.data().getFloat()).isEqualTo(1.5f);
        assertThat(tensor.data().getFloat()).isEqualTo(1.5f);
        assertThat(tensor.data().order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
    }

    @Test
    void ofFloats_arrayChangedLater_tensorIsNot() {
        float[] values = {1};
        Tensor tensor = Tensor.ofFloats(List.of(1), values);

        values[0] = 2;

        assertThat(tensor.toFloats()).containsExactly(1f);
    }

    @Test
    void convertTo_brainAndBack_roundsToNearest() {
        Tensor tensor = Tensor.ofFloats(List.of(2), new float[] {0.1f, 1.00390625f});

        assertThat(tensor.convertTo(DType.BF16).toFloats()).containsExactly(0.10009765625f, 1f);
    }

    @Test
    void convertTo_integerType_isRefused() {
        assertThatThrownBy(() -> Tensor.ofFloats(List.of(1), new float[1]).convertTo(DType.I8))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not as I8");
    }

    private static Tensor tensor(DType dtype, int extent, byte[] bytes) {
        return new Tensor(dtype, List.of(extent), ByteBuffer.wrap(bytes));
    }
}
