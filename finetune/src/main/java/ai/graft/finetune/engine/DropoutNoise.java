package ai.graft.finetune.engine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;

/** Random bytes for all dropouts of one pass: the same seed and step give the same bytes, so a run repeats exactly. */
final class DropoutNoise {

    /**
     * Fills a buffer, 8 bytes a call of the generator, which is about as fast as memory takes them. The bytes are the same on
     * every machine, so the buffer's order becomes little-endian.
     *
     * <p>The seed is mixed first: a generator steps by a fixed constant, so of two that start a multiple of it apart one
     * repeats what the other drew.
     */
    static void fill(ByteBuffer bytes, long seed, long pass) {
        SplittableRandom random = new SplittableRandom(new SplittableRandom(seed).nextLong() + pass);
        bytes.order(ByteOrder.LITTLE_ENDIAN);
        int i = 0;
        for (; i + Long.BYTES <= bytes.limit(); i += Long.BYTES) {
            bytes.putLong(i, random.nextLong());
        }
        for (long rest = random.nextLong(); i < bytes.limit(); i++, rest >>>= Byte.SIZE) {
            bytes.put(i, (byte) rest);
        }
    }

    private DropoutNoise() {}
}
