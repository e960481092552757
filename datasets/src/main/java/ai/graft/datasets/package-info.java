/**
 * Labelled text, and questions about texts, from files, split and described.
 *
 * <p>Read {@link ai.graft.datasets.Dataset} first (what a caller holds), then {@link ai.graft.datasets.ReadOptions} (what a
 * caller may say about a file) and {@code DatasetReader} (how a file becomes a data set). The classes whose names end in
 * {@code Sniffer} each answer one question about a file: which format, whether quotes mean quoting, whether the first row is
 * a header, which columns hold text and label, what the labels look like. {@link ai.graft.datasets.ExampleStream} gives the
 * rows of a file that is larger than memory, {@link ai.graft.datasets.Survey} what is to be known before training.
 *
 * <p>{@link ai.graft.datasets.QuestionSet} holds questions whose answers stand in a text; {@code QuestionReader} reads them,
 * {@code QuestionCollector} says what is no question, {@code AnswerFinder} looks whether answers stand where a file says.
 *
 * <p>Threads: all public types but {@code ExampleStream} are immutable and may be shared; a reader lives inside one call of
 * {@code Dataset.read} or {@code QuestionSet.read}.
 *
 * <p>Sources: RFC 4180 for quoting in CSV and TSV, read by Apache Commons CSV; JSON lines (one JSON object a line) and
 * JSON documents, read by Jackson; P. Rajpurkar et al., Know What You Don't Know: Unanswerable Questions for SQuAD (2018),
 * whose files {@code QuestionSet} reads.
 */
@NullMarked
package ai.graft.datasets;

import org.jspecify.annotations.NullMarked;
