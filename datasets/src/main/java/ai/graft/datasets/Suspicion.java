package ai.graft.datasets;

/** Why a row of a data set deserves a look. */
public enum Suspicion {
    /** The text, or the second text of a pair, is empty or blank; training refuses it. */
    EMPTY("empty text"),
    /** No letter and no digit outside tags and entities. */
    MARKUP("no words, only markup or signs"),
    /** Most letters are of a script that fewer than a tenth of the rows are written in. */
    SCRIPT("another script than the rest"),
    /** More than 100,000 characters, or more than 2,000 and 20 times the median. */
    LENGTH("very long"),
    /** Control characters other than tab and line ends, or U+FFFD: often the wrong charset. */
    CONTROL("control or replacement characters");

    private final String title;

    Suspicion(String title) {
        this.title = title;
    }

    /** A few words. */
    public String title() {
        return title;
    }
}
