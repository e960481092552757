package ai.graft.model.checkpoint;

/**
 * How a tensor's elements are stored, named as safetensors names it.
 *
 * <p>The order is the reference library's: its writer puts tensors of a later type first, which keeps the wide ones
 * aligned, and {@link SafetensorsFile#write} does the same.
 */
public enum DType {
    /** One byte, 0 or 1. */
    BOOL(8, true),
    /** 4-bit float; carried, not widened. */
    F4(4, false),
    /** 6-bit float; carried, not widened. */
    F6_E2M3(6, false),
    /** 6-bit float; carried, not widened. */
    F6_E3M2(6, false),
    /** Unsigned byte. */
    U8(8, true),
    /** Signed byte. */
    I8(8, true),
    /** 8-bit float; carried, not widened. */
    F8_E5M2(8, false),
    /** 8-bit float; carried, not widened. */
    F8_E4M3(8, false),
    /** 8-bit exponent; carried, not widened. */
    F8_E8M0(8, false),
    /** Signed 16-bit integer. */
    I16(16, true),
    /** Unsigned 16-bit integer. */
    U16(16, true),
    /** IEEE 754 half precision. */
    F16(16, true),
    /** The upper half of a float32. */
    BF16(16, true),
    /** Signed 32-bit integer. */
    I32(32, true),
    /** Unsigned 32-bit integer. */
    U32(32, true),
    /** IEEE 754 single precision. */
    F32(32, true),
    /** Two float32; carried, not widened. */
    C64(64, false),
    /** IEEE 754 double precision. */
    F64(64, true),
    /** Signed 64-bit integer. */
    I64(64, true),
    /** Unsigned 64-bit integer. */
    U64(64, true);

    private final int bits;
    private final boolean widens;

    DType(int bits, boolean widens) {
        this.bits = bits;
        this.widens = widens;
    }

    /** Bits of one element. */
    public int bits() {
        return bits;
    }

    /** Whether {@link Tensor#toFloats} reads this type. */
    public boolean widens() {
        return widens;
    }

    /** Whether this is one of the float types that weights are kept in: F16, BF16, F32, F64. */
    public boolean floating() {
        return this == F16 || this == BF16 || this == F32 || this == F64;
    }
}
