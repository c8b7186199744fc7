package dev.sextant.cli.conform;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What came of a run.
 *
 * @param digests SHA-256 of each family's data file, verified
 * @param lines one a family, kind and backend that ran
 * @param skipped one a family and kind of which something could not be run
 * @param failures one a failing case and backend
 */
public record ConformReport(Map<String, String> digests, List<Line> lines, List<Skip> skipped, List<Failure> failures) {

    /** Keeps collections of its own. */
    public ConformReport {
        digests = new LinkedHashMap<>(digests);
        lines = List.copyOf(lines);
        skipped = List.copyOf(skipped);
        failures = List.copyOf(failures);
    }

    /** Cases of one kind on one backend. */
    public static final class Line {
        private final String family;
        private final String kind;
        private final String backend;
        private final List<CaseResult> results = new ArrayList<>();

        Line(String family, String kind, String backend) {
            this.family = family;
            this.kind = kind;
            this.backend = backend;
        }

        void add(CaseResult result) {
            results.add(result);
        }

        /** The family. */
        public String family() {
            return family;
        }

        /** The kind. */
        public String kind() {
            return kind;
        }

        /** The backend. */
        public String backend() {
            return backend;
        }

        /** Cases run. */
        public int cases() {
            return results.size();
        }

        /** Cases passed. */
        public long passed() {
            return results.stream().filter(r -> r.failures().isEmpty()).count();
        }

        /** Values compared. */
        public long values() {
            return results.stream().mapToLong(CaseResult::values).sum();
        }

        /** Values with equal bits. */
        public long equalBits() {
            return results.stream().mapToLong(CaseResult::equalBits).sum();
        }

        /** Inputs refused as documented. */
        public long refused() {
            return results.stream().mapToLong(CaseResult::refused).sum();
        }

        /** Cases whose model configuration was read, the others taking the rule that the manifest states. */
        public long fromConfig() {
            return results.stream().filter(CaseResult::fromConfig).count();
        }

        /** Expected values that no part of this library makes. */
        public List<String> notProduced() {
            return results.stream().flatMap(r -> r.notProduced().stream()).distinct().sorted().toList();
        }
    }

    /**
     * Cases that could not be run.
     *
     * @param family the family
     * @param kind the kind
     * @param reasons what is missing, with the number of cases; empty words mean the kind itself
     */
    public record Skip(String family, String kind, Map<String, Integer> reasons) {

        /** Keeps a map of its own. */
        public Skip { reasons = new TreeMap<>(reasons); }

        /** Whether nothing of this kind can be run. */
        public boolean isWholeKind() {
            return reasons.containsKey("");
        }

        /** Number of cases. */
        public int cases() {
            return reasons.values().stream().mapToInt(Integer::intValue).sum();
        }
    }

    /**
     * A failing case.
     *
     * @param family the family
     * @param kind the kind
     * @param name the case
     * @param backend the backend
     * @param problems a sentence for each tensor that is wrong, with its worst error
     */
    public record Failure(String family, String kind, String name, String backend, List<String> problems) {

        /** Keeps a list of its own. */
        public Failure { problems = List.copyOf(problems); }
    }
}
