package ai.graft.finetune.cli;

import ai.graft.datasets.Dataset;
import ai.graft.finetune.audit.DataAudit;
import ai.graft.finetune.audit.Finding;
import ai.graft.finetune.audit.LabelOverlap;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What {@code graft audit} found out, for programs and for people.
 *
 * @param source the training data as they were named
 * @param data their rows
 * @param test the test data as they were named
 * @param model whose vectors judged
 * @param folds of the cross-validation
 */
record AuditFacts(String source, Dataset data, Optional<String> test, String model, int folds, DataAudit audit) {
    private static final int SHOWN = 10;
    private static final int OVERLAPS = 5;
    private static final int COLUMNS = 80;
    private static final int LABEL = 14;

    /** Texts are not among them; {@code --out} has all rows with their texts. */
    ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("file", source)
                .put("rows", data.size())
                .put("model", model)
                .put("folds", folds)
                .put("penalty", audit.probe().penalty())
                .put("accuracy", audit.probe().accuracy())
                .put("log_loss", audit.probe().logLoss())
                .put("estimated_noise", audit.noise());
        audit.rareLabels().forEach(json.putArray("rare_labels")::add);
        for (Finding.Kind kind : Finding.Kind.values()) {
            ArrayNode array = json.putArray(kind.name().toLowerCase(Locale.ROOT));
            audit.findings(kind).forEach(finding -> array.add(json(finding)));
        }
        ArrayNode overlaps = json.putArray("overlaps");
        for (LabelOverlap overlap : audit.overlaps()) {
            overlaps.addObject()
                    .put("first", overlap.first())
                    .put("second", overlap.second())
                    .put("rows", overlap.rows());
        }
        return json;
    }

    private static ObjectNode json(Finding finding) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("row", finding.example().row())
                .put("given", finding.given())
                .put("suggested", finding.suggested())
                .put("score", finding.score());
        finding.other().ifPresent(other -> json.put("other", other.row()));
        return json;
    }

    /** 80 columns wide. */
    String sheet() {
        FactSheet facts = new FactSheet()
                .add("rows", data.description())
                .add("probe", probe())
                .add("label errors", labels())
                .add("contradicting", counted(Finding.Kind.CONTRADICTION, "nearly repeat a row of another label"))
                .add("duplicates", counted(Finding.Kind.DUPLICATE, "nearly repeat an earlier row"));
        test.ifPresent(
                file -> facts.add("leaks", counted(Finding.Kind.LEAK, "of " + file + " nearly repeat a row of it")));
        facts.add("overlap", overlaps());
        if (!audit.rareLabels().isEmpty()) {
            facts.add(
                    "not judged", "labels of fewer than " + folds + " rows: " + String.join(", ", audit.rareLabels()));
        }
        StringBuilder text = new StringBuilder(source).append('\n').append(facts);
        list(text, Finding.Kind.LABEL, "\nmost suspicious labels (row, given, more likely, by how much)\n");
        list(text, Finding.Kind.CONTRADICTION, "\ncontradicting (row, given, the other row's, similarity)\n");
        return text.toString();
    }

    private String probe() {
        return String.format(
                Locale.ROOT,
                "on rows it had not seen: accuracy %.1f %%, log loss %.3f (%d folds, penalty %.3g)",
                100 * audit.probe().accuracy(),
                audit.probe().logLoss(),
                folds,
                audit.probe().penalty());
    }

    private String labels() {
        int rows = audit.findings(Finding.Kind.LABEL).size();
        return String.format(
                Locale.ROOT,
                "%,d rows listed, %.1f %% of all; the share of wrong labels is estimated at %.1f %%",
                rows,
                100.0 * rows / data.size(),
                100 * audit.noise());
    }

    private String counted(Finding.Kind kind, String what) {
        List<Finding> found = audit.findings(kind);
        if (found.isEmpty()) {
            return "no rows " + what;
        }
        String rows = found.stream()
                .limit(OVERLAPS)
                .map(finding -> finding.example().row() + " as "
                        + finding.other().orElseThrow().row())
                .collect(Collectors.joining(", "));
        return String.format(
                Locale.ROOT, "%,d rows %s (%s%s)", found.size(), what, rows, found.size() > OVERLAPS ? ", ..." : "");
    }

    private String overlaps() {
        return audit.overlaps().isEmpty()
                ? "no label's rows are taken for another's"
                : audit.overlaps().stream()
                        .limit(OVERLAPS)
                        .map(pair ->
                                String.format(Locale.ROOT, "%s and %s %,d", pair.first(), pair.second(), pair.rows()))
                        .collect(Collectors.joining(", "));
    }

    private void list(StringBuilder text, Finding.Kind kind, String heading) {
        List<Finding> found = audit.findings(kind);
        if (found.isEmpty()) {
            return;
        }
        text.append(heading);
        for (Finding finding : found.subList(0, Math.min(SHOWN, found.size()))) {
            String line = String.format(
                    Locale.ROOT,
                    "%7d %s %s %5.2f  %s",
                    finding.example().row(),
                    fit(finding.given()),
                    fit(finding.suggested()),
                    finding.score(),
                    finding.example().text().replaceAll("\\s+", " "));
            text.append(cut(line, COLUMNS).stripTrailing()).append('\n');
        }
    }

    private static String fit(String label) {
        String cut = cut(label, LABEL);
        return cut + " ".repeat(LABEL - cut.codePointCount(0, cut.length()));
    }

    private static String cut(String text, int width) {
        return text.codePointCount(0, text.length()) <= width
                ? text
                : text.substring(0, text.offsetByCodePoints(0, width - 1)) + "…";
    }
}
