package ai.graft.model.checkpoint;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileStore;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** Messages of what cannot be written: the file, the space that is needed and left, and what to do. */
final class WriteFailure {
    /** With less than this left, a disk counts as full for a small file too: file systems keep blocks to themselves. */
    private static final long LEAST = 1 << 20;

    private WriteFailure() {}

    /**
     * A file that could not be written.
     *
     * @param shown the file as its reader will know it
     * @param folder an existing folder on the same disk
     * @param bytes what the file takes, 0 if that is little
     */
    static CheckpointException ofFile(Path shown, Path folder, long bytes, IOException e) {
        return new CheckpointException(
                shown + ": cannot be written: " + reason(e) + ". " + spaceAndCure(folder, bytes), e);
    }

    /** A directory that cannot be begun: its parent cannot be made, or nothing can be made in it. */
    static CheckpointException ofDirectory(Path target, IOException e) {
        Path ancestor = target.resolveSibling("");
        while (!Files.exists(ancestor) && ancestor.getParent() != null) {
            ancestor = ancestor.getParent();
        }
        String why;
        if (!Files.isDirectory(ancestor)) {
            why = ancestor + " is a file. Name a place in a directory.";
        } else if (e instanceof AccessDeniedException || !Files.isWritable(ancestor)) {
            why = "you may not write in " + ancestor + ". Change its permissions, or name another place.";
        } else {
            why = left(ancestor) < LEAST
                    ? reason(e) + ". " + spaceAndCure(ancestor, 0)
                    : "nothing can be made in " + ancestor + " (" + reason(e) + "). Name another place.";
        }
        return new CheckpointException(target + ": cannot be written: " + why, e);
    }

    /** Refuses what the disk has no room for. */
    static void requireSpace(Path shown, Path folder, long bytes) {
        if (left(folder) < bytes) {
            throw new CheckpointException(shown + ": cannot be written. " + spaceAndCure(folder, bytes));
        }
    }

    private static String spaceAndCure(Path folder, long bytes) {
        long left = left(folder);
        if (left == Long.MAX_VALUE) {
            return "Look at the disk's space and quotas, or name a place on another disk.";
        } else if (left < Math.max(bytes, LEAST)) {
            return "It takes " + (bytes == 0 ? "some" : size(bytes)) + ", but only " + size(left)
                    + " are left on its disk. Free some, or name a place on another disk.";
        }
        return "Its disk has " + size(left) + " left, so look at quotas and at the limit on a file's size (ulimit -f),"
                + " or name a place on another disk.";
    }

    /** Unlimited where the system does not tell, as for file systems that are no disks. */
    private static long left(Path folder) {
        try {
            FileStore store = Files.getFileStore(folder);
            return store.getTotalSpace() == 0 ? Long.MAX_VALUE : store.getUsableSpace();
        } catch (IOException unknown) {
            return Long.MAX_VALUE;
        }
    }

    private static String reason(IOException e) {
        if (e instanceof FileSystemException inFile) { // whose message is a path of no interest
            return Optional.ofNullable(inFile.getReason()).orElse(e.getClass().getSimpleName());
        }
        return Optional.ofNullable(e.getMessage()).orElse(e.toString());
    }

    private static String size(long bytes) {
        if (bytes < 1_000_000) {
            return String.format(Locale.ROOT, "%,d bytes", bytes);
        }
        return bytes < 1_000_000_000
                ? String.format(Locale.ROOT, "%.1f MB", bytes / 1e6)
                : String.format(Locale.ROOT, "%,.1f GB", bytes / 1e9);
    }
}
