package ai.graft.serving.predict;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.RunOptions;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/**
 * Ends runs of a session: those under way at their next operation, those to come before their first. Whether it was thrown also
 * tells an ended run from one that failed: ONNX Runtime reports both alike. Thread-safe.
 */
final class StopSwitch {
    private final Set<RunOptions> running = Collections.newSetFromMap(new IdentityHashMap<>());
    private boolean stopped;

    /** A run was ended, or not begun. */
    static final class StoppedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        StoppedException() {
            super("the run was stopped");
        }
    }

    /** A run begins; it must {@link #leave} before its options are closed. */
    synchronized void enter(RunOptions run) {
        if (stopped) {
            throw new StoppedException();
        }
        running.add(run);
    }

    synchronized void leave(RunOptions run) {
        running.remove(run);
    }

    /** @throws OnnxException where the runtime does not take it, which it always does */
    synchronized void stop() {
        stopped = true;
        for (RunOptions run : running) {
            try {
                run.setTerminate(true);
            } catch (OrtException e) {
                throw new OnnxException("a run cannot be stopped (" + e.getCode() + ")", e);
            }
        }
    }

    synchronized boolean stopped() {
        return stopped;
    }
}
