package ai.graft.serving.predict;

import java.util.Optional;

/** A batch in the form that a file takes. */
sealed interface Feed permits PaddedBatch, PackedBatch {

    /** The input of this name; empty where there is none of that meaning. */
    Optional<Input> input(String name);

    /** What an output with a row for each token is by texts: (B, S, …). */
    float[] padded(float[] rows);

    /**
     * An input.
     *
     * @param wide whether the file takes it as int64; else as int32
     */
    @SuppressWarnings("ArrayRecordComponent") // handed to the runtime at once; never compared
    record Input(int[] values, long[] shape, boolean wide) {}
}
