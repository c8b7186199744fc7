package dev.sextant.cli.conform;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The kinds of score biases and structures. */
final class BiasKinds {

    private static final List<String> BY_DISTANCE = List.of("alibi", "alibi-bloom", "alibi-mpt", "t5-bias",
            "clipped-scalar", "kerple-log", "kerple-power", "sandwich");
    private static final List<String> GRIDS = List.of("swin-bias", "beit-bias", "levit-bias");
    private static final List<String> RULES = List.of("alibi-slopes", "t5-buckets", "query-temperature");

    private BiasKinds() {}

    /** How a kind is run, null when it is none of these. */
    static @Nullable Kind of(String kind) {
        if (BY_DISTANCE.contains(kind)) {
            return new BiasCases();
        }
        if (RULES.contains(kind)) {
            return new BiasRuleCases();
        }
        if (GRIDS.contains(kind)) {
            return new GridBiasCases();
        }
        if (kind.equals("softcap") || kind.equals("sink")) {
            return new ScoreStepCases();
        }
        if (kind.equals("dynamic-bias")) {
            return new DistanceNetworkCases();
        }
        return kind.startsWith("structure-") ? new StructureCases() : null;
    }
}
