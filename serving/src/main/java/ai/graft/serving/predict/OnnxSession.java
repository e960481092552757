package ai.graft.serving.predict;

import ai.graft.model.network.Inputs;
import ai.graft.model.network.Positions;
import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.RunOptions;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.TensorInfo;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;

/**
 * A loaded ONNX file: batches of ids in, raw outputs by name out. May be shared between threads; {@link #close} waits for
 * running calls, and calls after it are an {@link IllegalStateException}.
 */
public final class OnnxSession implements AutoCloseable {
    /** Lets ONNX Runtime take as many threads as there are cores. */
    public static final int ALL_CORES = 0;

    private final Path file;
    private final OrtEnvironment environment;
    private final OrtSession session;
    private final Function<Inputs, Feed> form;
    private final Set<String> inputNames;
    private final Set<String> perToken;
    private final PredictorOptions settings;
    private final Queue<InputBuffers> idleBuffers = new ConcurrentLinkedQueue<>(); // one for each run at a time
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private boolean closed;

    private OnnxSession(Path file, OrtEnvironment environment, OrtSession session, PredictorOptions settings)
            throws OrtException {
        this.file = file;
        this.environment = environment;
        this.session = session;
        this.settings = settings;
        this.inputNames = Set.copyOf(session.getInputNames());
        this.perToken = packedOutputs(session);
        this.form = form(session.getMetadata().getCustomMetadata(), file.toString());
    }

    /** What a batch becomes for the file's flavour. */
    private static Function<Inputs, Feed> form(Map<String, String> metadata, String origin) {
        if (OnnxMetadata.flavour(metadata, origin) == Flavour.PORTABLE) {
            return PaddedBatch::new;
        }
        Positions positions = OnnxMetadata.positions(metadata, origin);
        return inputs -> PackedBatch.of(inputs, positions);
    }

    /** Outputs with a row for each packed token, which their first axis's name tells. */
    private static Set<String> packedOutputs(OrtSession session) throws OrtException {
        Set<String> names = new LinkedHashSet<>();
        for (Map.Entry<String, NodeInfo> output : session.getOutputInfo().entrySet()) {
            if (output.getValue().getInfo() instanceof TensorInfo tensor
                    && List.of(tensor.getDimensionNames()).indexOf(PackedBatch.TOKENS) == 0) {
                names.add(output.getKey());
            }
        }
        return names;
    }

    /**
     * Loads a file, with all of the runtime's optimizations.
     *
     * @param threads that share the work of one call; {@link #ALL_CORES} for one each core
     * @throws OnnxException where the file is missing or cannot be loaded, or the device is not there
     */
    public static OnnxSession open(Path file, Device device, int threads) {
        return open(file, PredictorOptions.defaults().withDevice(device).withThreads(threads));
    }

    /**
     * Loads a file, with all of the runtime's optimizations.
     *
     * @param settings of which device, threads, spinning and shrinking are of account here
     * @throws OnnxException where the file is missing or cannot be loaded, or the device is not there
     */
    public static OnnxSession open(Path file, PredictorOptions settings) {
        if (!Files.isRegularFile(file)) {
            throw new OnnxException(file + " is missing. Name a directory that 'graft export' wrote.");
        }
        OrtEnvironment environment = OnnxLibrary.environment();
        try (SessionOptions options = new SessionOptions()) {
            options.setOptimizationLevel(SessionOptions.OptLevel.ALL_OPT);
            options.addConfigEntry("session.intra_op.allow_spinning", "1"); // between a run's operators
            options.addConfigEntry("session.force_spinning_stop", settings.spinning() ? "0" : "1");
            if (settings.threads() > 0) {
                options.setIntraOpNumThreads(settings.threads());
            }
            addDevice(options, settings.device(), environment);
            return wrapped(file, environment, environment.createSession(file.toString(), options), settings);
        } catch (OrtException e) {
            throw new OnnxException(
                    file + ": ONNX Runtime " + environment.getVersion() + " cannot load it (" + e.getCode()
                            + "). Export it again, or check the free memory.",
                    e);
        }
    }

    private static OnnxSession wrapped(
            Path file, OrtEnvironment environment, OrtSession session, PredictorOptions settings) throws OrtException {
        try {
            return new OnnxSession(file, environment, session, settings);
        } catch (RuntimeException | Error e) {
            session.close();
            throw e;
        }
    }

    private static void addDevice(SessionOptions options, Device device, OrtEnvironment environment) {
        if (device.kind() == Device.Kind.CPU) {
            return;
        }
        boolean tensorRt = device.kind() == Device.Kind.TENSORRT;
        EnumSet<OrtProvider> present = OrtEnvironment.getAvailableProviders();
        if (!present.contains(tensorRt ? OrtProvider.TENSOR_RT : OrtProvider.CUDA)) {
            throw new OnnxException("device '" + device + "' was asked for, but this ONNX Runtime ("
                    + environment.getVersion() + ") has only " + present + ". Use cpu, or put"
                    + " com.microsoft.onnxruntime:onnxruntime_gpu in place of onnxruntime on the class path");
        }
        try {
            if (tensorRt) {
                options.addTensorrt(device.index()); // the first that is added is asked first
            }
            options.addCUDA(device.index());
        } catch (OrtException e) {
            throw new OnnxException(
                    "device '" + device + "' was asked for, but cannot be used here (" + e.getCode()
                            + "). Use cpu, or install the NVIDIA driver, CUDA and cuDNN"
                            + (tensorRt ? ", and TensorRT," : "") + " that this ONNX Runtime needs",
                    e);
        }
    }

    /** What the file says of itself: {@code metadata_props}. */
    public Map<String, String> metadata() {
        return locked(() -> Map.copyOf(session.getMetadata().getCustomMetadata()));
    }

    /** Names of the outputs. */
    public Set<String> outputs() {
        return locked(() -> Set.copyOf(session.getOutputNames()));
    }

    /** Names of the inputs, in the file's order. */
    Set<String> inputs() {
        return locked(() -> Collections.unmodifiableSet(new LinkedHashSet<>(session.getInputNames())));
    }

    /** Size of an output's last axis; -1 where the file leaves it open. */
    long width(String output) {
        return locked(() -> {
            NodeInfo info = Objects.requireNonNull(session.getOutputInfo().get(output), output);
            long[] shape = ((TensorInfo) info.getInfo()).getShape();
            return shape[shape.length - 1];
        });
    }

    /** Version of the runtime. */
    public String runtimeVersion() {
        return environment.getVersion();
    }

    /**
     * Runs a batch. Outputs have a place for padding in every flavour; what stands there means nothing.
     *
     * @return every output in row order, by name
     * @throws OnnxException where the runtime fails
     */
    public Map<String, float[]> run(Inputs inputs) {
        return run(inputs, outputs(), new StopSwitch());
    }

    /**
     * Runs a batch for one output; what only the others need is not computed.
     *
     * @throws IllegalArgumentException where the file has no such output
     */
    public float[] run(Inputs inputs, String output) {
        return run(inputs, output, new StopSwitch());
    }

    /**
     * The same, ended where the switch is thrown.
     *
     * @throws StopSwitch.StoppedException where it was
     */
    float[] run(Inputs inputs, String output, StopSwitch stop) {
        return Objects.requireNonNull(run(inputs, Set.of(output), stop).get(output), output);
    }

    /** The same for several outputs, by name. */
    Map<String, float[]> run(Inputs inputs, Set<String> wanted, StopSwitch stop) {
        if (!outputs().containsAll(wanted)) {
            throw new IllegalArgumentException(file + " has the outputs " + outputs() + ", asked for were " + wanted);
        }
        InputBuffers idle = idleBuffers.poll();
        InputBuffers buffers = idle == null ? new InputBuffers() : idle;
        try {
            return locked(() -> run(inputs, wanted, stop, buffers));
        } catch (OnnxException e) {
            if (stop.stopped()) {
                throw new StopSwitch.StoppedException();
            }
            throw e;
        } finally {
            idleBuffers.add(buffers);
        }
    }

    private Map<String, float[]> run(Inputs inputs, Set<String> wanted, StopSwitch stop, InputBuffers buffers)
            throws OrtException {
        Map<String, OnnxTensor> feeds = new LinkedHashMap<>();
        try (RunOptions options = runOptions((long) inputs.rows() * inputs.columns())) {
            Feed feed = form.apply(inputs);
            for (String name : inputNames) {
                Feed.Input input = feed.input(name)
                        .orElseThrow(() -> new OnnxException(
                                file + ": asks for an input '" + name + "', which has no meaning here"));
                feeds.put(name, buffers.tensor(environment, name, input));
            }
            stop.enter(options);
            try (OrtSession.Result result = session.run(feeds, wanted, options)) {
                Map<String, float[]> outputs = new LinkedHashMap<>();
                for (Map.Entry<String, OnnxValue> entry : result) {
                    float[] values = floats(entry.getValue());
                    outputs.put(entry.getKey(), perToken.contains(entry.getKey()) ? feed.padded(values) : values);
                }
                return outputs;
            } finally {
                stop.leave(options);
            }
        } finally {
            feeds.values().forEach(OnnxTensor::close);
        }
    }

    /** The memory that a run grows by is kept for the next; one unusually large batch would hold it for good. */
    private RunOptions runOptions(long tokens) throws OrtException {
        RunOptions options = new RunOptions();
        if (tokens > settings.shrinkAbove()) {
            Device device = settings.device();
            String arenas = device.kind() == Device.Kind.CPU ? "cpu:0" : "cpu:0;gpu:" + device.index();
            options.addRunConfigEntry("memory.enable_memory_arena_shrinkage", arenas);
        }
        return options;
    }

    private static float[] floats(OnnxValue value) {
        FloatBuffer buffer = ((OnnxTensor) value).getFloatBuffer(); // a copy on the heap
        if (buffer.hasArray() && buffer.array().length == buffer.remaining()) {
            return buffer.array();
        }
        float[] values = new float[buffer.remaining()];
        buffer.get(values);
        return values;
    }

    private interface Call<R> {
        R run() throws OrtException;
    }

    /** Runs while nobody may close: a session that is freed under a call would end the process. */
    private <R> R locked(Call<R> call) {
        lock.readLock().lock();
        try {
            if (closed) {
                throw new IllegalStateException(file + " was closed; open it again to use it");
            }
            return call.run();
        } catch (OrtException e) {
            throw new OnnxException(file + ": ONNX Runtime " + runtimeVersion() + " failed (" + e.getCode() + ")", e);
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                session.close();
            }
        } catch (OrtException e) {
            throw new OnnxException(file + ": cannot be closed (" + e.getCode() + ")", e);
        } finally {
            lock.writeLock().unlock();
        }
    }
}
