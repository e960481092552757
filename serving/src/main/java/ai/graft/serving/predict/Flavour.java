package ai.graft.serving.predict;

import java.util.Locale;

/** Which operators an exported file is written in, and so which inputs it takes. */
public enum Flavour {
    /** ONNX's own operators of opset 17, padded batches: for any runtime. */
    PORTABLE,
    /** ONNX Runtime's fused operators, batches without padding: the fastest on a CPU. */
    ORT;

    /** The name at the command line and in files: {@code portable} or {@code ort}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The flavour of a label.
     *
     * @throws IllegalArgumentException where there is none
     */
    public static Flavour parse(String text) {
        for (Flavour flavour : values()) {
            if (flavour.label().equals(text)) {
                return flavour;
            }
        }
        throw new IllegalArgumentException("flavour '" + text + "' is unknown; give portable or ort");
    }
}
