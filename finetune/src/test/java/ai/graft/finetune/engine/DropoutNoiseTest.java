package ai.graft.finetune.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class DropoutNoiseTest {

    @Test
    void fill_sameSeedAndPass_sameBytesInAnyOrderOfTheBuffer() {
        ByteBuffer little = ByteBuffer.allocateDirect(21).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer big = ByteBuffer.allocate(21).order(ByteOrder.BIG_ENDIAN);

        DropoutNoise.fill(little, 7, 3);
        DropoutNoise.fill(big, 7, 3);

        byte[] copy = new byte[21];
        little.get(0, copy);
        assertThat(copy).isEqualTo(big.array());
    }

    /** Without a mix of the seed, the next seed's bytes are this one's, one call of the generator later. */
    @Test
    void fill_nextSeedOrPass_sharesNoStretchOfBytes() {
        byte[] bytes = noise(1, 0, 800);
        for (byte[] other : new byte[][] {noise(2, 0, 800), noise(1, 1, 800), noise(0, 0, 800)}) {
            for (int shift = 0; shift < 80; shift += 8) {
                assertThat(Arrays.copyOfRange(other, 0, 100))
                        .isNotEqualTo(Arrays.copyOfRange(bytes, shift, shift + 100));
                assertThat(Arrays.copyOfRange(bytes, 0, 100))
                        .isNotEqualTo(Arrays.copyOfRange(other, shift, shift + 100));
            }
        }
    }

    /** Of 256,000 bytes each value comes 1000 times, give or take 6 deviations of √1000. */
    @Test
    void fill_manyBytes_areUniform() {
        int[] counts = new int[256];
        for (byte value : noise(5, 9, 256_000)) {
            counts[value & 0xff]++;
        }
        for (int count : counts) {
            assertThat(count).isCloseTo(1000, within(190));
        }
    }

    private static byte[] noise(long seed, long pass, int size) {
        ByteBuffer buffer = ByteBuffer.allocate(size);
        DropoutNoise.fill(buffer, seed, pass);
        return buffer.array();
    }
}
