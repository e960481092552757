package ai.graft.tokenizer;

import ai.graft.tokenizer.SpecialTokens.Role;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Reads and writes the files of a tokenizer in Hugging Face layout. */
final class TokenizerFiles {

    /** Numbers keep their digits: the library must see the scores as they stand in the file. */
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private static final String TOKENIZER = "tokenizer.json";
    private static final String CONFIG = "tokenizer_config.json";
    private static final String SPECIAL_TOKENS = "special_tokens_map.json";

    private TokenizerFiles() {}

    static TokenizerDefinition read(Path path) {
        Objects.requireNonNull(path, "directoryOrTokenizerJson");
        if (Files.isDirectory(path)) {
            return readDirectory(path);
        }
        if (!Files.isRegularFile(path)) {
            throw new TokenizerException(path + ": there is no such file or directory. Give a directory with "
                    + TOKENIZER + ", vocab.txt, or vocab.json and merges.txt");
        }
        boolean known = path.endsWith(TOKENIZER);
        TokenizerSettings beside = known ? settings(path) : TokenizerSettings.none();
        return TokenizerDefinition.of(object(path), beside, path.toString());
    }

    static TokenizerDefinition fromJson(String json, String source) {
        return TokenizerDefinition.of(parse(json, source), TokenizerSettings.none(), source);
    }

    private static TokenizerDefinition readDirectory(Path directory) {
        Path tokenizer = directory.resolve(TOKENIZER);
        Path words = directory.resolve("vocab.txt");
        Path vocabulary = directory.resolve("vocab.json");
        Path merges = directory.resolve("merges.txt");
        TokenizerSettings beside = settings(tokenizer);
        if (Files.exists(tokenizer)) {
            return TokenizerDefinition.of(object(tokenizer), beside, tokenizer.toString());
        }
        if (Files.exists(words)) {
            VocabularyFiles files = new VocabularyFiles(wordList(words), beside, words.toString());
            return TokenizerDefinition.of(files.wordPiece(), beside, words.toString());
        }
        if (Files.exists(vocabulary) && Files.exists(merges)) {
            VocabularyFiles files = new VocabularyFiles(vocabulary(vocabulary), beside, vocabulary.toString());
            ObjectNode root = files.byteLevelBpe(lines(merges), merges.toString());
            return TokenizerDefinition.of(root, beside, vocabulary.toString());
        }
        throw new TokenizerException(
                directory + ": found no " + TOKENIZER + ", no vocab.txt, and not both vocab.json and"
                        + " merges.txt. Copy the tokenizer's files there; where there is only a SentencePiece model, save it with"
                        + " Hugging Face's save_pretrained, which writes " + TOKENIZER);
    }

    private static TokenizerSettings settings(Path neighbour) {
        return new TokenizerSettings(
                optional(neighbour.resolveSibling(CONFIG)),
                optional(neighbour.resolveSibling(SPECIAL_TOKENS)),
                optional(neighbour.resolveSibling("added_tokens.json")));
    }

    private static Optional<ObjectNode> optional(Path file) {
        return Files.exists(file) ? Optional.of(object(file)) : Optional.empty();
    }

    private static ObjectNode wordList(Path file) {
        ObjectNode vocabulary = JsonNodeFactory.instance.objectNode();
        List<String> lines = lines(file);
        for (int id = 0; id < lines.size(); id++) {
            vocabulary.put(lines.get(id), id); // a repeated token has its last line, as in Python
        }
        return vocabulary;
    }

    private static ObjectNode vocabulary(Path file) {
        ObjectNode vocabulary = object(file);
        vocabulary.properties().stream()
                .filter(e -> !e.getValue().isInt())
                .findFirst()
                .ifPresent(e -> {
                    throw new TokenizerException(file + ": the id of token '" + e.getKey() + "' is " + e.getValue()
                            + ", expected a whole number. Correct the vocabulary");
                });
        return vocabulary;
    }

    private static List<String> lines(Path file) {
        // Only \n, \r and \r\n end a line, as in Python: other Unicode breaks may be tokens.
        return new BufferedReader(new StringReader(text(file))).lines().toList();
    }

    private static ObjectNode object(Path file) {
        return parse(text(file), file.toString());
    }

    private static ObjectNode parse(String json, String source) {
        try {
            if (MAPPER.readTree(json) instanceof ObjectNode object) {
                return object;
            }
            throw new TokenizerException(source + ": expected a JSON object, found another kind of value."
                    + " Restore the file from the pretrained model");
        } catch (JsonProcessingException e) {
            throw new TokenizerException(
                    source + ", line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr() + ": this is not whole JSON: " + e.getOriginalMessage()
                            + ". Restore the file from the pretrained model",
                    e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (CharacterCodingException e) {
            throw new TokenizerException(
                    file + ": this is not UTF-8 text. Restore the file from the pretrained model", e);
        } catch (IOException e) {
            throw new TokenizerException(file + ": cannot be read: " + e + ". Check that it may be read", e);
        }
    }

    static String compact(ObjectNode node) {
        try {
            return MAPPER.writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new AssertionError("a tree of JSON nodes can always be written", e);
        }
    }

    static void write(TokenizerDefinition definition, Path directory) {
        Objects.requireNonNull(directory, "directory");
        TokenizerSettings settings = definition.settings();
        ObjectNode config = settings.config().orElseGet(() -> newConfig(definition.specialTokens()));
        try {
            Files.createDirectories(directory);
            replace(directory.resolve(TOKENIZER), definition.json());
            replace(directory.resolve(CONFIG), config.toPrettyString());
            if (settings.specialTokensMap().isPresent()) {
                replace(
                        directory.resolve(SPECIAL_TOKENS),
                        settings.specialTokensMap().get().toPrettyString());
            }
        } catch (IOException e) {
            throw new TokenizerException(
                    directory + ": the tokenizer cannot be written: " + e + ". Check the folder and the free space", e);
        }
    }

    private static ObjectNode newConfig(SpecialTokens tokens) {
        ObjectNode config = JsonNodeFactory.instance.objectNode();
        config.put("tokenizer_class", "PreTrainedTokenizerFast");
        for (Role role : Role.values()) {
            Optional.ofNullable(tokens.tokens().get(role)).ifPresent(token -> config.put(role.key(), token));
        }
        return config;
    }

    private static void replace(Path file, String text) throws IOException {
        Path sibling = file.resolveSibling(file.getFileName() + ".part");
        try {
            Files.writeString(sibling, text);
            Files.move(sibling, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(sibling);
        }
    }
}
