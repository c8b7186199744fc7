package dev.sextant;

import dev.sextant.encoding.ScoreBias;
import dev.sextant.encoding.Structure;
import dev.sextant.internal.form.AttentionForm;
import dev.sextant.internal.form.StructureForm;
import dev.sextant.tensor.DType;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The choices of a {@link ScoreBiasPlan}. Not thread-safe; the plan it builds is. */
public final class ScoreBiasPlanBuilder {

    private final int heads;
    private @Nullable Backend backend;
    private ScoreBias bias = ScoreBias.NONE;
    private Structure structure = Structure.all();
    private boolean biasTensor;
    private long reach;

    ScoreBiasPlanBuilder(int heads) {
        if (heads < 1) {
            throw Checks.wanted("heads", heads, "at least 1");
        }
        this.heads = heads;
    }

    /** Runs on {@code newBackend}; default {@link Backend#best()}. */
    public ScoreBiasPlanBuilder backend(Backend newBackend) {
        this.backend = Objects.requireNonNull(newBackend, "backend");
        return this;
    }

    /** The bias by distance; default none. */
    public ScoreBiasPlanBuilder bias(ScoreBias newBias) {
        this.bias = Objects.requireNonNull(newBias, "bias");
        return this;
    }

    /** Each call brings a tensor of biases ({@link AttentionCall#bias}), added after that of the distance; minus infinity hides a key. */
    public ScoreBiasPlanBuilder biasTensor() {
        this.biasTensor = true;
        return this;
    }

    /** How far apart queries and keys may be, for a bias that goes on for ever. */
    public ScoreBiasPlanBuilder reach(long distance) {
        if (distance < 1) {
            throw Checks.wanted("reach", distance, "at least 1");
        }
        this.reach = distance;
        return this;
    }

    /** Which keys a query sees; default all. */
    public ScoreBiasPlanBuilder structure(Structure newStructure) {
        this.structure = Objects.requireNonNull(newStructure, "structure");
        return this;
    }

    /** Builds the plan. */
    public ScoreBiasPlan build() {
        // heads of one element: nothing here reads queries or keys
        AttentionForm form = new AttentionForm(heads, heads, 1, 1, DType.F32, DType.F32, 1, 0, false,
                AttentionPlanBuilder.biasForm(bias, heads, reach, biasTensor), StructureForm.of(structure),
                new float[0], false);
        Backend chosen = backend == null ? Backend.best() : backend;
        return new ScoreBiasPlan(chosen, form, chosen.kernels().attention(form),
                bias + (biasTensor ? " and a tensor" : "") + ", " + structure);
    }
}
