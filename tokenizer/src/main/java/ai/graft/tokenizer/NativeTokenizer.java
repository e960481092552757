package ai.graft.tokenizer;

import ai.djl.engine.EngineException;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import ai.djl.huggingface.tokenizers.jni.LibUtils;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The native tokenizer: the only class that speaks to the library.
 *
 * <p>Any number of threads may encode at once, since encoding only reads the native object; the lock keeps
 * {@link #close} from freeing it under their feet. Lone surrogates are replaced before they cross over, because the
 * binding otherwise garbles the whole string.
 */
final class NativeTokenizer implements AutoCloseable {

    private static final AtomicInteger OPEN = new AtomicInteger();

    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private final long handle;
    private boolean closed;

    private NativeTokenizer(long handle) {
        this.handle = handle;
    }

    static NativeTokenizer open(String json, String source) {
        try {
            LibUtils.checkStatus();
            NativeTokenizer opened = new NativeTokenizer(TokenizersLibrary.LIB.createTokenizerFromString(json));
            OPEN.incrementAndGet();
            return opened;
        } catch (EngineException e) {
            throw new TokenizerException(
                    "the native tokenizers library cannot be loaded on " + System.getProperty("os.name") + " "
                            + System.getProperty("os.arch") + "; set DJL_CACHE_DIR to a folder it may unpack into",
                    e);
        } catch (RuntimeException e) {
            throw new TokenizerException(
                    source + ": the tokenizers library refuses this definition: " + e.getMessage()
                            + ". Save it again with the Hugging Face tokenizer it came from",
                    e);
        }
    }

    /** How many are open in this process. */
    static int openCount() {
        return OPEN.get();
    }

    <R> R encode(TextInput input, boolean specialTokens, Function<NativeEncoding, R> reader) {
        return whileOpen(() -> {
            try (NativeEncoding encoding = new NativeEncoding(encodeOne(input, specialTokens))) {
                return reader.apply(encoding);
            }
        });
    }

    private long encodeOne(TextInput input, boolean specialTokens) {
        TokenizersLibrary library = TokenizersLibrary.LIB;
        String text = CallerText.wellFormed(input.text());
        return input.pair()
                .map(CallerText::wellFormed)
                .map(pair -> library.encodeDual(handle, text, pair, specialTokens))
                .orElseGet(() -> library.encode(handle, text, specialTokens));
    }

    /**
     * Encodes many inputs with special tokens; the library spreads them over its own threads.
     *
     * @param inputs one or more, all with a pair or all without
     * @param reader what to take from each
     */
    <R> List<R> encodeAll(List<TextInput> inputs, BiFunction<TextInput, NativeEncoding, R> reader) {
        String[] texts = new String[inputs.size()];
        String[] pairs = new String[inputs.size()];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = CallerText.wellFormed(inputs.get(i).text());
            pairs[i] = CallerText.wellFormed(inputs.get(i).pair().orElse(""));
        }
        boolean paired = inputs.get(0).pair().isPresent();
        return whileOpen(() -> {
            TokenizersLibrary library = TokenizersLibrary.LIB;
            long[] encodings = paired
                    ? library.batchEncodePair(handle, texts, pairs, true)
                    : library.batchEncode(handle, texts, true);
            return readAll(inputs, encodings, reader);
        });
    }

    private static <R> List<R> readAll(
            List<TextInput> inputs, long[] encodings, BiFunction<TextInput, NativeEncoding, R> reader) {
        List<R> results = new ArrayList<>(encodings.length);
        int freed = 0;
        try {
            for (TextInput input : inputs) {
                try (NativeEncoding encoding = new NativeEncoding(encodings[freed++])) {
                    results.add(reader.apply(input, encoding));
                }
            }
            return results;
        } finally {
            while (freed < encodings.length) { // the rest, when a reader has thrown
                TokenizersLibrary.LIB.deleteEncoding(encodings[freed++]);
            }
        }
    }

    String decode(int[] ids, boolean skipSpecialTokens) {
        return whileOpen(() -> TokenizersLibrary.LIB.decode(handle, Ints.widen(ids), skipSpecialTokens));
    }

    private <R> R whileOpen(Supplier<R> work) {
        lock.readLock().lock();
        try {
            if (closed) {
                throw new IllegalStateException("the tokenizer is closed; load it again");
            }
            return work.get();
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                TokenizersLibrary.LIB.deleteTokenizer(handle);
                OPEN.decrementAndGet();
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** One encoding in native memory; each getter crosses into the library once. */
    static final class NativeEncoding implements AutoCloseable {

        private final long handle;

        private NativeEncoding(long handle) {
            this.handle = handle;
        }

        TokenIds ids() {
            return new TokenIds(
                    Ints.narrow(TokenizersLibrary.LIB.getTokenIds(handle)),
                    Ints.narrow(TokenizersLibrary.LIB.getTypeIds(handle)));
        }

        int[] sequenceIds() {
            return Ints.narrow(TokenizersLibrary.LIB.getSequenceIds(handle));
        }

        int[] wordIds() {
            return Ints.narrow(TokenizersLibrary.LIB.getWordIds(handle));
        }

        /** Everything, with offsets in the caller's strings. */
        Encoding encoding(CallerText text, Optional<CallerText> pair) {
            TokenizersLibrary library = TokenizersLibrary.LIB;
            TokenIds ids = ids();
            int[] sequenceIds = sequenceIds();
            int[] starts = new int[ids.length()];
            int[] ends = new int[ids.length()];
            CharSpan[] spans = library.getTokenCharSpans(handle);
            for (int i = 0; i < spans.length; i++) {
                if (sequenceIds[i] >= 0) { // special tokens have no span
                    CallerText source = sequenceIds[i] == 0 ? text : pair.orElseThrow();
                    starts[i] = source.unit(spans[i].getStart());
                    ends[i] = source.unit(spans[i].getEnd());
                }
            }
            return new Encoding(
                    ids.inputIds(),
                    ids.tokenTypeIds(),
                    List.of(library.getTokens(handle)),
                    starts,
                    ends,
                    wordIds(),
                    sequenceIds,
                    Ints.narrow(library.getSpecialTokenMask(handle)));
        }

        @Override
        public void close() {
            TokenizersLibrary.LIB.deleteEncoding(handle);
        }
    }
}
