package ai.graft.datasets;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Positions of the rows of each label. */
final class Strata {
    private Strata() {}

    /** In the order of {@link Dataset#labels}; needs single-label data. */
    static Map<String, List<Integer>> of(Dataset data) {
        Map<String, List<Integer>> positions = new LinkedHashMap<>();
        data.labels().forEach(label -> positions.put(label, new ArrayList<>()));
        for (int i = 0; i < data.size(); i++) {
            int position = i;
            data.examples()
                    .get(i)
                    .labels()
                    .forEach(label -> positions
                            .computeIfAbsent(label, ignored -> new ArrayList<>())
                            .add(position));
        }
        return positions;
    }
}
