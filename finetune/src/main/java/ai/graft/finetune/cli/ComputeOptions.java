package ai.graft.finetune.cli;

import ai.graft.finetune.engine.ComputeDevice;
import ai.graft.finetune.engine.TorchNetwork;
import ai.graft.serving.predict.Device;
import ai.graft.serving.predict.PredictorOptions;
import ai.graft.tokenizer.LongTexts;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options of commands that compute. */
final class ComputeOptions {
    @Option(
            names = "--device",
            paramLabel = "DEVICE",
            defaultValue = "cpu",
            description = "cpu (the default), cuda:N; with ONNX tensorrt:N too.")
    private String device;

    @Option(names = "--threads", paramLabel = "N", description = "Threads; else OMP_NUM_THREADS, else the cores.")
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
     * How an exported model computes, whose runtime is not PyTorch: many texts, as a command has them.
     *
     * @throws IllegalArgumentException where an option makes no sense
     */
    PredictorOptions predictor(Optional<LongTexts> longTexts) {
        requireThreads();
        Device where = Device.parse(device);
        PredictorOptions options =
                PredictorOptions.manyTexts().withWarmUp(false).withDevice(where).withLongTexts(longTexts);
        int workers = threads.or(ComputeOptions::ofEnvironment).orElse(options.workers());
        return options.withWorkers(where.kind() == Device.Kind.CPU ? workers : 1); // a GPU takes one batch at a time
    }

    /** What PyTorch reads by itself. */
    private static Optional<Integer> ofEnvironment() {
        return Optional.ofNullable(System.getenv("OMP_NUM_THREADS"))
                .filter(value -> value.matches("[1-9]\\d{0,3}"))
                .map(Integer::valueOf);
    }

    private void requireThreads() {
        threads.filter(n -> n < 1).ifPresent(n -> {
            throw new IllegalArgumentException("--threads is " + n + ", it must be 1 or more");
        });
    }
}
