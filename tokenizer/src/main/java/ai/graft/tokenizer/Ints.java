package ai.graft.tokenizer;

/** Small work on {@code int} arrays. */
final class Ints {

    private Ints() {}

    static int[] select(int[] values, int[] positions) {
        int[] chosen = new int[positions.length];
        for (int i = 0; i < positions.length; i++) {
            chosen[i] = values[positions[i]];
        }
        return chosen;
    }

    static int[] narrow(long[] values) {
        int[] narrowed = new int[values.length];
        for (int i = 0; i < values.length; i++) {
            narrowed[i] = (int) values[i];
        }
        return narrowed;
    }

    static long[] widen(int[] values) {
        long[] widened = new long[values.length];
        for (int i = 0; i < values.length; i++) {
            widened[i] = values[i];
        }
        return widened;
    }
}
