package ai.graft.serving.onnx;

import ai.graft.serving.predict.Flavour;
import java.util.List;
import java.util.Optional;

/**
 * Choices of an export; {@link #DEFAULT} with what differs.
 *
 * @param externalData whether weights go to {@code model.onnx.data} even where one file could hold them; beyond 2 GB they
 *     always do
 * @param flavour which operators
 * @param precision of weights and arithmetic
 * @param scale what shares a scale in int8; empty for the flavour's own: a token in {@code ort}, a batch in {@code portable},
 *     which knows no other
 * @param keepFp32 parts of names of weights that stay in fp32 in a smaller precision; {@code *} in them stands for anything but a dot
 * @param validation a metric that the export must not lose; empty where the comparison of outputs is enough
 */
public record ExportOptions(
        boolean externalData,
        Flavour flavour,
        ExportPrecision precision,
        Optional<Int8Scale> scale,
        List<String> keepFp32,
        Optional<Validation> validation) {
    /** One file where it can hold the weights, portable, in fp32. */
    public static final ExportOptions DEFAULT = new ExportOptions(
            false, Flavour.PORTABLE, ExportPrecision.FP32, Optional.empty(), List.of(), Optional.empty());

    /**
     * Checks that the choices go together.
     *
     * @throws IllegalArgumentException for choices that exclude each other
     */
    public ExportOptions {
        keepFp32 = List.copyOf(keepFp32);
        if (scale.isPresent() && precision != ExportPrecision.INT8) {
            throw new IllegalArgumentException(
                    "the int8 scale is " + scale.get().label() + ", but the precision is " + precision.label()
                            + ". Leave the scale out, or export in int8.");
        }
        if (scale.equals(Optional.of(Int8Scale.TOKEN)) && flavour == Flavour.PORTABLE) {
            throw new IllegalArgumentException(
                    "the flavour portable has one int8 scale for all tokens of a batch, asked for"
                            + " was one for each token. Use the flavour ort, or leave the scale out.");
        }
        if (!keepFp32.isEmpty() && precision == ExportPrecision.FP32) {
            throw new IllegalArgumentException("weights to keep in fp32 are named, " + keepFp32
                    + ", but the precision is fp32 for all. Export in int8 or fp16, or name none.");
        }
        if (keepFp32.stream().anyMatch(String::isBlank)) {
            throw new IllegalArgumentException("a pattern of weights to keep in fp32 is empty, in " + keepFp32
                    + ". Give parts of names, such as output.dense.");
        }
    }

    public ExportOptions withExternalData(boolean value) {
        return new ExportOptions(value, flavour, precision, scale, keepFp32, validation);
    }

    public ExportOptions withFlavour(Flavour value) {
        return new ExportOptions(externalData, value, precision, scale, keepFp32, validation);
    }

    public ExportOptions withPrecision(ExportPrecision value) {
        return new ExportOptions(externalData, flavour, value, scale, keepFp32, validation);
    }

    public ExportOptions withScale(Int8Scale value) {
        return new ExportOptions(externalData, flavour, precision, Optional.of(value), keepFp32, validation);
    }

    public ExportOptions withKeepFp32(List<String> value) {
        return new ExportOptions(externalData, flavour, precision, scale, value, validation);
    }

    public ExportOptions withValidation(Validation value) {
        return new ExportOptions(externalData, flavour, precision, scale, keepFp32, Optional.of(value));
    }

    /** The same file in fp32: nothing is rounded, nothing needs to be kept from it. */
    ExportOptions inFp32() {
        return new ExportOptions(
                externalData, flavour, ExportPrecision.FP32, Optional.empty(), List.of(), Optional.empty());
    }

    /** The scale that is used in int8. */
    Int8Scale int8Scale() {
        return scale.orElse(flavour == Flavour.ORT ? Int8Scale.TOKEN : Int8Scale.TENSOR);
    }
}
