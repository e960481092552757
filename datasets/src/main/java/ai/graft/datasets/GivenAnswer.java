package ai.graft.datasets;

import java.util.OptionalInt;

/**
 * An answer as a file gives it.
 *
 * @param text may be empty, which means that there is no answer
 * @param start in Unicode code points; empty where the file does not say
 */
record GivenAnswer(String text, OptionalInt start) {}
