package dev.sextant.benchmarks.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the report says of libraries that are not compared names workloads that exist, each once. */
class AbsentTest {

    @Test
    void workloadsExist() throws ClassNotFoundException {
        for (Absent absent : Absent.all()) {
            assertFalse(absent.workloads().isEmpty(), absent.peer());
            assertFalse(absent.reason().isBlank(), absent.peer());
            for (String workload : absent.workloads()) {
                Class.forName("dev.sextant.benchmarks." + workload, false, getClass().getClassLoader());
            }
            assertEquals(absent.workloads().size(), Set.copyOf(absent.workloads()).size(), absent.peer());
        }
    }

    @Test
    void eachPeerOnce() {
        Set<String> peers = new HashSet<>();
        Absent.all().forEach(absent -> peers.add(absent.peer()));
        assertEquals(Absent.all().size(), peers.size());
    }
}
