package dev.sextant.testkit;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** What calls allocate once the compiler is done, for programs that run in a JVM of their own. */
public final class Allocations {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    /** The compiler needs some thousand calls and, on a busy machine, some time. */
    private static final long PATIENCE = 20_000_000_000L;

    private Allocations() {}

    /** Rounds of calls until three in a row allocate nothing, or patience ends; prints one line. */
    public static void say(String what, int calls, Runnable call) {
        long last = 0;
        int clean = 0;
        long end = System.nanoTime() + PATIENCE;
        while (clean < 3 && System.nanoTime() < end) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < calls; i++) {
                call.run();
            }
            last = THREADS.getCurrentThreadAllocatedBytes() - before;
            clean = last == 0 ? clean + 1 : 0;
        }
        System.out.println((clean == 3 ? "nothing" : last / calls + " bytes a call") + ": " + what);
    }
}
