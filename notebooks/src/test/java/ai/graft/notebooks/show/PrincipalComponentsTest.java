package ai.graft.notebooks.show;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Planes that can be worked out by hand. */
class PrincipalComponentsTest {
    @Test
    void of_pointsOnTwoAxes_findsThemWithTheirShares() {
        // Variance 18 along the first axis, 2 along the third, none along the second; moved by (5, 7, 9).
        float[][] vectors = {{8, 7, 9}, {2, 7, 9}, {5, 7, 10}, {5, 7, 8}};

        PrincipalComponents plane = PrincipalComponents.of(vectors);

        assertThat(plane.shares()[0]).isEqualTo(0.9, within(1e-9));
        assertThat(plane.shares()[1]).isEqualTo(0.1, within(1e-9));
        assertThat(plane.points()[0]).containsExactly(new double[] {3, 0}, within(1e-9));
        assertThat(plane.points()[3]).containsExactly(new double[] {0, -1}, within(1e-9));
    }

    @Test
    void of_pointsOnALine_haveOneComponent() {
        PrincipalComponents plane = PrincipalComponents.of(new float[][] {{0, 0}, {3, 4}, {6, 8}});

        assertThat(plane.shares()[0]).isEqualTo(1, within(1e-9));
        assertThat(plane.shares()[1]).isEqualTo(0, within(1e-9));
        assertThat(plane.points()[2][0]).isEqualTo(5, within(1e-9));
    }

    @Test
    void of_twoVectors_isRefused() {
        assertThatThrownBy(() -> PrincipalComponents.of(new float[2][3]))
                .hasMessageContaining("3 vectors or more, got 2");
    }
}
