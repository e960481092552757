package ai.graft.finetune.engine;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.List;
import java.util.function.Consumer;

/**
 * A TorchScript module in DJL's PyTorch engine; the only class that touches DJL's native interface.
 *
 * <p>Arrays belong to the scope of their call: a method of the module must clone what it keeps.
 */
final class TorchModule implements AutoCloseable {
    private final PtNDManager manager;
    private final PtSymbolBlock module;

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

    static int threads() {
        Engine.getEngine("PyTorch");
        return JniUtils.getNumThreads();
    }

    static String version() {
        return Engine.getEngine("PyTorch").getVersion();
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
            return filled(
                    DataType.INT64,
                    memory -> {
                        LongBuffer cells = memory.asLongBuffer();
                        for (int value : values) {
                            cells.put(value);
                        }
                    },
                    shape);
        }

        NDArray floats(float[] values, long... shape) {
            return filled(DataType.FLOAT32, memory -> memory.asFloatBuffer().put(values), shape);
        }

        /** A part of a Java array, flat. */
        NDArray floatsFrom(float[] values, int from, int size) {
            return filled(DataType.FLOAT32, memory -> memory.asFloatBuffer().put(values, from, size), size);
        }

        /** fp64, for numbers that must not be rounded to fp32 on their way. */
        NDArray doubles(double... values) {
            return filled(DataType.FLOAT64, memory -> memory.asDoubleBuffer().put(values), values.length);
        }

        /** As many bytes as {@code size} says, written by {@code fill}. */
        NDArray bytes(int size, Consumer<ByteBuffer> fill) {
            return filled(DataType.UINT8, fill, size);
        }

        /** Without values. */
        NDArray empty(long... shape) {
            return arrays.create(new Shape(shape), DataType.FLOAT32);
        }

        /**
         * Written in the array's own memory: a buffer of Java to copy from would stay until Java happens to collect garbage,
         * and memory would grow until then.
         */
        private NDArray filled(DataType type, Consumer<ByteBuffer> fill, long... shape) {
            NDArray array = arrays.create(new Shape(shape), type, Device.cpu());
            fill.accept(JniUtils.getByteBuffer((PtNDArray) array, true).order(ByteOrder.nativeOrder()));
            return array.toDevice(manager.getDevice(), false);
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
