package ai.graft.model.checkpoint;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which architecture the names of a checkpoint's tensors look like; only for messages. */
final class ArchitectureGuess {
    /** Base prefixes of Hugging Face's model classes. */
    private static final List<String> PREFIXES = List.of(
            "distilbert", "roberta", "electra", "deberta", "albert", "mpnet", "camembert", "longformer", "bert");

    /** Parts of names that only one family has; the order matters, the first that is found decides. */
    private static final List<Map.Entry<String, String>> MARKS = List.of(
            Map.entry("attention.q_lin.", "'distilbert' without its prefix"),
            Map.entry("albert_layer_groups.", "'albert' without its prefix"),
            Map.entry("attention.self.query_proj.", "'deberta-v2' without its prefix"),
            Map.entry("relative_attention_bias.", "'mpnet' or 't5'"),
            Map.entry("attention.self.query.", "'bert', 'roberta' or 'electra' without its prefix"),
            Map.entry("attn.Wqkv.", "'modernbert'"),
            Map.entry("self_attn.", "a decoder such as 'llama'"),
            Map.entry("attn.c_attn.", "'gpt2'"));

    private ArchitectureGuess() {}

    static String of(List<String> names) {
        return Stream.concat(
                        PREFIXES.stream()
                                .filter(prefix -> names.stream().anyMatch(name -> name.startsWith(prefix + ".")))
                                .map(prefix -> "'" + prefix + "'"),
                        MARKS.stream()
                                .filter(mark -> names.stream().anyMatch(name -> name.contains(mark.getKey())))
                                .map(Map.Entry::getValue))
                .findFirst()
                .orElseGet(() -> "no architecture known here (they begin with " + beginnings(names) + ")");
    }

    private static String beginnings(List<String> names) {
        return names.stream()
                .map(name -> "'" + name.split("\\.", 2)[0] + "'")
                .distinct()
                .sorted()
                .limit(5)
                .collect(Collectors.joining(", "));
    }
}
