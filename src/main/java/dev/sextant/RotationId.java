package dev.sextant;

import dev.sextant.internal.form.RotaryForm;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;

/**
 * Names a rotation: two plans with the same id rotate by the same angles and magnitude, pair the same elements and write them in the
 * same order, so their cached keys may be mixed. Element type, backend, head dim and whether rows are generated or in a table
 * are not part of it. Store it beside a cache that outlives its plan.
 *
 * @param value 16 hexadecimal digits
 */
public record RotationId(String value) {

    private static final int DIGITS = 16;

    /** Refuses anything but 16 lower-case hexadecimal digits. */
    public RotationId {
        Objects.requireNonNull(value, "value");
        if (!value.matches("[0-9a-f]{" + DIGITS + "}")) {
            throw new IllegalArgumentException(
                    "rotation id: got '" + value + "', wanted " + DIGITS + " hexadecimal digits");
        }
    }

    static RotationId of(RotaryForm form) {
        var rows = form.rows();
        ByteBuffer facts = ByteBuffer.allocate(64 + form.axisOfPair().length + 8 * form.pairs());
        facts.putInt(form.layout().ordinal()).putInt(form.blocks()).putInt(form.pairs()).putInt(form.axes());
        facts.putInt(rows.source().ordinal()).putFloat(rows.magnitude()).put(form.axisOfPair());
        Arrays.stream(rows.frequency()).forEach(facts::putDouble);
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(Arrays.copyOf(facts.array(), facts.position()));
            return new RotationId(HexFormat.of().formatHex(digest).substring(0, DIGITS));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
