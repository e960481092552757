package ai.graft.datasets;

import java.util.Collection;
import java.util.regex.Pattern;

/** Tells decimal writing from other text, more strictly than {@link Double#parseDouble}, which takes "NaN" and "1d". */
enum Numbers {
    /** An optional sign and digits. */
    INTEGER("[+-]?\\d+"),
    /** An integer or a decimal fraction, with or without exponent. */
    DECIMAL("[+-]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d+)?");

    private final Pattern pattern;

    Numbers(String regex) {
        pattern = Pattern.compile(regex);
    }

    boolean matches(String value) {
        return pattern.matcher(value).matches();
    }

    boolean allMatch(Collection<String> values) {
        return !values.isEmpty() && values.stream().allMatch(this::matches);
    }
}
