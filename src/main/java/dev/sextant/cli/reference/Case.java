package dev.sextant.cli.reference;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One case of a manifest.
 *
 * @param family the manifest's family
 * @param name unique in its family; its tensors are called {@code <name>/<tensor>}
 * @param kind what it checks
 * @param attributes parameters
 * @param expected tensor name to tolerance, in the order of the manifest
 * @param data the family's tensors
 */
public record Case(String family, String name, String kind, Attributes attributes, Map<String, Tolerance> expected,
        SafeTensors data) {

    /** Keeps a map of its own. */
    public Case { expected = new LinkedHashMap<>(expected); }

    /** A tensor of this case. */
    public Tensor tensor(String tensor) throws UnreadableException {
        return data.tensor(name + "/" + tensor);
    }

    /** Whether this case has such a tensor. */
    public boolean has(String tensor) {
        return data.has(name + "/" + tensor);
    }

    /** The tolerance of an expected tensor. */
    public Tolerance tolerance(String tensor) throws UnreadableException {
        Tolerance tolerance = expected.get(tensor);
        if (tolerance == null) {
            throw new UnreadableException("case " + name + " of " + family + ": expects no tensor " + tensor);
        }
        return tolerance;
    }
}
