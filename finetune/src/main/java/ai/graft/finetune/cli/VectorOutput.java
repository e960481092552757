package ai.graft.finetune.cli;

import ai.graft.tokenizer.TextInput;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Where vectors go: a file by its name's ending, JSON lines or a table on standard output. */
abstract class VectorOutput implements AutoCloseable {
    private static final int VALUES_SHOWN = 4;

    /** Adds texts with their vectors. */
    abstract void add(List<TextInput> texts, float[][] vectors) throws IOException;

    @Override
    public void close() throws IOException {}

    /** @throws IllegalArgumentException where the file's ending is not known */
    static void requireKnown(Optional<Path> file) {
        if (file.isPresent() && !endsWith(file, ".npy") && !endsWith(file, ".jsonl")) {
            throw new IllegalArgumentException("--out is " + file.get()
                    + ", expected a name that ends in .npy (a table of NumPy's) or .jsonl (an object a line)");
        }
    }

    private static boolean endsWith(Optional<Path> file, String ending) {
        return file.filter(path -> path.toString().endsWith(ending)).isPresent();
    }

    /** Begins the output; a file of that name is replaced. */
    static VectorOutput open(Optional<Path> file, boolean json, Console console) throws IOException {
        if (endsWith(file, ".npy")) {
            return new Table(NpyFile.create(file.orElseThrow()));
        } else if (file.isPresent()) {
            OutputStream lines = new BufferedOutputStream(Files.newOutputStream(file.get()));
            return new Lines(lines, lines);
        }
        return json ? new Lines(console.out(), () -> {}) : new People(console);
    }

    private static ObjectNode json(TextInput text, float[] vector) {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("text", text.text());
        text.pair().ifPresent(pair -> json.put("pair", pair));
        ArrayNode array = json.putArray("vector");
        for (float value : vector) {
            array.add(value);
        }
        return json;
    }

    private static final class Table extends VectorOutput {
        private final NpyFile file;

        Table(NpyFile file) {
            this.file = file;
        }

        @Override
        void add(List<TextInput> texts, float[][] vectors) throws IOException {
            file.add(vectors);
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    /** An object a line. */
    private static final class Lines extends VectorOutput {
        private final OutputStream out;
        private final Closeable owned;

        /** @param owned what ends with this output: the file, and nothing for standard output */
        Lines(OutputStream out, Closeable owned) {
            this.out = out;
            this.owned = owned;
        }

        @Override
        void add(List<TextInput> texts, float[][] vectors) throws IOException {
            for (int i = 0; i < vectors.length; i++) {
                JsonOutput.print(out, json(texts.get(i), vectors[i]));
            }
            out.flush(); // who reads a pipe has them now
        }

        @Override
        public void close() throws IOException {
            owned.close();
        }
    }

    /** The first values of each. */
    private static final class People extends VectorOutput {
        private final Console console;

        People(Console console) {
            this.console = console;
        }

        @Override
        void add(List<TextInput> texts, float[][] vectors) {
            for (int i = 0; i < vectors.length; i++) {
                StringBuilder line = new StringBuilder();
                for (int value = 0; value < Math.min(VALUES_SHOWN, vectors[i].length); value++) {
                    line.append(String.format(Locale.ROOT, "%8.4f ", vectors[i][value]));
                }
                line.append(vectors[i].length > VALUES_SHOWN ? "… " : "");
                console.out()
                        .println(line.append(
                                "(" + vectors[i].length + ")  " + texts.get(i).text()));
            }
        }
    }
}
