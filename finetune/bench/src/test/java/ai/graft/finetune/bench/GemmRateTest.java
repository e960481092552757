package ai.graft.finetune.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

final class GemmRateTest {
    @Test
    void measure_smallProduct_bothPrecisions() {
        List<GemmRate> rates = GemmRate.measure(64, 32, 48, 3);
        assertThat(rates).extracting(GemmRate::type).containsExactly("float32", "bfloat16");
        assertThat(rates).allSatisfy(rate -> {
            assertThat(rate.medianGflops()).isPositive().isFinite();
            assertThat(rate.bestGflops()).isGreaterThanOrEqualTo(rate.medianGflops());
        });
    }

    @Test
    void apply_matrixProductInBf16_roundsAsBf16Does() {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
                TorchScriptFunction product = new TorchScriptFunction("torch.to(torch.matmul(torch.to(a, 15, False, "
                        + "False, None), torch.to(b, 15, False, False, None)), 6, False, False, None)")) {
            NDArray left = manager.create(new float[] {1, 2, 3, 257}, new Shape(2, 2));
            NDArray right = manager.create(new float[] {1, 0, 0, 1}, new Shape(2, 2));
            // bfloat16 has 8 bits of precision: 257 lies between 256 and 258 and rounds to the even one.
            assertThat(product.apply(left, right).toFloatArray()).containsExactly(1, 2, 3, 256);
        }
    }

    @Test
    void new_noExpression_namesIt() {
        assertThatThrownBy(() -> new TorchScriptFunction("torch.nothing(a)").close())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'torch.nothing(a)'");
    }

    @Test
    void measure_noRounds_refused() {
        assertThatThrownBy(() -> GemmRate.measure(1, 1, 1, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("rounds 0");
    }
}
