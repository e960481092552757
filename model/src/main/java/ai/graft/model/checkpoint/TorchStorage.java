package ai.graft.model.checkpoint;

/**
 * A run of elements that tensors share, as a pickle of PyTorch names it.
 *
 * @param key its name in the file
 * @param dtype how an element is stored
 * @param elements number of elements in the file
 * @param first the first element of the window that tensors see; 0 but in files of the first versions
 * @param length number of elements in that window
 */
record TorchStorage(String key, DType dtype, long elements, long first, long length) {

    /** The whole run seen as another type of the same number of bytes; the elements of an untyped storage are bytes. */
    TorchStorage as(DType other) {
        long elementBytes = other.bits() / 8;
        return new TorchStorage(key, other, elements / elementBytes, first, length / elementBytes);
    }
}
