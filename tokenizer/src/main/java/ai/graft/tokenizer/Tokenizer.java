package ai.graft.tokenizer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

/**
 * Turns text into the ids of a pretrained encoder and back, exactly as Hugging Face's fast tokenizers do.
 *
 * <p>Padding and truncation that a {@code tokenizer.json} switches on are switched off: each call says what it wants.
 * Offsets are UTF-16 indices into the caller's own string. A lone surrogate counts as U+FFFD.
 *
 * <p>Thread-safe: one tokenizer may serve any number of threads. It owns native memory: close it. {@link #close} waits
 * for running calls; later calls throw {@link IllegalStateException}.
 *
 * <p>Texts and arrays may not be null. All encoding is linear in the text's length.
 */
public final class Tokenizer implements AutoCloseable {

    /** Texts handed to the library at once: enough for its threads, little native memory. */
    private static final int CHUNK = 512;

    private final TokenizerDefinition definition;
    private final NativeTokenizer library;
    private final SpecialTokens specialTokens;
    private final int specialsOfOne;
    private final int specialsOfPair;

    private Tokenizer(TokenizerDefinition definition) {
        this.definition = definition;
        this.specialTokens = definition.specialTokens();
        this.library = NativeTokenizer.open(definition.json(), definition.source());
        this.specialsOfOne = countSpecials(TextInput.of(""));
        this.specialsOfPair = countSpecials(TextInput.of("", ""));
    }

    private int countSpecials(TextInput nothing) {
        return library.encode(nothing, true, found ->
                (int) Arrays.stream(found.sequenceIds()).filter(id -> id < 0).count());
    }

    /**
     * Loads a tokenizer from a directory in Hugging Face layout or from a {@code tokenizer.json}.
     *
     * <p>A directory is searched for {@code tokenizer.json}, else {@code vocab.txt} (BERT's WordPiece, with
     * {@code do_lower_case}, {@code strip_accents} and {@code tokenize_chinese_chars} of {@code tokenizer_config.json}),
     * else {@code vocab.json} with {@code merges.txt} (RoBERTa's byte-level BPE, with {@code add_prefix_space} and
     * {@code trim_offsets}). Missing settings have Hugging Face's defaults: lower-casing, no prefix space.
     *
     * @param directoryOrTokenizerJson the directory, or a file of any name that holds a tokenizer.json
     * @return the tokenizer, to be closed by the caller
     * @throws TokenizerException when files are missing or cannot be used
     */
    public static Tokenizer load(Path directoryOrTokenizerJson) {
        return new Tokenizer(TokenizerFiles.read(directoryOrTokenizerJson));
    }

    /**
     * Makes a tokenizer from the text of a {@code tokenizer.json}, for instance of a class path resource.
     *
     * @param tokenizerJson the text
     * @return the tokenizer, to be closed by the caller
     * @throws TokenizerException when it cannot be used
     */
    public static Tokenizer fromJson(String tokenizerJson) {
        Objects.requireNonNull(tokenizerJson, "tokenizerJson");
        return new Tokenizer(TokenizerFiles.fromJson(tokenizerJson, "tokenizer.json"));
    }

    /**
     * Encodes one text whole, with special tokens.
     *
     * @param text the text
     * @return the encoding
     */
    public Encoding encode(String text) {
        return encode(text, Optional.empty(), Truncation.none());
    }

    /**
     * Encodes two texts whole, with special tokens.
     *
     * @param text the first text
     * @param pair the second text
     * @return the encoding
     */
    public Encoding encode(String text, String pair) {
        return encode(text, Optional.of(pair), Truncation.none());
    }

    /**
     * Encodes one or two texts with special tokens, cut to a length.
     *
     * @param text the first or only text
     * @param pair the second text
     * @param truncation how long it may be
     * @return the encoding
     * @throws IllegalArgumentException when the length does not even hold the special tokens
     * @throws TokenizerException when the text that may be cut is too short to give enough
     */
    public Encoding encode(String text, Optional<String> pair, Truncation truncation) {
        TextInput input = new TextInput(text, pair);
        checkRoom(truncation, pair.isPresent());
        return cut(whole(input, true), truncation, pair.isPresent());
    }

    /**
     * Encodes many inputs, on several threads of the library; equal to {@link #encode} on each.
     *
     * @param inputs the inputs
     * @param truncation how long each may be
     * @return the encodings, in order
     * @throws IllegalArgumentException when the length does not even hold the special tokens
     * @throws TokenizerException when a text that may be cut is too short to give enough
     */
    public List<Encoding> encodeAll(List<TextInput> inputs, Truncation truncation) {
        List<Encoding> results = new ArrayList<>(inputs.size());
        for (List<TextInput> run : runs(inputs)) {
            boolean pair = run.get(0).pair().isPresent();
            checkRoom(truncation, pair);
            results.addAll(library.encodeAll(run, (input, found) -> cut(read(found, input), truncation, pair)));
        }
        return results;
    }

    /**
     * Encodes one or two texts whole, without special tokens.
     *
     * @param text the first or only text
     * @param pair the second text
     * @return the encoding
     */
    public Encoding encodeWithoutSpecialTokens(String text, Optional<String> pair) {
        return whole(new TextInput(text, pair), false);
    }

    /**
     * Lays windows over a long context, the whole question before each: how extractive question answering reads texts
     * that are longer than its model.
     *
     * <p>Offsets count from the start of the whole context in each window. Two habits of the library are kept in every
     * window but the first: with byte-level BPE and {@code add_prefix_space} the first context token includes the space
     * before it; and where the tokenizer has a {@code TemplateProcessing}, the context's type id is 1 even if the
     * template says 0 (XLM-R), so a network with one segment must ignore type ids.
     *
     * @param question the first text, never cut
     * @param context the second text
     * @param maxLength the most tokens of a window, special tokens included
     * @param stride how many context tokens neighbouring windows share, 0 or more
     * @return the windows, one at least; all but the last are full
     * @throws IllegalArgumentException when stride is negative or maxLength does not even hold the special tokens
     * @throws TokenizerException when the question leaves no room for the context, or no more than the stride
     */
    public List<Encoding> windows(String question, String context, int maxLength, int stride) {
        if (stride < 0) {
            throw new IllegalArgumentException("stride is " + stride + ", it must be 0 or more");
        }
        checkRoom(Truncation.onlySecond(maxLength), true);
        Encoding whole = whole(TextInput.of(question, context), true);
        int[][] kept = new Cut(whole.sequenceIds()).windows(maxLength, stride);
        List<Encoding> windows = new ArrayList<>(kept.length);
        for (int i = 0; i < kept.length; i++) {
            Encoding window = whole.select(kept[i]);
            if (i > 0) {
                definition.laterWindows().apply(window);
            }
            windows.add(window);
        }
        return windows;
    }

    /**
     * Lays windows over the contexts of many questions, on several threads; equal to {@link #windows} on each.
     *
     * @param questions each a question and its context
     * @param maxLength the most tokens of a window, special tokens included
     * @param stride how many context tokens neighbouring windows share, 0 or more
     * @return the windows of each question, one at least, in order
     * @throws IllegalArgumentException when stride is negative, maxLength does not even hold the special tokens, or an input
     *     has no second text
     * @throws QuestionTooLongException when a question leaves no room for the context, or no more than the stride
     */
    public List<List<ContextWindow>> contextWindows(List<TextInput> questions, int maxLength, int stride) {
        return IntStream.range(0, questions.size())
                .parallel()
                .mapToObj(i -> contextWindows(i, questions.get(i), maxLength, stride))
                .toList();
    }

    private List<ContextWindow> contextWindows(int index, TextInput question, int maxLength, int stride) {
        String context = question.pair()
                .orElseThrow(() -> new IllegalArgumentException("questions[" + index + "] has no context"));
        try {
            return windows(question.text(), context, maxLength, stride).stream()
                    .map(ContextWindow::of)
                    .toList();
        } catch (TokenizerException e) {
            throw new QuestionTooLongException(index, String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * Gives only the ids of one or two texts: the fast path, no token or offset leaves the library.
     *
     * @param text the first or only text
     * @param pair the second text
     * @param truncation how long it may be
     * @return the ids, equal to those of {@link #encode}
     * @throws IllegalArgumentException when the length does not even hold the special tokens
     * @throws TokenizerException when the text that may be cut is too short to give enough
     */
    public TokenIds ids(String text, Optional<String> pair, Truncation truncation) {
        TextInput input = new TextInput(text, pair);
        checkRoom(truncation, pair.isPresent());
        return library.encode(input, true, found -> cutIds(found, truncation, pair.isPresent()));
    }

    /**
     * Gives only the ids of many inputs, on several threads of the library; equal to {@link #ids} on each.
     *
     * @param inputs the inputs
     * @param truncation how long each may be
     * @return the ids, in order
     * @throws IllegalArgumentException when the length does not even hold the special tokens
     * @throws TokenizerException when a text that may be cut is too short to give enough
     */
    public List<TokenIds> idsAll(List<TextInput> inputs, Truncation truncation) {
        List<TokenIds> results = new ArrayList<>(inputs.size());
        for (List<TextInput> run : runs(inputs)) {
            boolean pair = run.get(0).pair().isPresent();
            checkRoom(truncation, pair);
            results.addAll(library.encodeAll(run, (input, found) -> cutIds(found, truncation, pair)));
        }
        return results;
    }

    /**
     * As {@link #idsAll}, and says how long each input was before it was cut.
     *
     * @param inputs the inputs
     * @param truncation how long each may be
     * @return one piece for each input, in order
     * @throws IllegalArgumentException when the length does not even hold the special tokens
     * @throws TokenizerException when a text that may be cut is too short to give enough
     */
    public List<FittedIds> fitAll(List<TextInput> inputs, Truncation truncation) {
        return fitAll(inputs, truncation, (found, pair) -> List.of(cutIds(found, truncation, pair)));
    }

    /**
     * Lays windows over the inputs that are too long, how a classifier reads them whole. All windows of an input are
     * full; neighbours share a quarter of their room, the last two may share more. Of a pair the windows lie over the
     * longer text; the shorter stands beside each, cut to half of the room where it is longer than that.
     *
     * @param inputs the inputs
     * @param maxLength the most tokens of a window, special tokens included
     * @return the windows of each input, one at least, in order
     * @throws IllegalArgumentException when maxLength leaves no room beside the special tokens
     */
    public List<FittedIds> fitAllInWindows(List<TextInput> inputs, int maxLength) {
        boolean pairs = inputs.stream().anyMatch(input -> input.pair().isPresent());
        int least = (pairs ? specialsOfPair : specialsOfOne) + (pairs ? 2 : 1);
        if (maxLength < least) {
            throw new IllegalArgumentException(
                    "maxLength " + maxLength + " leaves no room for a window beside the special"
                            + " tokens; raise maxLength to " + least + " or more");
        }
        Truncation truncation = Truncation.longestFirst(maxLength);
        return fitAll(inputs, truncation, (found, pair) -> windowIds(found, maxLength));
    }

    private List<FittedIds> fitAll(
            List<TextInput> inputs,
            Truncation truncation,
            BiFunction<NativeTokenizer.NativeEncoding, Boolean, List<TokenIds>> fit) {
        List<FittedIds> results = new ArrayList<>(inputs.size());
        for (List<TextInput> run : runs(inputs)) {
            boolean pair = run.get(0).pair().isPresent();
            checkRoom(truncation, pair);
            results.addAll(library.encodeAll(
                    run, (input, found) -> new FittedIds(found.ids().length(), fit.apply(found, pair))));
        }
        return results;
    }

    private static List<TokenIds> windowIds(NativeTokenizer.NativeEncoding found, int maxLength) {
        TokenIds whole = found.ids();
        return whole.length() <= maxLength
                ? List.of(whole)
                : Arrays.stream(new Cut(found.sequenceIds()).windowsOverLonger(maxLength))
                        .map(whole::select)
                        .toList();
    }

    /**
     * Packs documents into windows, as a masked language model is trained on them.
     *
     * @param documents the texts, in the order in which they are packed
     * @param maxLength the most tokens of a window, special tokens included, 3 or more
     * @return the windows; none where no document has a word that the vocabulary knows
     * @throws IllegalArgumentException when maxLength leaves no room beside the special tokens
     * @throws TokenizerException when the tokenizer has no tokens that begin and end a text
     */
    public List<PackedWindow> pack(List<String> documents, int maxLength) {
        if (maxLength < 3) {
            throw new IllegalArgumentException("maxLength " + maxLength
                    + " leaves no room for a word beside the special tokens; raise maxLength to 3 or more");
        }
        int clsId = required(SpecialTokens.Role.CLS);
        int sepId = required(SpecialTokens.Role.SEP);
        Set<Integer> specialIds = Set.copyOf(specialTokens.ids().values());
        List<WordTokens> words = new ArrayList<>(documents.size());
        for (List<TextInput> run : runs(documents.stream().map(TextInput::of).toList())) {
            words.addAll(library.encodeAll(run, (input, found) -> WordTokens.read(found, specialIds)));
        }
        return PackedWindow.pack(words, maxLength, clsId, sepId);
    }

    /**
     * Prepares the hiding of whole words.
     *
     * @param share of the words that are hidden, between 0 and 1
     * @return the masking
     * @throws TokenizerException when the tokenizer has no token that hides a word
     */
    public WordMasking wordMasking(double share) {
        Set<Integer> specialIds = Set.copyOf(specialTokens.ids().values());
        return new WordMasking(share, required(SpecialTokens.Role.MASK), vocabSize(), specialIds);
    }

    private int required(SpecialTokens.Role role) {
        return specialTokens
                .id(role)
                .orElseThrow(() -> new TokenizerException(definition.source() + ": there is no " + role.key()
                        + " in this tokenizer, without which no words can be masked. Take the tokenizer of a masked"
                        + " language model, or name the token as " + role.key() + " in tokenizer_config.json"));
    }

    /**
     * Turns ids back into text, by the decoder of the tokenizer.
     *
     * @param ids the ids, each in {@code [0, vocabSize)}
     * @param skipSpecialTokens whether to leave special tokens out
     * @return the text
     * @throws IllegalArgumentException when an id is outside the vocabulary
     */
    public String decode(int[] ids, boolean skipSpecialTokens) {
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] < 0 || ids[i] > definition.maxId()) {
                throw new IllegalArgumentException("ids[" + i + "] is " + ids[i]
                        + ", outside the vocabulary, whose ids go from 0 to " + definition.maxId());
            }
        }
        return library.decode(ids, skipSpecialTokens);
    }

    /**
     * Counts the entries of the vocabulary, added tokens included.
     *
     * @return the number that {@code len(tokenizer)} gives in Python
     */
    public int vocabSize() {
        return definition.vocabSize();
    }

    /**
     * Gives the id that fills up rows.
     *
     * @return the id
     * @throws TokenizerException when the tokenizer names no padding token
     */
    public int padId() {
        return specialTokens
                .id(SpecialTokens.Role.PAD)
                .orElseThrow(() -> new TokenizerException(definition.source()
                        + ": there is no padding token in this tokenizer. Name one as pad_token in"
                        + " tokenizer_config.json"));
    }

    /**
     * Gives the id that starts an encoding ({@code [CLS]}, {@code <s>}).
     *
     * @return the id, empty where the vocabulary has none
     */
    public OptionalInt clsId() {
        return specialTokens.id(SpecialTokens.Role.CLS);
    }

    /**
     * Gives the id that ends a text ({@code [SEP]}, {@code </s>}).
     *
     * @return the id, empty where the vocabulary has none
     */
    public OptionalInt sepId() {
        return specialTokens.id(SpecialTokens.Role.SEP);
    }

    /**
     * Gives the id that hides a token ({@code [MASK]}, {@code <mask>}).
     *
     * @return the id, empty where the vocabulary has none
     */
    public OptionalInt maskId() {
        return specialTokens.id(SpecialTokens.Role.MASK);
    }

    /**
     * Gives the id of what the vocabulary cannot say ({@code [UNK]}, {@code <unk>}).
     *
     * @return the id, empty where the vocabulary has none
     */
    public OptionalInt unkId() {
        return specialTokens.id(SpecialTokens.Role.UNK);
    }

    /**
     * Identifies what this tokenizer does: SHA-256 of its effective {@code tokenizer.json} (padding and truncation off,
     * no spaces), so a saved and loaded tokenizer has the same one.
     *
     * @return 64 hexadecimal digits
     */
    public String fingerprint() {
        return definition.fingerprint();
    }

    /**
     * Writes {@code tokenizer.json}, {@code tokenizer_config.json} and, where there was one,
     * {@code special_tokens_map.json}: what Hugging Face and {@link #load} read. Each file is written beside its place
     * and renamed. A tokenizer that came without a {@code tokenizer_config.json} gets one that names its special tokens
     * and the class {@code PreTrainedTokenizerFast}, which takes tokenizer.json as it stands; without it, Python's
     * {@code BertTokenizerFast} would switch lower-casing on.
     *
     * @param directory made where it is missing
     * @throws TokenizerException when a file cannot be written
     */
    public void save(Path directory) {
        TokenizerFiles.write(definition, directory);
    }

    /** Frees the native memory, once no call is running; closing again does nothing. */
    @Override
    public void close() {
        library.close();
    }

    private Encoding whole(TextInput input, boolean withSpecials) {
        return library.encode(input, withSpecials, found -> read(found, input));
    }

    private static Encoding read(NativeTokenizer.NativeEncoding found, TextInput input) {
        return found.encoding(CallerText.of(input.text()), input.pair().map(CallerText::of));
    }

    private static Encoding cut(Encoding whole, Truncation truncation, boolean pair) {
        return truncation.exceededBy(whole.length())
                ? whole.select(new Cut(whole.sequenceIds()).truncate(truncation, pair))
                : whole;
    }

    private static TokenIds cutIds(NativeTokenizer.NativeEncoding found, Truncation truncation, boolean pair) {
        TokenIds ids = found.ids();
        return truncation.exceededBy(ids.length())
                ? ids.select(new Cut(found.sequenceIds()).truncate(truncation, pair))
                : ids;
    }

    /** Stretches of neighbours that all have a pair or all have none, none longer than a chunk. */
    private static List<List<TextInput>> runs(List<TextInput> inputs) {
        List<List<TextInput>> runs = new ArrayList<>();
        int from = 0;
        for (int to = 1; to <= inputs.size(); to++) {
            if (to == inputs.size() || to - from == CHUNK || isPair(inputs, to) != isPair(inputs, from)) {
                runs.add(inputs.subList(from, to));
                from = to;
            }
        }
        return runs;
    }

    private static boolean isPair(List<TextInput> inputs, int index) {
        return inputs.get(index).pair().isPresent();
    }

    private void checkRoom(Truncation truncation, boolean pair) {
        int specials = pair ? specialsOfPair : specialsOfOne;
        if (truncation.strategy() != Truncation.Strategy.NONE && truncation.maxLength() < specials) {
            throw new IllegalArgumentException("maxLength " + truncation.maxLength() + " is smaller than the "
                    + specials + " special tokens of " + (pair ? "a pair" : "one text") + "; raise maxLength");
        }
    }
}
