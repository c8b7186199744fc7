package dev.sextant;

import dev.sextant.encoding.DistanceBias;
import dev.sextant.encoding.ScoreBias;
import dev.sextant.encoding.Structure;
import dev.sextant.internal.form.AttentionForm;
import dev.sextant.internal.form.BiasForm;
import dev.sextant.internal.form.StructureForm;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The choices of an {@link AttentionPlan}. Not thread-safe; the plan it builds is. */
public final class AttentionPlanBuilder {

    private final AttentionShape shape;
    private @Nullable Backend backend;
    private ScoreBias bias = ScoreBias.NONE;
    private Structure structure = Structure.all();
    private boolean biasTensor;
    private boolean skew;
    private long reach;
    private double scale;
    private double softcap;
    private float[] sinks = new float[0];
    private boolean skipping;

    AttentionPlanBuilder(AttentionShape shape) {
        this.shape = Objects.requireNonNull(shape, "shape");
        this.scale = 1 / Math.sqrt(shape.keyDim());
    }

    /** Runs on {@code newBackend}; default {@link Backend#best()}. */
    public AttentionPlanBuilder backend(Backend newBackend) {
        this.backend = Objects.requireNonNull(newBackend, "backend");
        return this;
    }

    /** Adds a bias to scores; default none. */
    public AttentionPlanBuilder bias(ScoreBias newBias) {
        this.bias = Objects.requireNonNull(newBias, "bias");
        return this;
    }

    /** Each call brings a tensor of biases ({@link AttentionCall#bias}), added after that of the distance. */
    public AttentionPlanBuilder biasTensor() {
        this.biasTensor = true;
        return this;
    }

    /** Each call brings terms to be added before the softcap ({@link AttentionCall#skew}): products of queries with relative keys. */
    public AttentionPlanBuilder skew() {
        this.skew = true;
        return this;
    }

    /**
     * How far apart queries and keys may be. Only a bias that goes on for ever asks for it: the plan then keeps its numbers for distances
     * of this magnitude.
     */
    public AttentionPlanBuilder reach(long distance) {
        if (distance < 1) {
            throw Checks.wanted("reach", distance, "at least 1");
        }
        this.reach = distance;
        return this;
    }

    /** Which keys a query sees; default all. */
    public AttentionPlanBuilder structure(Structure newStructure) {
        this.structure = Objects.requireNonNull(newStructure, "structure");
        return this;
    }

    /** What scores are multiplied by; default {@code 1 / sqrt(keyDim)}. T5 has 1. */
    public AttentionPlanBuilder scale(double newScale) {
        if (!((float) newScale > 0 && (float) newScale <= Float.MAX_VALUE)) {
            throw Checks.wanted("scale", newScale, "a finite float above 0");
        }
        this.scale = newScale;
        return this;
    }

    /** {@code cap * tanh(score / cap)} before the bias; 0, the default, for none. Source: Gemma 2, arXiv:2408.00118, section 2. */
    public AttentionPlanBuilder softcap(double cap) {
        if (!(cap == 0 || (float) cap > 0 && (float) cap <= Float.MAX_VALUE)) {
            throw Checks.wanted("softcap", cap, "0, or a finite float above 0");
        }
        this.softcap = cap;
        return this;
    }

    /**
     * A logit for each query head that joins the denominator and has no value; neither scaled nor capped, and never hidden. Without
     * this call there is none. Source: gpt-oss.
     */
    public AttentionPlanBuilder sinks(float... logits) {
        if (logits.length != shape.heads()) {
            throw Checks.wanted("sinks", logits.length, shape.heads() + ", one a query head");
        }
        for (int h = 0; h < logits.length; h++) {
            if (!Float.isFinite(logits[h])) {
                throw Checks.wanted("sink of head " + h, logits[h], "a finite number");
            }
        }
        this.sinks = logits.clone();
        return this;
    }

    /**
     * Under a linear bias, leaves out older keys that together lie below float32 rounding of the row, by a proven bound. Results then differ
     * from those without by at most one float32 ulp of the row's scale, and a NaN or an infinity among the keys left out is not seen.
     */
    public AttentionPlanBuilder skipping() {
        this.skipping = true;
        return this;
    }

    /** Builds the plan. */
    public AttentionPlan build() {
        BiasForm biasForm = biasForm(bias, shape.heads(), reach, biasTensor);
        if (skipping && (biasForm.kind() != BiasForm.Kind.LINEAR || biasTensor || skew)) {
            throw Checks.wanted("skipping", "a plan of bias " + biasForm.kind() + (biasTensor ? " and a tensor" : "")
                    + (skew ? " with skew" : ""), "a linear bias alone");
        }
        AttentionForm form = new AttentionForm(shape.heads(), shape.kvHeads(), shape.keyDim(), shape.valueDim(),
                shape.queryType(), shape.cacheType(), (float) scale, (float) softcap, skew, biasForm,
                StructureForm.of(structure), sinks, skipping);
        Backend chosen = backend == null ? Backend.best() : backend;
        return new AttentionPlan(chosen, shape, form, chosen.kernels().attention(form),
                bias + (biasTensor ? " and a tensor" : "") + ", " + structure + ", scale " + (float) scale);
    }

    /** Compiles a bias; one that goes on needs to be told how far. */
    static BiasForm biasForm(ScoreBias bias, int heads, long reach, boolean tensor) {
        if (bias instanceof DistanceBias open && reach == 0
                && (open.first() == -DistanceBias.UNBOUNDED || open.last() == DistanceBias.UNBOUNDED)) {
            throw Checks.wanted("reach", "none, for a bias that goes on", "a distance: call reach(distance)");
        }
        return BiasForm.of(bias, heads, reach, tensor);
    }
}
