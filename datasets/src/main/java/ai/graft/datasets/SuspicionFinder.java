package ai.graft.datasets;

import java.lang.Character.UnicodeScript;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Looks at each text of a data set beside the others. */
final class SuspicionFinder {
    private static final Pattern MARKUP = Pattern.compile("<[^<>]*>|&#?\\w+;");
    private static final int LONGEST = 100_000;
    private static final int LONG = 2_000;
    private static final int TIMES_MEDIAN = 20;
    private static final int USUAL_SHARE = 10;
    private static final char REPLACEMENT = '\uFFFD';

    private final List<String> texts;
    private final int[] lengths;
    private final int median;
    private final List<Optional<UnicodeScript>> scripts;
    private final Set<UnicodeScript> usual;

    SuspicionFinder(Dataset data) {
        texts = data.examples().stream().map(SuspicionFinder::whole).toList();
        lengths = texts.stream().mapToInt(String::length).toArray();
        int[] sorted = lengths.clone();
        Arrays.sort(sorted);
        median = sorted.length == 0 ? 0 : sorted[sorted.length / 2];
        scripts = texts.stream().map(SuspicionFinder::script).toList();
        usual = usual(scripts);
    }

    private static String whole(Example example) {
        return example.textPair().map(pair -> example.text() + "\n" + pair).orElse(example.text());
    }

    /** Counts the rows of a data set by what is suspicious in them; nothing where nothing is. */
    static Map<Suspicion, RowsFound> find(Dataset data) {
        SuspicionFinder finder = new SuspicionFinder(data);
        Map<Suspicion, RowsFound> found = new EnumMap<>(Suspicion.class);
        for (Suspicion suspicion : Suspicion.values()) {
            RowsFound rows = RowsFound.of(
                    data, i -> finder.holds(suspicion, data.examples().get(i), i));
            if (rows.count() > 0) {
                found.put(suspicion, rows);
            }
        }
        return found;
    }

    private boolean holds(Suspicion suspicion, Example example, int i) {
        return switch (suspicion) {
            case EMPTY -> isEmpty(example);
            case MARKUP -> !isEmpty(example) && isMarkup(texts.get(i));
            case SCRIPT ->
                scripts.get(i).filter(script -> !usual.contains(script)).isPresent();
            case LENGTH -> lengths[i] > LONGEST || (lengths[i] > LONG && lengths[i] > (long) TIMES_MEDIAN * median);
            case CONTROL -> texts.get(i).chars().anyMatch(SuspicionFinder::isControl);
        };
    }

    private static boolean isEmpty(Example example) {
        return example.text().isBlank()
                || example.textPair().filter(String::isBlank).isPresent();
    }

    private static boolean isMarkup(String text) {
        boolean plain = text.indexOf('<') < 0 && text.indexOf('&') < 0;
        String bare = plain ? text : MARKUP.matcher(text).replaceAll("");
        return bare.codePoints().noneMatch(Character::isLetterOrDigit);
    }

    private static boolean isControl(int letter) {
        boolean blank = letter == '\t' || letter == '\n' || letter == '\r';
        return letter == REPLACEMENT || (Character.isISOControl(letter) && !blank);
    }

    /** The script of most letters; Chinese characters and the syllables of Japanese count as one. */
    private static Optional<UnicodeScript> script(String text) {
        Map<UnicodeScript, Integer> counts = new EnumMap<>(UnicodeScript.class);
        text.codePoints().filter(Character::isLetter).forEach(letter -> {
            UnicodeScript script = UnicodeScript.of(letter);
            if (script != UnicodeScript.COMMON && script != UnicodeScript.INHERITED) {
                counts.merge(merged(script), 1, Integer::sum);
            }
        });
        return counts.entrySet().stream().max(Map.Entry.comparingByValue()).map(Map.Entry::getKey);
    }

    private static UnicodeScript merged(UnicodeScript script) {
        return switch (script) {
            case HIRAGANA, KATAKANA, BOPOMOFO -> UnicodeScript.HAN;
            default -> script;
        };
    }

    private static Set<UnicodeScript> usual(List<Optional<UnicodeScript>> scripts) {
        Map<UnicodeScript, Integer> rows = new EnumMap<>(UnicodeScript.class);
        scripts.forEach(script -> script.ifPresent(found -> rows.merge(found, 1, Integer::sum)));
        Set<UnicodeScript> usual = EnumSet.noneOf(UnicodeScript.class);
        rows.forEach((script, count) -> {
            if (count * (long) USUAL_SHARE >= scripts.size()) {
                usual.add(script);
            }
        });
        return usual;
    }
}
