package ai.graft.finetune.bench;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * How fast this machine multiplies matrices, (rows, inner) by (inner, columns): the ceiling of a training step, most of
 * which is such products.
 *
 * @param type {@code float32} or {@code bfloat16}
 * @param rows of the left matrix and of the result
 * @param inner columns of the left matrix, rows of the right one
 * @param columns of the right matrix and of the result
 * @param medianGflops billions of floating-point operations a second, a multiply-add counted as two: the median run
 * @param bestGflops the same of the fastest run
 */
public record GemmRate(String type, int rows, int inner, int columns, double medianGflops, double bestGflops) {
    private static final int WARM_UP = 3;

    /** 15 is PyTorch's number of bfloat16. */
    private static final String TO_BF16 = "torch.to(a, 15, False, False, None)";

    /**
     * Measures one product in both precisions, run by run in turn, after three warm-up rounds. Uses as many threads as the
     * engine was started with.
     *
     * @param rows at least 1
     * @param inner at least 1
     * @param columns at least 1
     * @param rounds how many runs of each count, at least 1
     * @return fp32 and bf16, in this order
     * @throws IllegalArgumentException when a number is below 1
     */
    public static List<GemmRate> measure(int rows, int inner, int columns, int rounds) {
        if (Math.min(Math.min(rows, inner), Math.min(columns, rounds)) < 1) {
            throw new IllegalArgumentException("sizes and rounds must be 1 or more, got rows " + rows + ", inner "
                    + inner + ", columns " + columns + ", rounds " + rounds);
        }
        double[] fp32 = new double[rounds];
        double[] bf16 = new double[rounds];
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
                TorchScriptFunction toBf16 = new TorchScriptFunction(TO_BF16);
                TorchScriptFunction product = new TorchScriptFunction("torch.matmul(a, b)")) {
            NDArray left = manager.randomNormal(new Shape(rows, inner));
            NDArray right = manager.randomNormal(new Shape(inner, columns));
            NDArray shortLeft = toBf16.apply(left, left);
            NDArray shortRight = toBf16.apply(right, right);
            for (int round = -WARM_UP; round < rounds; round++) {
                int at = Math.max(round, 0); // warm-up times are overwritten
                fp32[at] = seconds(product, left, right);
                bf16[at] = seconds(product, shortLeft, shortRight);
            }
        }
        double flops = 2.0 * rows * inner * columns;
        return List.of(
                rate("float32", rows, inner, columns, flops, fp32),
                rate("bfloat16", rows, inner, columns, flops, bf16));
    }

    private static double seconds(TorchScriptFunction product, NDArray left, NDArray right) {
        long start = System.nanoTime();
        product.apply(left, right).close();
        return (System.nanoTime() - start) / 1e9;
    }

    private static GemmRate rate(String type, int rows, int inner, int columns, double flops, double[] seconds) {
        double[] sorted = seconds.clone();
        Arrays.sort(sorted);
        double median = (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
        return new GemmRate(type, rows, inner, columns, flops / median / 1e9, flops / sorted[0] / 1e9);
    }
}
