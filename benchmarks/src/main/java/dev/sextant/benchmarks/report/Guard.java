package dev.sextant.benchmarks.report;

import dev.sextant.Backend;
import dev.sextant.cli.text.Spread;
import dev.sextant.cli.text.TextTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Has anything become slower? Ratios to ceilings of a few short rounds against the stored ones. A neighbour on the machine makes
 * single rounds slow, hardly ever all: a row is slower only if even its best round is below all that was stored, and still is
 * when it was measured again.
 */
final class Guard {

    /** A kernel may gain so many instructions before it counts as a change. */
    private static final double MORE_INSTRUCTIONS = 1.01;

    private final Baseline stored;
    private final int rounds;
    private final TextTable table = new TextTable(1, "row", "stored", "measured", "verdict");
    private int slower;

    private Guard(Baseline stored, int rounds) {
        this.stored = stored;
        this.rounds = rounds;
    }

    /** Runs; returns the exit code. */
    static int run(List<Row> rows, int rounds, Path baseline, Path counter, boolean accept) throws IOException {
        Baseline stored = Baseline.read(baseline);
        String processor = Facts.processor();
        Map<String, Spread> before = stored.ratios().getOrDefault(processor, Map.of());
        if (before.isEmpty() && !accept) {
            System.err.println(
                    baseline + ": got ratios of " + stored.ratios().keySet() + ", wanted those of '" + processor
                            + "'; store them with bench --quick --accept, on a commit that is as fast as it should be");
            return 2;
        }
        Guard guard = new Guard(stored, rounds);
        Map<String, Spread> now = guard.ratios(measured(rows, rounds));
        if (accept) {
            Map<String, Spread> all = new LinkedHashMap<>(before);
            all.putAll(now);
            stored.ratios().put(processor, all);
        } else {
            guard.compare(rows, before, now);
        }
        Instructions instructions = Instructions.count(counter);
        if (!instructions.missing().isEmpty()) {
            System.err.println("instructions: not counted: " + instructions.missing());
        } else if (accept) {
            stored.instructions().put(instructions.compiler(), instructions.counts());
        } else {
            guard.compare(instructions);
        }
        if (accept) {
            stored.write(baseline);
            System.out.println(baseline + ": " + now.size() + " ratios of '" + processor + "' and "
                    + instructions.counts().size() + " counts stored");
            return 0;
        }
        System.out.print(guard.table);
        System.out.println(guard.slower == 0 ? "nothing got slower" : guard.slower + " got slower");
        return guard.slower == 0 ? 0 : 1;
    }

    /** Our rows on the fastest backend, and the ceilings that bind them. */
    private static Rounds measured(List<Row> rows, int rounds) {
        List<Row> wanted = rows.stream().filter(r -> r.kind() == Row.Kind.CEILING
                || r.kind() == Row.Kind.OURS && r.isOn(Backend.best())).toList();
        Rounds all = new Rounds(wanted, rounds, Map.of());
        List<Row> needed = new ArrayList<>();
        for (Row row : all.of(Row.Kind.OURS)) {
            all.ceiling(row).ifPresent(ceiling -> {
                needed.add(row);
                if (!needed.contains(ceiling)) {
                    needed.add(ceiling);
                }
            });
        }
        return Rounds.measure(needed, rounds, Row.Effort.QUICK);
    }

    private Map<String, Spread> ratios(Rounds measured) {
        Map<String, Spread> ratios = new LinkedHashMap<>();
        for (Row row : measured.of(Row.Kind.OURS)) {
            measured.ceiling(row).ifPresent(c -> ratios.put(row.toString(), Rounds.ratio(c, row)));
        }
        return ratios;
    }

    private void compare(List<Row> rows, Map<String, Spread> before, Map<String, Spread> now) {
        Map<String, Spread> again = new LinkedHashMap<>();
        List<Row> suspects = rows.stream().filter(r -> isBelow(before.get(r.toString()), now.get(r.toString())))
                .toList();
        if (!suspects.isEmpty()) {
            System.err.println("measured again: " + suspects);
            List<Row> with = new ArrayList<>(suspects);
            rows.stream().filter(r -> r.kind() == Row.Kind.CEILING
                    && suspects.stream().anyMatch(s -> s.isComparableWith(r))).forEach(with::add);
            with.forEach(Row::clear);
            again.putAll(ratios(Rounds.measure(with, 2 * rounds, Row.Effort.FULL)));
        }
        now.forEach((row, ratio) -> {
            Spread stored = before.get(row);
            Spread last = again.getOrDefault(row, ratio);
            boolean below = isBelow(stored, last);
            slower += below ? 1 : 0;
            table.row(row, stored == null ? "-" : text(stored), text(last),
                    stored == null ? "new" : below ? "SLOWER" : "as before");
        });
    }

    private static boolean isBelow(Spread stored, Spread now) {
        return stored != null && now != null && now.greatest() < stored.least();
    }

    private void compare(Instructions now) {
        Map<String, Long> before = stored.instructions().get(now.compiler());
        if (before == null) {
            System.err.println("instructions: none stored of compiler '" + now.compiler() + "'");
            return;
        }
        now.counts().forEach((kernel, count) -> {
            Long old = before.get(kernel);
            boolean more = old != null && count > old * MORE_INSTRUCTIONS;
            slower += more ? 1 : 0;
            table.row(kernel + ", instructions", old == null ? "-" : old.toString(), count.toString(),
                    old == null ? "new" : more ? "MORE" : "as before");
        });
    }

    private static String text(Spread s) {
        return String.format(Locale.ROOT, "%.2f (%.2f - %.2f)", s.median(), s.least(), s.greatest());
    }
}
