package dev.sextant.encoding;

import java.util.Objects;

/**
 * ALiBi: scores lose {@code slope(h) * |distance|}. With P the greatest power of two up to the number of heads and B the max bias, head
 * h has slope {@code 2^(-B (h+1) / P)} for h below P, and {@code 2^(-B (2(h-P)+1) / (2P))} from there on: the slopes of a power of two, then
 * every second one of the next. Source: Press et al., Train Short, Test Long, arXiv:2108.12409, section 3, and its reference code
 * (ofirpress/attention_with_linear_biases) for other numbers of heads. The same in BLOOM, Falcon, MPT, ggml ("max_alibi_bias"),
 * flashinfer and flash-attention.
 *
 * <p>Traps. Slopes of {@code 2^(-B (h+1) / heads)} for all numbers of heads are a known mistake: another model unless the number is a
 * power of two. BLOOM and MPT add {@code slope * j} of the key alone, and flash-attention does when causal: the same probabilities, but
 * their log-sum-exp is larger by {@code slope * p}, so that partial results cannot be merged with those of this form, which is the distance
 * form always. Keys after the query lose as much as keys before it (MosaicBERT, Jina v2); a causal structure makes that irrelevant. A
 * rank of a tensor-parallel model has a {@link #slice} of the slopes of all heads, not the slopes of so many heads. Interpolated
 * positions divide slopes once, when the plan is made; some frameworks divide the stored slopes again with each call. llama.cpp's
 * flash attention keeps distances as float16, which are exact up to 2048.
 *
 * @param heads query heads, at least 1
 * @param biased heads that have a slope, the first ones, as a model of so many heads has them; the others have slope 0
 * @param maxBias the exponent of the smallest slope of a power of two of heads (8; MPT's "alibi_bias_max")
 */
public record Alibi(int heads, int biased, double maxBias) implements LinearBias {

    /** Refuses no heads and an exponent that is no positive number. */
    public Alibi {
        HeadRange.heads(heads);
        if (biased < 1 || biased > heads) {
            throw new IllegalArgumentException("biased heads: got " + biased + ", wanted 1 to " + heads);
        }
        if (!(maxBias > 0) || maxBias == Double.POSITIVE_INFINITY) {
            throw new IllegalArgumentException("maxBias: got " + maxBias + ", wanted a finite number above 0");
        }
    }

    /** The paper's slopes: all heads, max bias 8. */
    public static Alibi of(int heads) {
        return new Alibi(heads, heads, 8);
    }

    /** The same with another max bias. */
    public Alibi maxBias(double newMaxBias) {
        return new Alibi(heads, biased, newMaxBias);
    }

    /** The same with slopes on the first {@code count} heads only, as x-transformers ("alibi_num_heads") and NeMo have it. */
    public Alibi onFirst(int count) {
        return new Alibi(heads, count, maxBias);
    }

    /**
     * Falcon: the bias is added inside the scale, {@code (q.k + bias) / sqrt(headDim)}, so that slopes are divided by
     * {@code sqrt(headDim)}. Its class also rounds slopes and products to bfloat16 (840 where 840.9 was meant); this one does not.
     */
    public static LinearBias falcon(int heads, int headDim) {
        if (headDim < 1) {
            throw new IllegalArgumentException("headDim: got " + headDim + ", wanted at least 1");
        }
        return of(heads).times(1 / StrictMath.sqrt(headDim));
    }

    /**
     * BiPE-ALiBi: slopes 96 times as steep, because distances count segments and not tokens; the bias of segment ids is made by
     * {@link PositionedBias}. Source: He et al., Two Stones Hit One Bird, arXiv:2401.16421, and its code (zhenyuhe00/BiPE).
     */
    public static LinearBias bipe(int heads) {
        return of(heads).times(96);
    }

    /** Slopes divided by the factor by which positions are squeezed: {@code |distance| / factor} (NeMo's "seq_len_interpolation_factor"). */
    public LinearBias interpolated(double factor) {
        if (!(factor > 0)) {
            throw new IllegalArgumentException("factor: got " + factor + ", wanted a finite number above 0");
        }
        return times(1 / factor);
    }

    /** The slope of a head. */
    public double slope(int head) {
        Objects.checkIndex(head, heads);
        if (head >= biased) {
            return 0;
        }
        int power = Integer.highestOneBit(biased);
        double steps = head < power ? head + 1 : head - power + 0.5;
        return StrictMath.pow(2, -maxBias * steps / power);
    }

    @Override
    public double slope(int batch, int head) {
        Objects.checkIndex(batch, 1);
        return slope(head);
    }
}
