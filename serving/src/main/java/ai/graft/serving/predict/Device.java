package ai.graft.serving.predict;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where ONNX Runtime computes.
 *
 * @param kind by which of its providers
 * @param index which GPU, from 0; 0 for the processor
 */
public record Device(Kind kind, int index) {
    public static final Device CPU = new Device(Kind.CPU, 0);

    private static final Pattern GPU = Pattern.compile("(cuda|tensorrt)(?::(\\d{1,3}))?");

    /** The providers that a model can be asked to run on. */
    public enum Kind {
        CPU,
        /** An NVIDIA GPU with ONNX Runtime's own kernels. */
        CUDA,
        /** An NVIDIA GPU with TensorRT's engines, and {@link #CUDA} for what TensorRT does not take. */
        TENSORRT
    }

    /**
     * Reads {@code cpu}, {@code cuda}, {@code cuda:1}, {@code tensorrt} or {@code tensorrt:1}. Whether there is such a device
     * shows when a model is opened.
     *
     * @throws IllegalArgumentException where the text is none of these
     */
    public static Device parse(String text) {
        if (text.equals("cpu")) {
            return CPU;
        }
        Matcher gpu = GPU.matcher(text);
        if (!gpu.matches()) {
            throw new IllegalArgumentException(
                    "device '" + text + "' is unknown; give cpu, cuda or cuda:N, tensorrt or tensorrt:N");
        }
        int index = gpu.group(2) == null ? 0 : Integer.parseInt(gpu.group(2));
        return new Device(Kind.valueOf(gpu.group(1).toUpperCase(Locale.ROOT)), index);
    }

    @Override
    public String toString() {
        return kind == Kind.CPU ? "cpu" : kind.name().toLowerCase(Locale.ROOT) + ":" + index;
    }
}
