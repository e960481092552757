package ai.graft.finetune.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.graft.finetune.explain.IntegratedGradients.Points;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Functions whose integrals are known in closed form. */
class IntegratedGradientsTest {
    /** x₁²x₂ from (0, 0) to (1, 3): the integrals of 2·3·t² and 3·t² over t are 2 and 1. */
    private static Points product(double[] places) {
        return new Points(
                Arrays.stream(places).map(t -> 3 * t * t * t).toArray(),
                Arrays.stream(places)
                        .mapToObj(t -> new double[] {6 * t * t, 3 * t * t})
                        .toArray(double[][]::new));
    }

    /** A step at 0.4, as steep as {@code k}: 1 / (1 + exp(−k (t − 0.4))). */
    private static Points step(double[] places, double k) {
        double[] outputs = Arrays.stream(places)
                .map(t -> 1 / (1 + Math.exp(-k * (t - 0.4))))
                .toArray();
        double[][] slopes = Arrays.stream(outputs)
                .mapToObj(y -> new double[] {k * y * (1 - y)})
                .toArray(double[][]::new);
        return new Points(outputs, slopes);
    }

    @Test
    void of_polynomial_isExact() {
        IntegratedGradients found = IntegratedGradients.of(IntegratedGradientsTest::product, 2);

        assertThat(found.values()[0]).isCloseTo(2, within(1e-12));
        assertThat(found.values()[1]).isCloseTo(1, within(1e-12));
        assertThat(found.from()).isZero();
        assertThat(found.to()).isEqualTo(3);
        assertThat(found.error()).isLessThan(1e-12);
        assertThat(found.steps()).isEqualTo(2);
    }

    @Test
    void of_steepStep_looksAtMorePlacesUntilTheErrorIsSmall() {
        IntegratedGradients found = IntegratedGradients.of(places -> step(places, 400), 10);

        assertThat(found.steps()).isGreaterThan(10).isLessThanOrEqualTo(IntegratedGradients.MOST_STEPS);
        assertThat(found.error()).isLessThanOrEqualTo(IntegratedGradients.ALLOWED_ERROR);
        assertThat(found.values()[0]).isCloseTo(1, within(0.02));
    }

    @Test
    void of_stepTooSteep_endsAndSaysSo() {
        IntegratedGradients found = IntegratedGradients.of(places -> step(places, 1e7), 400);

        assertThat(found.steps()).isEqualTo(800);
        assertThat(found.error()).isGreaterThan(IntegratedGradients.ALLOWED_ERROR);
    }

    @Test
    void of_nothingChanges_isZeroWithoutError() {
        IntegratedGradients found = IntegratedGradients.of(
                places -> new Points(new double[places.length], new double[places.length][2]), 50);

        assertThat(found.values()).containsExactly(0, 0);
        assertThat(found.error()).isZero();
    }

    @Test
    void of_stepsOutOfRange_refused() {
        for (int steps : new int[] {0, -1, 801}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> IntegratedGradients.of(IntegratedGradientsTest::product, steps))
                    .withMessage("steps is " + steps + ", expected 1 to 800; 50 is the default");
        }
    }

    /** Abramowitz and Stegun, table 25.4, n = 3 and 5, moved to [0, 1]. */
    @Test
    void rule_threeAndFivePlaces_areThoseOfTheTable() {
        GaussLegendre three = GaussLegendre.of(3);
        GaussLegendre five = GaussLegendre.of(5);

        assertThat(three.places())
                .containsExactly(new double[] {0.1127016653792583, 0.5, 0.8872983346207417}, within(1e-15));
        assertThat(three.weights()).containsExactly(new double[] {5 / 18.0, 8 / 18.0, 5 / 18.0}, within(1e-15));
        assertThat(five.places()[4]).isCloseTo((1 + 0.906179845938664) / 2, within(1e-15));
        assertThat(five.weights()[4]).isCloseTo(0.236926885056189 / 2, within(1e-15));
        assertThat(Arrays.stream(GaussLegendre.of(800).weights()).sum()).isCloseTo(1, within(1e-12));
        assertThat(GaussLegendre.of(1).places()).containsExactly(new double[] {0.5}, within(1e-15));
    }
}
