package ai.graft.finetune.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/**
 * Expected values: {@link DrawnData} as float32, by two NumPy programs that agree in 13 digits with more rows than features. One sums over singular values in the
 * order of the published code; the other solves and takes the determinant of the whole matrix:
 *
 * <pre>
 * a = b = 1.0
 * for _ in range(11):
 *     t = a / b
 *     m = b * numpy.linalg.solve(a * numpy.eye(D) + b * F.T @ F, F.T @ y)
 *     lam = b * numpy.linalg.eigvalsh(F.T @ F); gamma = (lam / (lam + a)).sum()
 *     m2 = m @ m; r2 = ((y - F @ m) ** 2).sum()
 *     a = gamma / (m2 + 1e-5); b = (N - gamma) / (r2 + 1e-5)
 *     if abs(a / b - t) / t &lt;= 1e-3: break
 * A = a * numpy.eye(D) + b * F.T @ F
 * evidence = (D/2*log(a) + N/2*log(b) - numpy.linalg.slogdet(A)[1]/2 - b/2*r2 - a/2*m2 - N/2*log(2*pi)) / N
 * </pre>
 */
class LogMeTest {
    @Test
    void score_classes_isThePublishedValue() {
        DrawnData data = DrawnData.of(40, 4, 3);
        assertThat(LogMe.score(data.floats(), data.oneHot(3))).isCloseTo(-0.8471389454609207, within(1e-9));
        DrawnData wider = DrawnData.of(60, 20, 4);
        assertThat(LogMe.score(wider.floats(), wider.oneHot(4))).isCloseTo(-0.6967207183845061, within(1e-9));
    }

    /** {@code y = x0 - 2 x1 + x2 / 2 + x0² / 10}. */
    @Test
    void score_numbers_isThePublishedValue() {
        DrawnData data = DrawnData.of(40, 4, 3);
        float[][] targets = new float[40][1];
        for (int i = 0; i < 40; i++) {
            double[] x = data.rows()[i];
            targets[i][0] = (float) (x[0] - 2 * x[1] + x[2] / 2 + x[0] * x[0] / 10);
        }
        assertThat(LogMe.score(data.floats(), targets)).isCloseTo(1.172495254458942, within(1e-5)); // floats
    }

    /** The published code gives 0.545 here, as its determinant lacks three eigenvalues of 0; the papers' formula gives this. */
    @Test
    void score_fewerRowsThanFeatures_countsEveryEigenvalue() {
        DrawnData data = DrawnData.of(6, 9, 3);
        assertThat(LogMe.score(data.floats(), data.oneHot(3))).isCloseTo(-0.6433251153563068, within(1e-6));
    }

    @Test
    void score_featuresThatKnowTheAnswer_isHigherThanOfThoseThatDoNot() {
        DrawnData data = DrawnData.of(60, 20, 4);
        float[][] blind = DrawnData.of(61, 20, 4).floats();
        assertThat(LogMe.score(data.oneHot(4), data.oneHot(4)))
                .isGreaterThan(LogMe.score(data.floats(), data.oneHot(4)));
        assertThat(LogMe.score(data.floats(), data.oneHot(4)))
                .isGreaterThan(LogMe.score(Arrays.copyOfRange(blind, 1, 61), data.oneHot(4)));
    }
}
