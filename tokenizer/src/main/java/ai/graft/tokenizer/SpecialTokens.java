package ai.graft.tokenizer;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The tokens with a role, as far as a tokenizer has them.
 *
 * @param tokens the token of each role that is filled
 * @param ids the id of each role that is filled
 */
record SpecialTokens(Map<Role, String> tokens, Map<Role, Integer> ids) {

    SpecialTokens {
        tokens = Map.copyOf(tokens);
        ids = Map.copyOf(ids);
    }

    /** What a special token is for; the usual names are those of BERT and of RoBERTa. */
    enum Role {
        PAD("pad_token", "[PAD]", "<pad>"),
        CLS("cls_token", "[CLS]", "<s>"),
        SEP("sep_token", "[SEP]", "</s>"),
        MASK("mask_token", "[MASK]", "<mask>"),
        UNK("unk_token", "[UNK]", "<unk>");

        private final String key;
        private final String bert;
        private final String roberta;

        Role(String key, String bert, String roberta) {
            this.key = key;
            this.bert = bert;
            this.roberta = roberta;
        }

        /** Its key in tokenizer_config.json and special_tokens_map.json. */
        String key() {
            return key;
        }

        String bert() {
            return bert;
        }

        String roberta() {
            return roberta;
        }
    }

    /** Takes for each role the first candidate that the vocabulary holds; a name given by a file shuts out the usual ones. */
    static SpecialTokens resolve(Map<String, Integer> vocabulary, Map<Role, String> named) {
        Map<Role, String> tokens = new EnumMap<>(Role.class);
        Map<Role, Integer> ids = new EnumMap<>(Role.class);
        for (Role role : Role.values()) {
            find(vocabulary, candidates(role, Optional.ofNullable(named.get(role))))
                    .ifPresent(token -> {
                        tokens.put(role, token);
                        ids.put(role, vocabulary.getOrDefault(token, -1));
                    });
        }
        return new SpecialTokens(tokens, ids);
    }

    private static List<String> candidates(Role role, Optional<String> named) {
        return named.map(List::of).orElseGet(() -> Arrays.asList(role.bert(), role.roberta()));
    }

    private static Optional<String> find(Map<String, Integer> vocabulary, List<String> candidates) {
        return candidates.stream().filter(vocabulary::containsKey).findFirst();
    }

    OptionalInt id(Role role) {
        return ids.containsKey(role) ? OptionalInt.of(ids.get(role)) : OptionalInt.empty();
    }
}
