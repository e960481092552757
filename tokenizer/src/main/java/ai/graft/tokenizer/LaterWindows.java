package ai.graft.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Two habits of the library that make its later windows differ from a plain cut of the whole encoding, because it cuts
 * before it post-processes.
 *
 * <p>1. Byte-level offsets leave out the space in front of a token ({@code trim_offsets}), but with
 * {@code add_prefix_space} the first token of an encoding is taken for one that got its space from the tokenizer, and one
 * space fewer is left out. So the first context token of each later window keeps a space of the text
 * ({@code process_offsets} in {@code pre_tokenizers/byte_level.rs}).
 *
 * <p>2. {@code TemplateProcessing} sets its type ids on the first window only. In later ones the context has the type 1
 * that it was encoded with, whatever the template says ({@code apply_template} in {@code processors/template.rs}). This
 * differs only for templates that give the second text another type, as XLM-R's do.
 *
 * @param keepASpace whether habit 1 holds for a tokenizer
 * @param contextHasTypeOne whether habit 2 does
 */
record LaterWindows(boolean keepASpace, boolean contextHasTypeOne) {

    /** How byte-level BPE writes the byte of a space. */
    private static final char SPACE = '\u0120';

    /** Reads the habits off the post_processor of a tokenizer.json. */
    static LaterWindows of(JsonNode processor) {
        boolean space = keepsSpace(processor);
        boolean template = isTemplate(processor);
        for (JsonNode part : processor.path("processors")) {
            space |= keepsSpace(part);
            template |= isTemplate(part);
        }
        return new LaterWindows(space, template);
    }

    private static boolean keepsSpace(JsonNode processor) {
        String type = processor.path("type").asText();
        return (type.equals("RobertaProcessing") || type.equals("ByteLevel"))
                && processor.path("trim_offsets").asBoolean()
                && processor.path("add_prefix_space").asBoolean();
    }

    private static boolean isTemplate(JsonNode processor) {
        return processor.path("type").asText().equals("TemplateProcessing");
    }

    /** Makes a fresh cut what the library gives; changes it in place. */
    void apply(Encoding window) {
        int first = window.firstOf(1);
        if (keepASpace && first >= 0) {
            restoreSpace(window, first);
        }
        for (int i = 0; contextHasTypeOne && i < window.length(); i++) {
            if (window.sequenceIds()[i] == 1) {
                window.tokenTypeIds()[i] = 1;
            }
        }
    }

    private static void restoreSpace(Encoding window, int first) {
        String token = window.tokens().get(first);
        int spaces = leadingSpaces(token);
        // A token at the very start of the text has been taken for the first already: it starts below its spaces.
        if (spaces > 0 && window.starts()[first] > spaces) {
            window.starts()[first]--;
            window.ends()[first] -= spaces == token.length() ? 1 : 0;
        }
    }

    private static int leadingSpaces(String token) {
        int count = 0;
        while (count < token.length() && token.charAt(count) == SPACE) {
            count++;
        }
        return count;
    }
}
