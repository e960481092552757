package ai.graft.model.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipFile;

/** What an entry of the cache is made of. */
sealed interface PretrainedSource {
    /** SHA-256 in hexadecimal. */
    String sha256() throws IOException;

    /** Writes a checkpoint in Hugging Face layout. */
    void write(Path directory) throws IOException;

    /** An ONNX file of an encoder, with its tokenizer's file; that is empty if there is none. */
    @SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
    record OnnxSource(String onnxName, byte[] onnx, String tokenizerName, byte[] tokenizer)
            implements PretrainedSource {
        @Override
        public String sha256() {
            return Sha256.of(onnx);
        }

        @Override
        public void write(Path directory) throws IOException {
            ImportedEncoder encoder = OnnxImporter.parse(onnxName, onnx);
            encoder.write(directory);
            if (tokenizer.length > 0) {
                TokenizerFiles.write(tokenizerName, tokenizer, encoder.maxPositions(), directory);
            }
        }
    }

    /**
     * A folder of a jar in Hugging Face layout.
     *
     * @param folder with a slash at its end; empty for the jar's root
     * @param names of the files in it
     */
    record FolderSource(Path jar, String folder, List<String> names) implements PretrainedSource {
        public FolderSource {
            names = List.copyOf(names);
        }

        @Override
        public String sha256() throws IOException {
            return Sha256.of(jar);
        }

        @Override
        public void write(Path directory) throws IOException {
            try (ZipFile zip = new ZipFile(jar.toFile())) {
                for (String name : names) {
                    try (InputStream content = zip.getInputStream(zip.getEntry(folder + name))) {
                        Files.copy(content, directory.resolve(name));
                    }
                }
            }
            Weights.open(directory); // what is not sound is not kept
        }
    }
}
