package ai.graft.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/**
 * A {@code tokenizer.json} with padding and truncation off, checked for what makes the native library abort, and what
 * Graft must know of it.
 *
 * @param source the file, for messages
 * @param json the effective tokenizer.json, without spaces
 * @param settings the files beside it
 * @param specialTokens the tokens with a role
 * @param vocabSize entries, added tokens included
 * @param maxId the highest id
 * @param laterWindows how windows behind the first differ from a plain cut
 */
record TokenizerDefinition(
        String source,
        String json,
        TokenizerSettings settings,
        SpecialTokens specialTokens,
        int vocabSize,
        int maxId,
        LaterWindows laterWindows) {

    static TokenizerDefinition of(ObjectNode root, TokenizerSettings settings, String source) {
        Map<String, Integer> vocabulary = vocabulary(root, source);
        checkUnknownToken(root.path("model"), vocabulary, source);
        Map<SpecialTokens.Role, String> named = named(root, settings);
        root.putNull("truncation");
        root.putNull("padding");
        return new TokenizerDefinition(
                source,
                TokenizerFiles.compact(root),
                settings,
                SpecialTokens.resolve(vocabulary, named),
                vocabulary.size(),
                vocabulary.values().stream().mapToInt(Integer::intValue).max().orElseThrow(),
                LaterWindows.of(root.path("post_processor")));
    }

    private static Map<String, Integer> vocabulary(ObjectNode root, String source) {
        JsonNode entries = root.path("model").path("vocab");
        Map<String, Integer> vocabulary = new HashMap<>();
        if (entries.isArray()) {
            for (int id = 0; id < entries.size(); id++) {
                vocabulary.put(entries.path(id).path(0).asText(), id);
            }
        } else {
            entries.properties().forEach(e -> vocabulary.put(e.getKey(), id(e.getValue(), e.getKey(), source)));
        }
        if (vocabulary.isEmpty()) {
            throw new TokenizerException(source + ": model.vocab is missing or empty, so this is no tokenizer.json."
                    + " Save the tokenizer again with Hugging Face's save_pretrained");
        }
        for (JsonNode token : root.path("added_tokens")) {
            String content = token.path("content").asText();
            vocabulary.put(content, id(token.path("id"), content, source));
        }
        return vocabulary;
    }

    private static int id(JsonNode node, String token, String source) {
        if (!node.isInt() || node.intValue() < 0) {
            throw new TokenizerException(source + ": the id of token '" + token + "' is " + node
                    + ", expected a whole number of 0 or more. Correct the vocabulary");
        }
        return node.intValue();
    }

    /** Without an id for unknown words the library fails in the middle of a text, and in a batch takes the process with it. */
    private static void checkUnknownToken(JsonNode model, Map<String, Integer> vocabulary, String source) {
        if (model.path("vocab").isArray()) {
            checkUnknownId(model, source);
            return;
        }
        JsonNode unknown = model.path("unk_token");
        String type = model.path("type").asText("WordPiece");
        boolean needed = unknown.isTextual() || type.startsWith("Word"); // byte-level BPE needs none
        if (needed && !model.path("vocab").has(unknown.asText())) {
            throw new TokenizerException(source + ": the " + type + " model names '" + unknown.asText()
                    + "' as unk_token, but its vocabulary of " + vocabulary.size()
                    + " entries does not hold it, so unknown words would have no id. Add it to the vocabulary");
        }
    }

    private static void checkUnknownId(JsonNode model, String source) {
        JsonNode unknown = model.path("unk_id");
        int size = model.path("vocab").size();
        if (!unknown.isInt() || unknown.intValue() < 0 || unknown.intValue() >= size) {
            throw new TokenizerException(source + ": unk_id is " + (unknown.isMissingNode() ? "missing" : unknown)
                    + ", expected an index into the " + size + " entries of the Unigram vocabulary. Set unk_id");
        }
    }

    private static Map<SpecialTokens.Role, String> named(ObjectNode root, TokenizerSettings settings) {
        Map<SpecialTokens.Role, String> named = new EnumMap<>(SpecialTokens.Role.class);
        JsonNode model = root.path("model");
        put(named, SpecialTokens.Role.PAD, root.path("padding").path("pad_token"));
        put(named, SpecialTokens.Role.UNK, model.path("unk_token"));
        put(
                named,
                SpecialTokens.Role.UNK,
                model.path("vocab").path(model.path("unk_id").asInt(-1)).path(0));
        named.putAll(settings.named());
        return named;
    }

    private static void put(Map<SpecialTokens.Role, String> named, SpecialTokens.Role role, JsonNode token) {
        if (token.isTextual()) {
            named.put(role, token.textValue());
        }
    }

    String fingerprint() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(json.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
