package ai.graft.finetune.engine;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/** Random bytes for all dropouts of one pass: the same seed and step give the same bytes, so a run repeats exactly. */
final class DropoutNoise {

    /** Fills a buffer, 8 bytes a call of the generator, which is about as fast as memory takes them. */
    static void fill(ByteBuffer bytes, long seed, long pass) {
        SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + pass);
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
