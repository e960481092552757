package ai.graft.finetune.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.function.IntToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SymmetricSpectrumTest {
    /** The second difference: eigenvalues 2 - 2 cos(πk/(n+1)). */
    @Test
    void values_ofTheSecondDifference_areKnown() {
        int size = 20;
        double[][] matrix = new double[size][size];
        for (int i = 0; i < size; i++) {
            matrix[i][i] = 2;
            if (i > 0) {
                matrix[i][i - 1] = -1;
                matrix[i - 1][i] = -1;
            }
        }
        double[] expected = IntStream.rangeClosed(1, size)
                .mapToDouble(k -> 2 - 2 * Math.cos(Math.PI * k / (size + 1)))
                .toArray();
        assertThat(values(SymmetricSpectrum.of(matrix, new double[size][1]), size))
                .containsExactly(expected, within(1e-12));
    }

    /** With V from any order of eigenvalues: b' A b = Σ value · (v·b)², and |b| does not change. */
    @Test
    void seen_anyColumns_keepLengthsAndQuadraticForms() {
        double[][] rows = DrawnData.of(30, 12, 2).rows();
        double[][] gram = new double[12][12];
        for (double[] row : rows) {
            for (int i = 0; i < 12; i++) {
                for (int j = 0; j < 12; j++) {
                    gram[i][j] += row[i] * row[j];
                }
            }
        }
        double[][] other = DrawnData.of(12, 3, 2).rows();
        double[] squares = new double[3];
        double[] forms = new double[3];
        for (int c = 0; c < 3; c++) {
            for (int i = 0; i < 12; i++) {
                squares[c] += other[i][c] * other[i][c];
                for (int j = 0; j < 12; j++) {
                    forms[c] += other[i][c] * gram[i][j] * other[j][c];
                }
            }
        }
        SymmetricSpectrum spectrum = SymmetricSpectrum.of(gram, other);
        for (int c = 0; c < 3; c++) {
            int column = c;
            assertThat(sum(i -> spectrum.seen(i, column) * spectrum.seen(i, column)))
                    .isCloseTo(squares[c], within(1e-12));
            assertThat(sum(i -> spectrum.value(i) * spectrum.seen(i, column) * spectrum.seen(i, column)))
                    .isCloseTo(forms[c], within(1e-10));
        }
    }

    private static double sum(IntToDoubleFunction term) {
        return IntStream.range(0, 12).mapToDouble(term).sum();
    }

    @Test
    void values_ofSmallAndDegenerateMatrices_areFound() {
        assertThat(values(SymmetricSpectrum.of(new double[][] {{3}}, new double[1][1]), 1))
                .containsExactly(3);
        assertThat(values(SymmetricSpectrum.of(new double[][] {{2, 1}, {1, 2}}, new double[2][1]), 2))
                .containsExactly(new double[] {1, 3}, within(1e-12));
        assertThat(values(SymmetricSpectrum.of(new double[4][4], new double[4][1]), 4))
                .containsExactly(0, 0, 0, 0);
        double[][] ones = {{1, 1, 1}, {1, 1, 1}, {1, 1, 1}};
        assertThat(values(SymmetricSpectrum.of(ones, new double[3][1]), 3))
                .containsExactly(new double[] {0, 0, 3}, within(1e-12));
    }

    private static double[] values(SymmetricSpectrum spectrum, int size) {
        return DoubleStream.of(
                        IntStream.range(0, size).mapToDouble(spectrum::value).toArray())
                .sorted()
                .toArray();
    }
}
