package ai.graft.datasets;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;

/**
 * Examples in order, with their labels counted and described.
 *
 * <p>Immutable; may be shared between threads.
 */
public final class Dataset {
    private final String name;
    private final String origin;
    private final List<Example> examples;
    private final Map<String, Integer> labelCounts;
    private final LabelKind labelKind;

    private Dataset(String name, String origin, List<Example> examples, Map<String, Integer> counts, LabelKind kind) {
        this.name = name;
        this.origin = origin;
        this.examples = examples;
        this.labelCounts = counts;
        this.labelKind = kind;
    }

    /**
     * Reads a file, finding out all by looking: {@code read(file, ReadOptions.defaults())}.
     *
     * @throws DatasetException if the file cannot be read or understood
     */
    public static Dataset read(Path file) {
        return read(file, ReadOptions.defaults());
    }

    /**
     * Reads a file of rows (CSV, TSV, JSON lines, a list in a JSON document) or of lines, compressed with gzip or not.
     *
     * <p>The file is read more than once, so it must not be a pipe. Texts stay as they are; blanks around labels and around
     * names of columns are dropped; empty lines are skipped.
     *
     * @throws DatasetException if the file cannot be read or understood, or if any row is broken
     */
    public static Dataset read(Path file, ReadOptions options) {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(options, "options");
        return new DatasetReader(new SourceFile(file, options.form().charset()), options).read();
    }

    /**
     * Reads one file for each label, such as {@code rt-polarity.pos} and {@code rt-polarity.neg}. A file whose name does not
     * end in {@code .csv}, {@code .tsv}, {@code .json} or {@code .jsonl} has one text a line, unless columns are named. Labels inside the files do not count.
     *
     * <p>Rows are numbered on from file to file, as if they were one.
     *
     * @param files the file of each label; texts come in the order of the map
     * @throws DatasetException if a file cannot be read or understood, or if any row is broken
     * @throws IllegalArgumentException if there is no file
     */
    public static Dataset readByLabel(Map<String, Path> files, ReadOptions options) {
        Objects.requireNonNull(options, "options");
        return LabelFilesReader.read(files, options);
    }

    /**
     * Makes a data set of examples; what their labels look like is judged from them.
     *
     * @param name stands for the file's name in messages
     */
    public static Dataset of(String name, List<Example> examples) {
        List<Example> copy = List.copyOf(examples);
        Map<String, Integer> counts = count(copy);
        return new Dataset(name, name, copy, counts, KindSniffer.sniff(copy, counts.keySet()));
    }

    /**
     * Makes a data set of examples whose labels are of a known kind.
     *
     * @param name stands for the file's name in messages
     * @throws IllegalArgumentException if a row has labels that are not of the kind
     */
    public static Dataset of(String name, List<Example> examples, LabelKind kind) {
        Objects.requireNonNull(kind, "kind");
        examples.forEach(example -> KindSniffer.check(name, example, kind));
        List<Example> copy = List.copyOf(examples);
        return new Dataset(name, name, copy, count(copy), kind);
    }

    /**
     * The parts that a file names, as {@code {"test": [0, 4, 13]}}: JSON with lists of positions in {@link #examples}, from 0.
     *
     * @return the parts by name, in the order of the file; where it names no {@code train}, all rows that stand in no part are
     *     that part, and it comes first
     * @throws DatasetException if the file cannot be read, a position is not there, or a row stands in two parts
     */
    public Map<String, Dataset> parts(Path file) {
        Map<String, Dataset> parts = new LinkedHashMap<>();
        SplitFile.read(file, size())
                .forEach((part, rows) -> parts.put(
                        part,
                        part("part " + part, rows.stream().map(examples::get).toList())));
        return Collections.unmodifiableMap(parts);
    }

    /** The same data with words on how they were read. */
    Dataset from(String how) {
        return new Dataset(name, how, examples, labelCounts, labelKind);
    }

    /** Some of the rows of this data set, or all in another order; what labels look like is not judged anew. */
    private Dataset part(String which, List<Example> rows) {
        return new Dataset(name, which + " of " + name, List.copyOf(rows), count(rows), labelKind);
    }

    private static Map<String, Integer> count(List<Example> examples) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        examples.forEach(example -> example.labels().forEach(label -> counts.merge(label, 1, Integer::sum)));
        TreeMap<String, Integer> sorted = new TreeMap<>(LabelOrder.of(counts.keySet()));
        sorted.putAll(counts);
        return Collections.unmodifiableMap(new LinkedHashMap<>(sorted));
    }

    /** How the rows were read, as {@code read as TSV, no quoting, header}; the name of data that were read from no file. */
    public String origin() {
        return origin;
    }

    /** The file as it was named, or the name given to {@link #of}. */
    public String name() {
        return name;
    }

    /** All rows in order; unmodifiable. */
    public List<Example> examples() {
        return examples;
    }

    /** Number of rows. */
    public int size() {
        return examples.size();
    }

    /** Distinct labels, by value when all are integers, else by {@link String#compareTo}; unmodifiable. */
    public List<String> labels() {
        return List.copyOf(labelCounts.keySet());
    }

    /** How many rows have each label, in the order of {@link #labels}; unmodifiable. */
    public Map<String, Integer> labelCounts() {
        return labelCounts;
    }

    /** What the labels look like; parts of a data set look like the whole. */
    public LabelKind labelKind() {
        return labelKind;
    }

    /** One line: how the data were read, rows and labels with counts, or the range of scores. */
    public String description() {
        return origin + ", " + Description.of(this);
    }

    /**
     * SHA-256 over texts and labels in order, in hexadecimal: the same for the same data in another file format. Row numbers
     * do not count.
     */
    public String fingerprint() {
        return Fingerprint.of(examples);
    }

    /**
     * Divides the rows at random, {@code share} of them into the rest.
     *
     * <p>With single labels each label gives its share, as near as whole rows allow, but never its last row: every label stays
     * in train. Other data are divided without regard to labels. The same seed gives the same split.
     *
     * @param share above 0 and below 1
     * @throws IllegalArgumentException if the share is out of range
     * @throws DatasetException if there are too few rows for two parts
     */
    public Split stratifiedSplit(double share, long seed) {
        boolean[] held = new Splitter(this, share, seed).held();
        List<Example> train = new ArrayList<>();
        List<Example> rest = new ArrayList<>();
        for (int i = 0; i < held.length; i++) {
            (held[i] ? rest : train).add(examples.get(i));
        }
        return new Split(part("part", train), part("part", rest));
    }

    /** The same rows in an order drawn from the seed. */
    public Dataset shuffle(long seed) {
        List<Example> rows = new ArrayList<>(examples);
        Collections.shuffle(rows, new Random(seed));
        return part("shuffled rows", rows);
    }

    /**
     * Draws {@code k} rows of each label at random; they keep their order. The same seed gives the same rows.
     *
     * @throws IllegalArgumentException if {@code k} is below 1
     * @throws DatasetException if the data are not single-label, or if a label has fewer than {@code k} rows
     */
    public Dataset perClass(int k, long seed) {
        return part(k + " rows per label", FewShotDraw.of(this, k, seed));
    }

    /** The same as {@link #description}. */
    @Override
    public String toString() {
        return description();
    }
}
