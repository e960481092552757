package ai.graft.model.checkpoint;

/**
 * The two 16-bit float formats.
 *
 * <p>Source: IEEE 754-2019, 3.6 (binary16: 1 sign, 5 exponent, 10 fraction bits) and 4.3.1 (round to nearest, ties to
 * even). Java has these conversions from version 20 on.
 */
final class HalfFloat {
    private static final int FLOAT_INFINITY = 0x7F80_0000;
    private static final int HALF_INFINITY = 0x7C00;

    private HalfFloat() {}

    /** The value of a binary16, exact; NaN stays NaN with its payload. */
    static float fromHalf(short half) {
        int sign = (half & 0x8000) << 16;
        int exponent = (half >>> 10) & 0x1F;
        int fraction = half & 0x3FF;
        if (exponent == 0) {
            float magnitude = fraction * 0x1p-24f; // subnormal or zero
            return Float.intBitsToFloat(sign | Float.floatToRawIntBits(magnitude));
        }
        if (exponent == 31) {
            return Float.intBitsToFloat(sign | FLOAT_INFINITY | fraction << 13);
        }
        return Float.intBitsToFloat(sign | (exponent + 112) << 23 | fraction << 13);
    }

    /** The nearest binary16, ties to even; values from 65520 on become infinite. */
    static short toHalf(float value) {
        int bits = Float.floatToRawIntBits(value);
        int sign = bits >>> 16 & 0x8000;
        int magnitude = bits & 0x7FFF_FFFF;
        if (magnitude > FLOAT_INFINITY) {
            return (short) (sign | 0x7E00);
        }
        if (magnitude >= 0x477F_F000) { // 65520, half-way between 65504 and 2^16
            return (short) (sign | HALF_INFINITY);
        }
        if (magnitude < 0x3880_0000) { // below 2^-14: a multiple of 2^-24, and rint breaks ties to even
            return (short) (sign | (int) Math.rint(Float.intBitsToFloat(magnitude) * 0x1p24));
        }
        // A carry out of the fraction runs into the exponent, which is the right result.
        return (short) (sign | roundToEven(magnitude - (112 << 23), 13));
    }

    /** The value of a bfloat16, exact. */
    static float fromBrain(short brain) {
        return Float.intBitsToFloat(brain << 16);
    }

    /** The nearest bfloat16, ties to even. */
    static short toBrain(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (short) (bits >>> 16 | 0x40); // quiet, so that the payload's upper part is never all 0
        }
        return (short) (bits >>> 31 << 15 | roundToEven(bits & 0x7FFF_FFFF, 16));
    }

    private static int roundToEven(int magnitude, int droppedBits) {
        int half = 1 << (droppedBits - 1);
        int odd = magnitude >>> droppedBits & 1;
        return (magnitude + half - 1 + odd) >>> droppedBits;
    }
}
