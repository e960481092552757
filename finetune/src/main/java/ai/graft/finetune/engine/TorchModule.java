package ai.graft.finetune.engine;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * A TorchScript module in DJL's PyTorch engine; the only class that touches DJL's native interface.
 *
 * <p>Arrays made from Java memory live in a direct buffer that is freed with the array: a method of the module must clone
 * what it keeps.
 */
final class TorchModule implements AutoCloseable {
    private final PtNDManager manager;
    private final PtSymbolBlock module;
    private ByteBuffer shared = ByteBuffer.allocateDirect(0);

    TorchModule(String source, List<String> attributes, ComputeDevice device) {
        manager = (PtNDManager) NDManager.newBaseManager(device.toDjl(), "PyTorch");
        byte[] archive = TorchScriptArchive.write(source, attributes);
        try {
            module = JniUtils.loadModule(manager, new ByteArrayInputStream(archive), device.cuda(), false);
        } catch (IOException e) {
            manager.close();
            throw new UncheckedIOException(e); // the archive lies in memory
        } catch (RuntimeException | Error e) {
            manager.close();
            throw e;
        }
    }

    /** Sets the number of threads that PyTorch computes with, for the whole process. */
    static void threads(int threads) {
        Engine.getEngine("PyTorch"); // loads the native library, which the next line calls
        JniUtils.setNumThreads(threads);
    }

    /** A scope for the arrays of one call; closed, it frees them. */
    Scope scope() {
        return new Scope(manager.newSubManager());
    }

    @Override
    public void close() {
        module.close();
        manager.close();
    }

    /** The arrays that go into one call and come out of it. */
    final class Scope implements AutoCloseable {
        private final NDManager arrays;

        private Scope(NDManager arrays) {
            this.arrays = arrays;
        }

        NDArray longs(int[] values, long... shape) {
            long[] wide = new long[values.length];
            for (int i = 0; i < wide.length; i++) {
                wide[i] = values[i];
            }
            return arrays.create(wide, new Shape(shape));
        }

        NDArray floats(float[] values, long... shape) {
            return arrays.create(values, new Shape(shape));
        }

        /** fp64, for numbers that must not be rounded to fp32 on their way. */
        NDArray doubles(double... values) {
            return arrays.create(values);
        }

        NDArray bytes(ByteBuffer values) {
            return arrays.create(values, new Shape(values.remaining()), DataType.UINT8);
        }

        /** Without values. */
        NDArray empty(long... shape) {
            return arrays.create(new Shape(shape), DataType.FLOAT32);
        }

        /** A part of an array, in the {@link #sharedBuffer}. */
        NDArray sharedFloats(float[] values, int from, int size) {
            ByteBuffer buffer = sharedBuffer(size * Float.BYTES);
            buffer.asFloatBuffer().put(values, from, size);
            return arrays.create(buffer, new Shape(size), DataType.FLOAT32);
        }

        /**
         * Room for a large argument, in one buffer of the module that only the opening and training thread may use: what it
         * holds is valid until the next call of this. A buffer of its own for each call would be freed only when Java happens
         * to collect garbage, and memory would grow until then.
         */
        ByteBuffer sharedBuffer(int size) {
            if (shared.capacity() < size) {
                shared = ByteBuffer.allocateDirect((int) Math.min(Integer.MAX_VALUE, size * 5L / 4)); // grow seldom
            }
            return shared.slice(0, size).order(ByteOrder.nativeOrder());
        }

        /** Runs a method that trains: autograd is on. */
        NDList train(String method, NDArray... arguments) {
            return call(method, true, arguments);
        }

        /** Runs a method that only computes. */
        NDList predict(String method, NDArray... arguments) {
            return call(method, false, arguments);
        }

        private NDList call(String method, boolean gradients, NDArray... arguments) {
            // Both switches belong to the calling thread. The profiling executor would compile every new shape anew.
            JniUtils.setGraphExecutorOptimize(false);
            JniUtils.setGradMode(gradients);
            NDArray name = arrays.create(0); // carries the method's name and nothing else
            name.setName("module_method:" + method);
            NDList all = new NDList(name);
            all.addAll(List.of(arguments));
            NDList result = IValueUtils.forward(module, all, gradients);
            result.attach(arrays);
            return result;
        }

        @Override
        public void close() {
            arrays.close();
        }
    }
}
