package dev.sextant.internal.form;

import dev.sextant.tensor.DType;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The catalogue as the tables of the README. */
final class CatalogueTables {

    private CatalogueTables() {}

    static String text() {
        String types = Arrays.stream(DType.values()).map(t -> t.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
        StringBuilder text = new StringBuilder("""
                | `rope_type` | definition | java, scalar, avx2, avx512 | source |
                |---|---|---|---|
                """);
        for (Catalogue.Encoding each : Catalogue.ROTARY) {
            text.append("| `").append(each.rule()).append("` | `")
                    .append(each.frequencies().apply(2).getClass().getSimpleName()).append("` | ").append(types)
                    .append(" | ").append(each.citation()).append(" |\n");
        }
        for (Catalogue.Scaling each : Catalogue.BY_LENGTH) {
            text.append("| `").append(each.rule()).append("` | `")
                    .append(each.scaling().apply(4).getClass().getSimpleName())
                    .append("`, by length | ").append(types).append(" | ").append(each.citation()).append(" |\n");
        }
        text.append("""

                | several axes | pairs | definition | java, scalar, avx2, avx512 | source |
                |---|---|---|---|---|
                """);
        for (Catalogue.Axes each : Catalogue.AXES) {
            text.append("| ").append(each.model()).append(", ").append(each.rope().axes().axes()).append(" axes | ")
                    .append(each.rope().layout().name().toLowerCase(Locale.ROOT).replace('_', ' ')).append(" | `")
                    .append(each.rope().frequencies().getClass().getSimpleName()).append("` | ").append(types)
                    .append(" | ").append(each.citation()).append(" |\n");
        }
        text.append("""

                | at the embeddings | definition | java, scalar, avx2, avx512 | source |
                |---|---|---|---|
                """);
        for (AdditiveCatalogue.Line each : AdditiveCatalogue.ALL) {
            text.append("| ").append(each.name()).append(" | `").append(each.of(64).getClass().getSimpleName())
                    .append("` | ").append(types).append(" | ").append(each.citation()).append(" |\n");
        }
        text.append("""

                | score bias | definition | form | java, scalar, avx2, avx512 | source |
                |---|---|---|---|---|
                """);
        for (BiasCatalogue.Line each : BiasCatalogue.LINES) {
            text.append("| ").append(each.name()).append(" | `")
                    .append(each.sample().apply(8).getClass().getSimpleName()).append("` | ")
                    .append(each.form(8, 1).kind().name().toLowerCase(Locale.ROOT)).append(" | ").append(types)
                    .append(" | ").append(each.citation()).append(" |\n");
        }
        return text.toString();
    }
}
