package dev.sextant.cli.conform;

import dev.sextant.Backend;
import dev.sextant.cli.reference.Case;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** How cases of some kinds are run. */
interface Kind {

    /** Why a case cannot be run by this version, a few words naming what is missing; null when it can. */
    @Nullable
    String unsupported(Case c) throws IOException;

    /** Runs a case on a backend. */
    void run(Case c, Backend backend, CaseResult result) throws IOException;
}
