package ai.graft.finetune.cli;

import ai.graft.finetune.engine.ComputeDevice;
import ai.graft.finetune.engine.TorchNetwork;
import ai.graft.serving.predict.Device;
import ai.graft.serving.predict.OnnxSession;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options of commands that compute. */
final class ComputeOptions {
    @Option(
            names = "--device",
            paramLabel = "DEVICE",
            defaultValue = "cpu",
            description = "Where to compute: cpu (the default), cuda or cuda:N.")
    private String device;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads; else OMP_NUM_THREADS, else one for each core.")
    private Optional<Integer> threads = Optional.empty();

    /**
     * Applies the number of threads, and gives the device. Loads PyTorch where it must.
     *
     * @throws IllegalArgumentException where an option makes no sense
     * @throws IllegalStateException where this machine has no such device
     */
    ComputeDevice open() {
        requireThreads();
        ComputeDevice opened = ComputeDevice.parse(device);
        threads.ifPresent(TorchNetwork::threads);
        return opened;
    }

    /**
     * The device for an exported model, whose runtime is not PyTorch.
     *
     * @throws IllegalArgumentException where the option makes no sense
     */
    Device exportedDevice() {
        return Device.parse(device);
    }

    /**
     * The threads for an exported model.
     *
     * @throws IllegalArgumentException where the option makes no sense
     */
    int exportedThreads() {
        requireThreads();
        return threads.orElse(OnnxSession.ALL_CORES);
    }

    private void requireThreads() {
        threads.filter(n -> n < 1).ifPresent(n -> {
            throw new IllegalArgumentException("--threads is " + n + ", it must be 1 or more");
        });
    }
}
