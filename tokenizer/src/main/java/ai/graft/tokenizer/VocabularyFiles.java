package ai.graft.tokenizer;

import ai.graft.tokenizer.SpecialTokens.Role;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Builds the {@code tokenizer.json} of tokenizers that are saved as bare vocabularies, as {@code BertConverter} and
 * {@code RobertaConverter} do in {@code convert_slow_tokenizer.py} of Hugging Face's transformers.
 */
final class VocabularyFiles {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    /** Longer words are unknown: {@code max_input_chars_per_word} of BERT's tokenizer. */
    private static final int MAX_WORD_LENGTH = 100;

    private final TokenizerSettings settings;
    private final ObjectNode vocabulary;
    private final String source;

    /**
     * Takes what both kinds have.
     *
     * @param vocabulary token to id
     * @param settings the files beside it
     * @param source the vocabulary's file, for messages
     */
    VocabularyFiles(ObjectNode vocabulary, TokenizerSettings settings, String source) {
        this.vocabulary = vocabulary;
        this.settings = settings;
        this.source = source;
    }

    /** BERT's WordPiece over a vocab.txt. */
    ObjectNode wordPiece() {
        String unknown = required(Role.UNK, Role.UNK.bert());
        String cls = required(Role.CLS, Role.CLS.bert());
        String sep = required(Role.SEP, Role.SEP.bert());
        ObjectNode root = root(Role::bert, false);
        root.set("normalizer", bertNormalizer());
        root.set("pre_tokenizer", typed("BertPreTokenizer"));
        root.set("post_processor", bertTemplate(cls, sep));
        root.set("decoder", typed("WordPiece").put("prefix", "##").put("cleanup", true));
        ObjectNode model = typed("WordPiece").put("unk_token", unknown);
        model.put("continuing_subword_prefix", "##").put("max_input_chars_per_word", MAX_WORD_LENGTH);
        model.set("vocab", vocabulary);
        root.set("model", model);
        return root;
    }

    /** RoBERTa's byte-level BPE over a vocab.json and the lines of a merges.txt. */
    ObjectNode byteLevelBpe(List<String> mergeLines, String mergesSource) {
        String cls = required(Role.CLS, Role.CLS.roberta());
        String sep = required(Role.SEP, Role.SEP.roberta());
        boolean prefixSpace = settings.flag("add_prefix_space", false);
        boolean trimOffsets = settings.flag("trim_offsets", true);
        ObjectNode root = root(Role::roberta, true);
        root.putNull("normalizer");
        root.set("pre_tokenizer", byteLevel(prefixSpace, trimOffsets));
        ObjectNode processor = typed("RobertaProcessing");
        processor.set("sep", tokenAndId(sep));
        processor.set("cls", tokenAndId(cls));
        root.set("post_processor", processor.put("trim_offsets", trimOffsets).put("add_prefix_space", prefixSpace));
        root.set("decoder", byteLevel(true, true));
        root.set("model", bpe(mergeLines, mergesSource));
        return root;
    }

    private ObjectNode bpe(List<String> mergeLines, String mergesSource) {
        ObjectNode model = typed("BPE");
        model.putNull("dropout").putNull("unk_token");
        model.put("continuing_subword_prefix", "").put("end_of_word_suffix", "");
        model.put("fuse_unk", false).put("byte_fallback", false).put("ignore_merges", false);
        model.set("vocab", vocabulary);
        ArrayNode merges = model.putArray("merges");
        for (int i = 0; i < mergeLines.size(); i++) {
            String line = mergeLines.get(i);
            if (line.startsWith("#version") || line.isBlank()) {
                continue;
            }
            String[] parts = line.split(" ", -1);
            if (parts.length != 2) {
                throw new TokenizerException(mergesSource + ", line " + (i + 1) + ": expected 2 tokens with a space"
                        + " between, got " + parts.length + ". Restore the file from the pretrained model");
            }
            merges.addArray().add(parts[0]).add(parts[1]);
        }
        return model;
    }

    private ObjectNode bertNormalizer() {
        ObjectNode normalizer = typed("BertNormalizer").put("clean_text", true);
        normalizer.put("handle_chinese_chars", settings.flag("tokenize_chinese_chars", true));
        normalizer.putNull("strip_accents"); // unset: as lower-casing says
        settings.flag("strip_accents").ifPresent(strip -> normalizer.put("strip_accents", strip));
        return normalizer.put("lowercase", settings.flag("do_lower_case", true));
    }

    private ObjectNode bertTemplate(String cls, String sep) {
        ObjectNode processor = typed("TemplateProcessing");
        ArrayNode single = processor.putArray("single");
        single.add(special(cls, 0)).add(sequence("A", 0)).add(special(sep, 0));
        ArrayNode pair = processor.putArray("pair");
        pair.add(special(cls, 0)).add(sequence("A", 0)).add(special(sep, 0));
        pair.add(sequence("B", 1)).add(special(sep, 1));
        ObjectNode tokens = processor.putObject("special_tokens");
        for (String token : List.of(cls, sep)) {
            ObjectNode entry = tokens.putObject(token).put("id", token);
            entry.putArray("ids").add(idOf(token));
            entry.putArray("tokens").add(token);
        }
        return processor;
    }

    private static ObjectNode special(String token, int type) {
        return wrap("SpecialToken", token, type);
    }

    private static ObjectNode sequence(String name, int type) {
        return wrap("Sequence", name, type);
    }

    private static ObjectNode wrap(String kind, String id, int type) {
        ObjectNode piece = JSON.objectNode();
        piece.putObject(kind).put("id", id).put("type_id", type);
        return piece;
    }

    private ArrayNode tokenAndId(String token) {
        return JSON.arrayNode().add(token).add(idOf(token));
    }

    private static ObjectNode byteLevel(boolean prefixSpace, boolean trimOffsets) {
        return typed("ByteLevel")
                .put("add_prefix_space", prefixSpace)
                .put("trim_offsets", trimOffsets)
                .put("use_regex", true);
    }

    private static ObjectNode typed(String type) {
        return JSON.objectNode().put("type", type);
    }

    private ObjectNode root(Function<Role, String> usualName, boolean maskTakesSpace) {
        ObjectNode root = JSON.objectNode().put("version", "1.0");
        root.putNull("truncation").putNull("padding");
        root.putArray("added_tokens")
                .addAll(addedTokens(usualName, maskTakesSpace).values());
        return root;
    }

    /** By id, since the library numbers new tokens in the order in which it meets them. */
    private SortedMap<Integer, ObjectNode> addedTokens(Function<Role, String> usualName, boolean maskTakesSpace) {
        SortedMap<Integer, ObjectNode> added = new TreeMap<>();
        Map<Role, String> named = settings.named();
        for (Role role : Role.values()) {
            String token = named.getOrDefault(role, usualName.apply(role));
            if (vocabulary.has(token)) {
                boolean takesSpace = role == Role.MASK && maskTakesSpace;
                added.put(idOf(token), addedToken(idOf(token), token, takesSpace, false, true));
            }
        }
        settings.addedTokens()
                .ifPresent(tokens -> tokens.properties()
                        .forEach(e -> added.putIfAbsent(
                                e.getValue().asInt(),
                                addedToken(e.getValue().asInt(), e.getKey(), false, true, false))));
        settings.config()
                .map(c -> c.path("added_tokens_decoder"))
                .ifPresent(decoder -> decoder.properties().forEach(e -> putDeclared(added, e.getKey(), e.getValue())));
        checkNumbering(added);
        return added;
    }

    private static ObjectNode addedToken(int id, String token, boolean lstrip, boolean normalized, boolean special) {
        ObjectNode node = JSON.objectNode().put("id", id).put("content", token);
        node.put("single_word", false).put("lstrip", lstrip).put("rstrip", false);
        return node.put("normalized", normalized).put("special", special);
    }

    private void putDeclared(SortedMap<Integer, ObjectNode> added, String key, JsonNode declared) {
        if (!key.matches("\\d{1,9}") || !declared.path("content").isTextual()) {
            throw new TokenizerException(source + ": added_tokens_decoder of tokenizer_config.json has entry '" + key
                    + "', expected an id with an object that has a content. Correct tokenizer_config.json");
        }
        int id = Integer.parseInt(key);
        ObjectNode token = addedToken(
                id,
                declared.path("content").textValue(),
                declared.path("lstrip").asBoolean(),
                declared.path("normalized").asBoolean(),
                declared.path("special").asBoolean());
        token.put("single_word", declared.path("single_word").asBoolean());
        added.put(id, token.put("rstrip", declared.path("rstrip").asBoolean()));
    }

    private void checkNumbering(SortedMap<Integer, ObjectNode> added) {
        int next = vocabulary.size();
        for (Map.Entry<Integer, ObjectNode> entry : added.entrySet()) {
            String token = entry.getValue().path("content").textValue();
            int expected = vocabulary.has(token) ? idOf(token) : next++;
            if (entry.getKey() != expected) {
                throw new TokenizerException(source + ": added token '" + token + "' is declared with id "
                        + entry.getKey() + ", but its place in the vocabulary is " + expected
                        + ". Use the vocabulary and tokenizer_config.json of one and the same model");
            }
        }
    }

    private int idOf(String token) {
        return vocabulary.path(token).intValue();
    }

    private String required(Role role, String usual) {
        String token = settings.named().getOrDefault(role, usual);
        if (!vocabulary.has(token)) {
            throw new TokenizerException(source + ": the vocabulary of " + vocabulary.size()
                    + " entries does not hold the " + role.key() + " '" + token
                    + "'. Add it, or name the right one as " + role.key() + " in tokenizer_config.json");
        }
        return token;
    }
}
