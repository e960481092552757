package ai.graft.serving.predict;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtLoggingLevel;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/** The native library of ONNX Runtime, which is started once a process. */
final class OnnxLibrary {
    /**
     * Starting, ONNX Runtime 1.29 searches the process's command line by a regular expression that recurses with each
     * character: a class path of some thousand characters overflows the megabyte that a Java thread has, and the process
     * ends. This is enough for the longest argument that Linux takes (128 KB), and only what is used is ever memory.
     */
    private static final long STACK_BYTES = 64L << 20;

    private static @Nullable OrtEnvironment started;

    /**
     * The library's environment. Asking the runtime for it again with other settings would warn each time.
     *
     * @throws OnnxException where the library cannot be loaded
     */
    static synchronized OrtEnvironment environment() {
        if (started == null) {
            started = start();
        }
        return started;
    }

    private static OrtEnvironment start() {
        // Its own messages go to standard error with places in its source: what is wrong is told by exceptions alone.
        FutureTask<OrtEnvironment> start =
                new FutureTask<>(() -> OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL));
        Thread thread = new Thread(null, start, "onnxruntime-start", STACK_BYTES);
        thread.setDaemon(true);
        thread.start();
        try {
            return start.get();
        } catch (ExecutionException e) {
            throw new OnnxException(
                    "ONNX Runtime cannot be started: " + e.getCause()
                            + ". Check that its jar fits this platform and that the folder for temporary files can be"
                            + " written.",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OnnxException("interrupted while ONNX Runtime was being started; try again", e);
        }
    }

    private OnnxLibrary() {}
}
