package ai.graft.model.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.graft.model.config.Activation;
import ai.graft.model.network.Attention;
import ai.graft.model.network.DropoutRates;
import ai.graft.model.network.DropoutSite;
import ai.graft.model.network.Inputs;
import ai.graft.model.network.Positions;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each operation against numbers worked out by hand. */
class ReferenceOpsTest {
    private static final Offset<Double> EXACT = within(1e-14);
    private static final double LN3 = Math.log(3);

    /** Mean 3, variance (4 + 1 + 0 + 9) / 4 = 3.5; with an epsilon of 0.5 the divisor is 2. */
    @Test
    void layerNorm_row_isScaledByPopulationVarianceAndEpsilon() {
        DoubleTensor y =
                ops(1, 1).layerNorm(tensor(row(1, 2, 3, 6), 1, 1, 4), vector(1, 2, 3, 4), vector(10, 20, 30, 40), 0.5);

        assertThat(y.data()).containsExactly(row(9, 19, 30, 46), EXACT);
    }

    @Test
    void linear_weightIsOutByIn() {
        DoubleTensor weight = tensor(row(1, 2, 3, 4, 5, 6), 3, 2);

        DoubleTensor y = ops(1, 1).linear(tensor(row(10, 1), 1, 2), weight, vector(100, 200, 300));

        assertThat(y.shape()).containsExactly(1, 3);
        assertThat(y.data()).containsExactly(112, 234, 356);
    }

    /** A quarter, a half and 1/8 are floats without rounding. */
    @Test
    void linear_weightAsStored_isWidened() {
        DoubleTensor weight = stored(new float[] {0.25f, 0.5f, 0.125f, 4}, 2, 2);

        DoubleTensor y = ops(1, 1).linear(tensor(row(8, 2), 1, 2), weight, stored(new float[] {1, -1}, 2));

        assertThat(y.data()).containsExactly(4, 8);
    }

    @Test
    void embedding_tableAsStored_givesTheRowsOfTheIds() {
        DoubleTensor table = stored(new float[] {0, 1, 2, 3, 4, 5, 6, 7}, 4, 2);

        DoubleTensor y = ops(1, 3).embedding(tensor(row(3, 0, 3), 1, 3), table, -1);

        assertThat(y.shape()).containsExactly(1, 3, 2);
        assertThat(y.data()).containsExactly(6, 7, 0, 1, 6, 7);
    }

    /** 40 MB as a table and a decoder; the outputs are 3 rows of 1,000 and of 10,000 doubles, 264 kB, beside a row and a bias. */
    @Test
    void weights_asStored_areNotCopied() {
        DoubleTensor table = stored(new float[10_000_000], 10_000, 1_000);
        DoubleTensor bias = stored(new float[10_000], 10_000);
        ReferenceOps ops = ops(1, 3);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

        long before = threads.getCurrentThreadAllocatedBytes();
        ops.linear(ops.embedding(tensor(row(3, 0, 9_999), 1, 3), table, -1), table, bias);

        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(1_000_000);
    }

    /**
     * Two heads of size 4 over three tokens, the last of them padding. Scores of the first head are (2 ln 3)/√4 = ln 3 and
     * 0, so weights 3/4 and 1/4; the second head's query is 0, so weights 1/2 and 1/2.
     */
    @Test
    void attention_headsAndMask_weighValuesBySoftmax() {
        ReferenceOps ops =
                new ReferenceOps(new Inputs(1, 3, new int[3], new int[] {1, 1, 0}, new int[3]), name -> Elements.of());
        DoubleTensor query = tensor(row(2 * LN3, 0, 0, 0, 0, 0, 0, 0), 1, 1, 8);
        DoubleTensor key =
                tensor(concat(row(1, 0, 0, 0, 9, 9, 9, 9), new double[8], row(50, 50, 50, 50, 9, 9, 9, 9)), 1, 3, 8);
        DoubleTensor value = tensor(
                concat(row(4, 0, 8, 1, 4, 0, 8, 1), row(8, 4, 0, 1, 8, 4, 0, 1), row(99, 99, 99, 99, 99, 99, 99, 99)),
                1,
                3,
                8);

        DoubleTensor y = ops.attention(query, key, value, new Attention(2));

        assertThat(y.data()).containsExactly(row(5, 1, 6, 1, 6, 2, 4, 1), EXACT);
    }

    /** Like transformers: without a token to look at, all columns count alike; never NaN. */
    @Test
    void attention_rowOfPaddingAlone_isTheMean() {
        ReferenceOps ops =
                new ReferenceOps(new Inputs(1, 2, new int[2], new int[2], new int[2]), name -> Elements.of());

        DoubleTensor y = ops.attention(
                tensor(row(5), 1, 1, 1), tensor(row(7, -7), 1, 2, 1), tensor(row(2, 4), 1, 2, 1), new Attention(1));

        assertThat(y.data()).containsExactly(3);
    }

    /** x·Φ(x) with Φ from tables of the normal distribution. */
    @ParameterizedTest
    @CsvSource({
        "-3, -0.00404969409489031",
        "-1, -0.15865525393145707",
        "0, 0",
        "0.5, 0.34573123063700656",
        "1, 0.8413447460685429",
        "2, 1.9544997361036416"
    })
    void activation_gelu_isTheExactOne(double x, double expected) {
        assertThat(activation(Activation.GELU, x)).isCloseTo(expected, EXACT);
    }

    /** The values that PyTorch documents for approximate="tanh", to more digits by a pocket calculator. */
    @ParameterizedTest
    @CsvSource({
        "-3, -0.0036373920817729943",
        "-1, -0.15880800939172324",
        "0.5, 0.34571400982514394",
        "1, 0.8411919906082768",
        "2, 1.954597694087775"
    })
    void activation_geluTanh_isTheApproximation(double x, double expected) {
        assertThat(activation(Activation.GELU_TANH, x)).isCloseTo(expected, EXACT);
    }

    @Test
    void activation_simpleOnes_atLn3() {
        assertThat(activation(Activation.RELU, -2)).isZero();
        assertThat(activation(Activation.RELU, 2)).isEqualTo(2);
        assertThat(activation(Activation.SILU, LN3)).isCloseTo(0.75 * LN3, EXACT);
        assertThat(activation(Activation.TANH, LN3)).isCloseTo(0.8, EXACT);
    }

    /** Abramowitz and Stegun, table 7.1, with the digits that follow. */
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "0.1, 0.1124629160182849",
        "0.5, 0.5204998778130465",
        "1, 0.8427007929497149",
        "2, 0.9953222650189527",
        "3, 0.9999779095030014",
        "5, 0.9999999999984626",
        "7, 1"
    })
    void erf_publishedValues_toTheLastDigits(double x, double expected) {
        assertThat(ErrorFunction.erf(x)).isCloseTo(expected, within(2e-15));
        assertThat(ErrorFunction.erf(-x)).isCloseTo(-expected, within(2e-15));
    }

    /** Padding on the left, on the right and in the middle; the table's row r holds r. */
    @Test
    void positionEmbedding_afterPadding_countsTokensFromThePadIdOn() {
        int[] ids = {1, 1, 5, 6, 7, 5, 6, 7, 1, 1, 5, 1, 6, 1, 7};
        ReferenceOps ops = new ReferenceOps(new Inputs(3, 5, ids, new int[15], new int[15]), name -> Elements.of());

        DoubleTensor y = ops.positionEmbedding(new Positions.AfterPadding(1), tensor(row(0, 1, 2, 3, 4, 5, 6), 7, 1));

        assertThat(y.data()).containsExactly(1, 1, 2, 3, 4, 2, 3, 4, 1, 1, 2, 1, 3, 1, 4);
    }

    @Test
    void positionEmbedding_sequential_ignoresIdsAndMask() {
        DoubleTensor y = ops(2, 3).positionEmbedding(new Positions.Sequential(), tensor(row(0, 1, 2, 3), 4, 1));

        assertThat(y.data()).containsExactly(0, 1, 2, 0, 1, 2);
    }

    /** A rate of a half is threshold 128 and factor 2; each site takes the next bytes. */
    @Test
    void dropout_bytes_keepFromTheThresholdOn() {
        byte[] noise = {127, (byte) 128, (byte) 255, 0, (byte) 200};
        ReferenceOps ops = new ReferenceOps(
                new Inputs(1, 1, new int[1], new int[1], new int[1]),
                name -> Elements.of(),
                new DropoutRates(0.5, 0, 0.5),
                noise);

        assertThat(ops.dropout(vector(1, 2, 3), DropoutSite.HIDDEN).data()).containsExactly(0, 4, 6);
        assertThat(ops.dropout(vector(7), DropoutSite.ATTENTION).data()).containsExactly(7);
        assertThat(ops.dropout(vector(4, 5), DropoutSite.CLASSIFIER).data()).containsExactly(0, 10);
    }

    @Test
    void firstToken_batch_isColumnZeroOfEachRow() {
        ReferenceOps ops = ops(2, 2);
        DoubleTensor first = ops.firstToken(tensor(row(1, 2, 3, 4, 5, 6, 7, 8), 2, 2, 2));

        assertThat(first.shape()).containsExactly(2, 1, 2);
        assertThat(first.data()).containsExactly(1, 2, 5, 6);
        assertThat(ops.squeezeToken(first).shape()).containsExactly(2, 2);
    }

    private static double activation(Activation function, double x) {
        return ops(1, 1).activation(vector(x), function).data()[0];
    }

    private static ReferenceOps ops(int rows, int columns) {
        int size = rows * columns;
        return new ReferenceOps(
                new Inputs(rows, columns, new int[size], new int[size], new int[size]), name -> Elements.of());
    }

    private static DoubleTensor stored(float[] data, int... shape) {
        return new DoubleTensor(shape, Elements.of(FloatBuffer.wrap(data)));
    }

    private static DoubleTensor vector(double... values) {
        return tensor(values, values.length);
    }

    private static DoubleTensor tensor(double[] data, int... shape) {
        return new DoubleTensor(shape, data);
    }

    private static double[] row(double... values) {
        return values;
    }

    private static double[] concat(double[]... rows) {
        return Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
    }
}
