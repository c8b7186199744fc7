package dev.sextant.cli.check;

/** Something that does a workload's work, or as much of it as a ceiling must, once a call. */
final class Contender {

    private final String name;
    private final Runnable call;

    Contender(String name, Runnable call) {
        this.name = name;
        this.call = call;
    }

    String name() {
        return name;
    }

    /** Seconds a call over {@code calls} calls. */
    double seconds(int calls) {
        long begin = System.nanoTime();
        for (int i = 0; i < calls; i++) {
            call.run();
        }
        return (System.nanoTime() - begin) * 1e-9 / calls;
    }
}
