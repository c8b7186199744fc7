package dev.sextant.internal.ffi;

import dev.sextant.internal.ffi.gen.SextantH;
import dev.sextant.internal.ffi.gen.sx_additive_call;
import dev.sextant.internal.ffi.gen.sx_additive_plan;
import dev.sextant.internal.ffi.gen.sx_append_call;
import dev.sextant.internal.ffi.gen.sx_append_plan;
import dev.sextant.internal.ffi.gen.sx_attention_call;
import dev.sextant.internal.ffi.gen.sx_attention_plan;
import dev.sextant.internal.ffi.gen.sx_attention_sizes;
import dev.sextant.internal.ffi.gen.sx_columns;
import dev.sextant.internal.ffi.gen.sx_gather_call;
import dev.sextant.internal.ffi.gen.sx_gather_plan;
import dev.sextant.internal.ffi.gen.sx_heads;
import dev.sextant.internal.ffi.gen.sx_merge_call;
import dev.sextant.internal.ffi.gen.sx_pick;
import dev.sextant.internal.ffi.gen.sx_rotary_call;
import dev.sextant.internal.ffi.gen.sx_rotary_plan;
import dev.sextant.internal.ffi.gen.sx_row_values;
import dev.sextant.internal.ffi.gen.sx_rows_call;
import dev.sextant.internal.ffi.gen.sx_score_values;
import dev.sextant.internal.ffi.gen.sx_sequence;
import dev.sextant.internal.ffi.gen.sx_table;
import dev.sextant.internal.ffi.gen.sx_token_ids;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.GroupLayout;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.PaddingLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;

/** Compares a library just opened with what the bindings were made for: symbols, ABI version, struct layouts. */
final class Handshake {

    /** Every function the bindings use; all must be there, because each is resolved only when it is first called. */
    static final List<String> SYMBOLS = List.of("sx_abi_version", "sx_layout", "sx_isa_best", "sx_isa_reason",
            "sx_isa_name",
            "sx_status_text", "sx_rotary_bind", "sx_rotary_kernel_name", "sx_rotary_apply", "sx_rotary_rows",
            "sx_append_bind", "sx_rotary_append", "sx_additive_bind", "sx_additive_kernel_name",
            "sx_additive_merge",
            "sx_gather_bind", "sx_gather_kernel_name", "sx_gather_apply",
            "sx_attention_bind", "sx_attention_kernel_name",
            "sx_attention_sizes_of", "sx_attention_run", "sx_attention_finish", "sx_attention_norms",
            "sx_attention_scores", "sx_bias_add", "sx_attention_merge", "sx_ceiling");

    /** In the order of the type numbers of sx_layout. */
    static final List<GroupLayout> STRUCTS = List.of(sx_rotary_plan.layout(), sx_heads.layout(),
            sx_rotary_call.layout(), sx_rows_call.layout(), sx_append_call.layout(), sx_append_plan.layout(),
            sx_columns.layout(), sx_additive_plan.layout(), sx_additive_call.layout(),
            sx_table.layout(), sx_gather_plan.layout(), sx_pick.layout(), sx_gather_call.layout(),
            sx_attention_plan.layout(), sx_sequence.layout(), sx_row_values.layout(), sx_score_values.layout(),
            sx_token_ids.layout(), sx_attention_call.layout(), sx_attention_sizes.layout(), sx_merge_call.layout());

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;

    private Handshake() {}

    static void check(Path path, String fix) throws LoadFailure {
        SymbolLookup lookup = SymbolLookup.loaderLookup();
        // the version first: another ABI may well lack symbols
        MemorySegment version = lookup.find("sx_abi_version")
                .orElseThrow(() -> new LoadFailure(
                        "the library " + path + " is not libsextant: it has no sx_abi_version", fix));
        int abi = (int) call(version, FunctionDescriptor.of(INT));
        if (abi != SextantH.SX_ABI_VERSION()) {
            throw new LoadFailure("the library " + path + " has another ABI: got version " + abi + ", wanted "
                    + SextantH.SX_ABI_VERSION(), fix);
        }
        List<String> missing = SYMBOLS.stream().filter(s -> lookup.find(s).isEmpty()).toList();
        if (!missing.isEmpty()) {
            throw new LoadFailure("the library " + path + " lacks " + String.join(", ", missing), fix);
        }
        for (int type = 0; type < STRUCTS.size(); type++) {
            checkLayout(path, fix, type, STRUCTS.get(type), lookup.find("sx_layout").orElseThrow());
        }
    }

    private static void checkLayout(Path path, String fix, int type, GroupLayout struct, MemorySegment function)
            throws LoadFailure {
        expect(path, fix, struct, "size", layout(function, type, -1), struct.byteSize());
        int field = 0;
        long offset = 0;
        for (MemoryLayout member : struct.memberLayouts()) {
            if (!(member instanceof PaddingLayout)) {
                expect(path, fix, struct, member.name().orElse("?"), layout(function, type, field), offset);
                field++;
            }
            offset += member.byteSize();
        }
    }

    private static long layout(MemorySegment function, int type, int field) {
        return (long) call(function, FunctionDescriptor.of(ValueLayout.JAVA_LONG, INT, INT), type, field);
    }

    private static void expect(Path path, String fix, GroupLayout struct, String what, long got, long wanted)
            throws LoadFailure {
        if (got != wanted) {
            throw new LoadFailure(
                    "the library " + path + " has another layout of " + struct.name().orElse("?") + "." + what
                            + ": got " + got + ", wanted " + wanted,
                    fix);
        }
    }

    @SuppressWarnings("restricted")
    private static Object call(MemorySegment function, FunctionDescriptor type, Object... arguments) {
        try {
            return Linker.nativeLinker().downcallHandle(function, type).invokeWithArguments(arguments);
        } catch (Throwable e) {
            throw Downcall.unexpected(e);
        }
    }
}
