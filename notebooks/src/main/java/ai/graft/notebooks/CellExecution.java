package ai.graft.notebooks;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Optional;
import jdk.jshell.execution.DirectExecutionControl;

/**
 * Runs what JShell compiled in this process and on this thread, and keeps what came out as the object that it is; JShell itself hands on
 * texts alone. Of one shell.
 */
final class CellExecution extends DirectExecutionControl {
    private Optional<Object> value = Optional.empty();
    private Optional<Throwable> thrown = Optional.empty();

    @Override
    protected String invoke(Method method) throws Exception {
        value = Optional.empty();
        thrown = Optional.empty();
        try {
            value = Optional.ofNullable(method.invoke(null));
        } catch (InvocationTargetException e) {
            thrown = Optional.ofNullable(e.getCause());
            throw e;
        }
        return ""; // nobody reads the text, and making it may take long
    }

    /** What the last snippet gave. */
    Optional<Object> value() {
        return value;
    }

    /** What the last snippet threw, as it was thrown. */
    Optional<Throwable> thrown() {
        return thrown;
    }
}
