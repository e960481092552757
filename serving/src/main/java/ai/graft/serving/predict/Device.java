package ai.graft.serving.predict;

/**
 * Where ONNX Runtime computes.
 *
 * @param cuda whether on an NVIDIA GPU
 * @param index which GPU, from 0
 */
public record Device(boolean cuda, int index) {
    public static final Device CPU = new Device(false, 0);

    /**
     * Reads {@code cpu}, {@code cuda} or {@code cuda:1}. Whether there is such a device shows when a model is opened.
     *
     * @throws IllegalArgumentException where the text is none of these
     */
    public static Device parse(String text) {
        if (text.equals("cpu")) {
            return CPU;
        }
        if (!text.matches("cuda(:\\d{1,3})?")) {
            throw new IllegalArgumentException("device '" + text + "' is unknown; give cpu, cuda or cuda:N");
        }
        return new Device(true, text.equals("cuda") ? 0 : Integer.parseInt(text.substring("cuda:".length())));
    }

    @Override
    public String toString() {
        return cuda ? "cuda:" + index : "cpu";
    }
}
