package ai.graft.finetune.bench;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * One expression of TorchScript, run by DJL's PyTorch engine. It reaches what {@code NDArray} cannot: DJL's native part
 * ends the process when an {@code NDArray} is asked for {@code BFLOAT16}, because its table of types ends before it.
 *
 * <p>Belongs to one thread. Close it: the program is native memory.
 */
final class TorchScriptFunction implements AutoCloseable {
    /** Pickle, protocol 2: an object of {@code __torch__.Function} without state. */
    private static final byte[] OBJECT = bytes("\u0080\u0002c__torch__\nFunction\n)\u0081}b.");

    /** Pickle, protocol 2: an empty tuple. */
    private static final byte[] NO_CONSTANTS = bytes("\u0080\u0002).");

    private final Model model;

    /** Compiles {@code expression} over the arguments {@code a} and {@code b}, for example {@code torch.matmul(a, b)}. */
    TorchScriptFunction(String expression) {
        model = Model.newInstance("function", "PyTorch");
        try {
            model.load(new ByteArrayInputStream(archive(source(expression))));
        } catch (IOException | MalformedModelException | EngineException e) {
            model.close();
            throw new IllegalArgumentException("the engine cannot read '" + expression + "': " + e.getMessage(), e);
        }
    }

    /** The value for two arguments; it belongs to the manager of {@code a}. */
    NDArray apply(NDArray a, NDArray b) {
        NDManager manager = a.getManager();
        return model.getBlock()
                .forward(new ParameterStore(manager, false), new NDList(a, b), false)
                .singletonOrThrow();
    }

    private static String source(String expression) {
        return """
                class Function(Module):
                  __parameters__ = []
                  __buffers__ = []
                  def forward(self: __torch__.Function, a: Tensor, b: Tensor) -> Tensor:
                    return %s
                """.formatted(expression);
    }

    private static byte[] archive(String source) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            put(zip, "f/data.pkl", OBJECT);
            put(zip, "f/code/__torch__.py", source.getBytes(StandardCharsets.UTF_8));
            put(zip, "f/constants.pkl", NO_CONSTANTS);
            put(zip, "f/version", bytes("3\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** The engine reads stored entries only, and these need their size and sum beforehand. */
    private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
        CRC32 sum = new CRC32();
        sum.update(content);
        ZipEntry entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(sum.getValue());
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }

    private static byte[] bytes(String latin1) {
        return latin1.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() {
        model.close();
    }
}
