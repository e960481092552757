package ai.graft.finetune.cli;

import ai.graft.datasets.DatasetException;
import ai.graft.model.checkpoint.CheckpointException;
import ai.graft.model.config.ConfigException;
import ai.graft.serving.predict.OnnxException;
import ai.graft.tokenizer.TokenizerException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/**
 * How a run ended that did not end well: the one place where exceptions become exit codes and messages.
 *
 * @param exitCode {@link #CHECK}, {@link #USE}, {@link #WORLD} or {@link #INTERRUPTED}
 * @param message what, where, how to mend; without the program's name
 */
record Failure(int exitCode, String message) {
    /** A check that was asked for failed. */
    static final int CHECK = 1;
    /** Wrong use: options, or values in an input, that make no sense. */
    static final int USE = 2;
    /** The world failed: files missing or damaged, disk full, no such device, out of memory. */
    static final int WORLD = 3;
    /** Ended by Ctrl-C or another signal, as shells count it. */
    static final int INTERRUPTED = 130;

    private static final String DOCTOR = " Run 'graft doctor' to see what PyTorch finds here.";

    /** What to tell of an exception. */
    static Failure of(Throwable thrown) {
        if (thrown instanceof CheckFailed) {
            return new Failure(CHECK, text(thrown));
        } else if (thrown instanceof CancellationException) {
            return new Failure(INTERRUPTED, text(thrown));
        } else if (thrown instanceof IllegalArgumentException) {
            return new Failure(USE, text(thrown));
        } else if (thrown instanceof UncheckedIOException unchecked) {
            return of(Optional.<Throwable>ofNullable(unchecked.getCause()).orElse(new IOException(text(thrown))));
        } else if (thrown instanceof IOException io) {
            return new Failure(WORLD, ofFile(io));
        } else if (isKind(thrown)) {
            return new Failure(WORLD, text(thrown));
        } else if (thrown instanceof OutOfMemoryError) {
            return new Failure(WORLD, outOfMemory(thrown));
        } else if (thrown.getClass()
                .getName()
                .startsWith("ai.djl.")) { // only the engine's package may name its classes
            return new Failure(WORLD, "PyTorch: " + text(thrown) + DOCTOR);
        } else if (thrown instanceof LinkageError) {
            return new Failure(WORLD, "a library cannot be loaded: " + thrown + "." + DOCTOR);
        }
        return new Failure(
                WORLD, "unexpected failure: " + thrown + ". Set GRAFT_DEBUG=1 to see where, and report it with that.");
    }

    /** Exceptions whose messages are written for users. */
    private static boolean isKind(Throwable thrown) {
        return thrown instanceof CheckpointException
                || thrown instanceof ConfigException
                || thrown instanceof DatasetException
                || thrown instanceof TokenizerException
                || thrown instanceof OnnxException
                || thrown instanceof IllegalStateException;
    }

    /** Three of Java's exceptions have a bare path for a message. */
    private static String ofFile(IOException e) {
        if (e instanceof NoSuchFileException) {
            return text(e) + ": there is no such file or directory. Correct the path.";
        } else if (e instanceof AccessDeniedException) {
            return text(e) + ": access is denied. Check who may read and write it.";
        } else if (e instanceof FileAlreadyExistsException) {
            return text(e) + ": exists already. Name another place.";
        }
        return text(e);
    }

    private static String outOfMemory(Throwable thrown) {
        long megabytes = Runtime.getRuntime().maxMemory() >> 20;
        return "out of memory (" + text(thrown) + "); Java may use " + megabytes
                + " MB. Give it more, for example with GRAFT_JAVA_OPTS=-Xmx8g, or use a smaller model or batch.";
    }

    private static String text(Throwable thrown) {
        return Optional.ofNullable(thrown.getMessage()).orElse(thrown.getClass().getSimpleName());
    }
}
