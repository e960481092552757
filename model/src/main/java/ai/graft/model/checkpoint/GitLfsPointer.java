package ai.graft.model.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The small text file that a clone without Git LFS has in place of a large one. */
final class GitLfsPointer {
    /** How each pointer begins, by the Git LFS specification, version 1. */
    static final String START = "version https://git-lfs.github.com/spec/";

    private GitLfsPointer() {}

    static boolean matches(ByteBuffer beginning) {
        byte[] expected = START.getBytes(StandardCharsets.US_ASCII);
        return beginning.remaining() >= expected.length
                && beginning.slice(beginning.position(), expected.length).equals(ByteBuffer.wrap(expected));
    }

    /** Throws if the file is such a pointer. */
    static void refuse(Path file, MappedFile mapped) throws IOException {
        if (matches(mapped.copy(0, (int) Math.min(mapped.size(), START.length())))) {
            throw refusal(file.toString());
        }
    }

    static CheckpointException refusal(String file) {
        return new CheckpointException(
                file + ": this is a Git LFS pointer, not the file itself. Run 'git lfs pull' or fetch the real file.");
    }
}
