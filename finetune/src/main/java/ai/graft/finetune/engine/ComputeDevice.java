package ai.graft.finetune.engine;

import ai.djl.Device;
import ai.djl.engine.Engine;

/**
 * Where a network computes.
 *
 * @param cuda whether on an NVIDIA GPU
 * @param index which GPU, from 0
 */
public record ComputeDevice(boolean cuda, int index) {
    public static final ComputeDevice CPU = new ComputeDevice(false, 0);

    /**
     * Reads {@code cpu}, {@code cuda} or {@code cuda:1}.
     *
     * @throws IllegalArgumentException where the text is none of these
     * @throws IllegalStateException where this machine, or this build of PyTorch, has no such GPU: a device that was asked for
     *     is never replaced quietly
     */
    public static ComputeDevice parse(String text) {
        if (text.equals("cpu")) {
            return CPU;
        }
        if (!text.matches("cuda(:\\d{1,3})?")) {
            throw new IllegalArgumentException("device '" + text + "' is unknown; give cpu, cuda or cuda:N");
        }
        int index = text.equals("cuda") ? 0 : Integer.parseInt(text.substring("cuda:".length()));
        int present = Engine.getEngine("PyTorch").getGpuCount();
        if (index >= present) {
            throw new IllegalStateException("device '" + text + "' was asked for, but PyTorch sees " + present
                    + " GPUs here. Use --device cpu, or install an NVIDIA driver and point PYTORCH_LIBRARY_PATH"
                    + " at a libtorch 2.7.1 built for CUDA");
        }
        return new ComputeDevice(true, index);
    }

    Device toDjl() {
        return cuda ? Device.gpu(index) : Device.cpu();
    }

    @Override
    public String toString() {
        return cuda ? "cuda:" + index : "cpu";
    }
}
