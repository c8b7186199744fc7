package dev.sextant.loader;

import dev.sextant.Backend;
import dev.sextant.HeadShape;
import dev.sextant.RotaryPlan;
import dev.sextant.encoding.Rope;
import dev.sextant.internal.ffi.NativeLibrary;
import dev.sextant.internal.ffi.NativeOutcome;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Positions;
import java.util.concurrent.Callable;

/**
 * Says in lines of {@code name=value} what became of the native library in this JVM. Started by the tests beside it.
 */
final class LoaderProbe {

    public static void main(String[] args) {
        // twice: the second answer must be the first one, not what is left of a failed class
        say("best", () -> Backend.best().name());
        say("best", () -> Backend.best().name());
        say("cpu", () -> Backend.cpu().name());
        say("available", () -> Backend.available().toString());
        say("outcome", () -> switch (NativeLibrary.outcome()) {
            case NativeOutcome.Loaded loaded -> "loaded " + loaded.from();
            case NativeOutcome.Absent absent -> "absent " + absent.sentence();
        });
        say("rotated", () -> {
            float[] x = {1, 2, 3, 4};
            RotaryPlan.of(Rope.of(4, 10_000), HeadShape.of(4, DType.F32)).rotate(Heads.of(x, 1, 1, 4),
                    Positions.from(1));
            return Float.toString(x[0]);
        });
    }

    private static void say(String name, Callable<String> value) {
        try {
            System.out.println(name + "=" + value.call());
        } catch (Throwable e) {
            System.out.println(name + "=" + e.getClass().getSimpleName() + ": " + e.getMessage());
        }
    }
}
