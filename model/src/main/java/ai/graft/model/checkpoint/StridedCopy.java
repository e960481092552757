package ai.graft.model.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Brings a tensor that is not stored in row order into it. */
final class StridedCopy {
    /** A mapping holds at most 2 GB; elements are 1, 2, 4 or 8 bytes, so that none straddles two of 1 GB. */
    private static final int WINDOW_BITS = 30;

    private final TorchView view;
    private final int elementBytes;
    private final List<ByteBuffer> windows;
    private final ByteBuffer copy;

    private StridedCopy(TorchView view, List<ByteBuffer> windows, int bytes) {
        this.view = view;
        this.elementBytes = view.storage().dtype().bits() / 8;
        this.windows = windows;
        this.copy = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * The elements in row order.
     *
     * @param position of the storage in the file
     * @param storageBytes its length; every element of the view must be inside
     * @param bytes of the copy
     */
    static ByteBuffer of(TorchView view, MappedFile mapped, long position, long storageBytes, int bytes)
            throws IOException {
        List<ByteBuffer> windows = new ArrayList<>();
        for (long start = 0; start < storageBytes; start += 1L << WINDOW_BITS) {
            windows.add(mapped.part(position + start, (int) Math.min(1L << WINDOW_BITS, storageBytes - start)));
        }
        StridedCopy copy = new StridedCopy(view, windows, bytes);
        copy.walk(0, view.storage().first() + view.offset());
        return copy.copy.flip();
    }

    private void walk(int axis, long place) {
        if (axis == view.shape().size()) {
            put(place * elementBytes);
            return;
        }
        long stride = view.strides().get(axis);
        for (long i = 0; i < view.shape().get(axis); i++) {
            walk(axis + 1, place + i * stride);
        }
    }

    private void put(long at) {
        ByteBuffer window = windows.get((int) (at >>> WINDOW_BITS));
        int inside = (int) (at & ((1L << WINDOW_BITS) - 1));
        switch (elementBytes) {
            case 1 -> copy.put(window.get(inside));
            case 2 -> copy.putShort(window.getShort(inside));
            case 4 -> copy.putInt(window.getInt(inside));
            case 8 -> copy.putLong(window.getLong(inside));
            default -> throw new AssertionError("no type of PyTorch has elements of " + elementBytes + " bytes");
        }
    }
}
