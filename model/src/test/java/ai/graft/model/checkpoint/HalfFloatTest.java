package ai.graft.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HalfFloatTest {
    /** Half patterns as CPython's struct.pack('>e') gives them, but for the overflows and NaN, which it refuses. */
    @ParameterizedTest
    @CsvSource({
        "0.1, 2e66",
        "0.33333334, 3555",
        "-0.0, 8000",
        "65504, 7bff",
        "65519.99, 7bff",
        "65520, 7c00",
        "-1e30, fc00",
        "Infinity, 7c00",
        "-Infinity, fc00",
        "NaN, 7e00",
        "6.1e-5, 03ff",
        "5.9604645e-8, 0001",
        "2.9802325e-8, 0001",
        "2.9802322e-8, 0000",
        "8.940697e-8, 0002",
        "1.4901161e-7, 0002",
        "1.0004883, 3c00",
        "1.0014648, 3c02",
    })
    void toHalf_value_nearestTiesToEven(float value, String expected) {
        assertThat(String.format("%04x", HalfFloat.toHalf(value))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"0.1, 3dcd", "-0.0, 8000", "1.00390625, 3f80", "1.01171875, 3f82", "3.4e38, 7f80", "NaN, 7fc0"})
    void toBrain_value_nearestTiesToEven(float value, String expected) {
        assertThat(String.format("%04x", HalfFloat.toBrain(value))).isEqualTo(expected);
    }

    @Test
    void fromHalf_everyFinitePattern_isTheFormulaOfTheStandard() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            int exponent = bits >> 10 & 31;
            int fraction = bits & 1023;
            if (exponent == 31) {
                continue;
            }
            double magnitude =
                    exponent == 0 ? fraction * Math.pow(2, -24) : (1 + fraction / 1024.0) * Math.pow(2, exponent - 15);
            double value = bits >= 1 << 15 ? -magnitude : magnitude;
            assertThat(HalfFloat.fromHalf((short) bits)).as("%04x", bits).isEqualTo((float) value);
        }
    }

    @Test
    void fromHalf_infinitiesAndNan_stayThemselves() {
        assertThat(HalfFloat.fromHalf((short) 0x7C00)).isEqualTo(Float.POSITIVE_INFINITY);
        assertThat(HalfFloat.fromHalf((short) 0xFC00)).isEqualTo(Float.NEGATIVE_INFINITY);
        assertThat(HalfFloat.fromHalf((short) 0x7C01)).isNaN();
    }

    @Test
    void toHalf_everyHalf_comesBack() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            float value = HalfFloat.fromHalf((short) bits);
            if (!Float.isNaN(value)) {
                assertThat(HalfFloat.toHalf(value)).as("%04x", bits).isEqualTo((short) bits);
            }
        }
    }
}
