package dev.sextant.cli.conform;

import dev.sextant.Backend;
import dev.sextant.cli.reference.Case;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What to run.
 *
 * @param folder where the manifests are
 * @param backends on which backends
 * @param family one family, null for all
 * @param kinds some kinds, empty for all
 * @param caseGlob cases whose name matches ({@code *} and {@code ?}), null for all
 */
public record Selection(Path folder, List<Backend> backends, @Nullable String family, Set<String> kinds,
        @Nullable String caseGlob) {

    /** Keeps collections of its own. */
    public Selection {
        backends = List.copyOf(backends);
        kinds = Set.copyOf(kinds);
    }

    boolean wants(Case c) {
        return (kinds.isEmpty() || kinds.contains(c.kind())) && (caseGlob == null || matches(caseGlob, c.name()));
    }

    private static boolean matches(String glob, String name) {
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < glob.length(); i++) {
            char ch = glob.charAt(i);
            regex.append(switch (ch) {
                case '*' -> ".*";
                case '?' -> ".";
                default -> Pattern.quote(String.valueOf(ch));
            });
        }
        return name.matches(regex.toString());
    }
}
