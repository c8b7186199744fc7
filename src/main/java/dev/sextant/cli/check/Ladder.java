package dev.sextant.cli.check;

import dev.sextant.cli.plot.Png;
import dev.sextant.encoding.DividedFrequencies;
import dev.sextant.encoding.Frequencies;
import dev.sextant.encoding.GeometricFrequencies;
import dev.sextant.encoding.LinearFrequencies;
import dev.sextant.encoding.Llama3Frequencies;
import dev.sextant.encoding.NtkFrequencies;
import dev.sextant.encoding.ProportionalFrequencies;
import dev.sextant.encoding.Rope;
import dev.sextant.encoding.YarnFrequencies;
import java.awt.BasicStroke;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * The wavelength ladder: how many positions each pair needs for a full turn. A wrong base is a line of another slope, a
 * forgotten scaling a missing bend, pairs above the context lines never come round in a whole text.
 */
public final class Ladder {

    private static final Color MODEL = new Color(0x0b5394);
    private static final Color PLAIN = new Color(0xd9822b);
    private static final Color ORIGINAL = new Color(0x6a9a3a);
    private static final Color LONGEST = new Color(0x8e3b8e);

    private static final Color GRID = new Color(0xdddddd);

    private final String name;
    private final Rope rope;
    private final OptionalLong maxPositions;
    private final double[] scaled;
    private final double[] plain;
    private final double base;

    /** The ladder of a rotation; {@code name} is for the title. */
    public Ladder(String name, Rope rope, OptionalLong maxPositions) {
        this.name = name;
        this.rope = rope;
        this.maxPositions = maxPositions;
        this.base = base(rope.frequencies());
        this.scaled = wavelengths(rope.frequencies());
        this.plain = base > 1 ? wavelengths(new GeometricFrequencies(base)) : scaled;
    }

    /** Positions each pair needs for a full turn; infinite where it does not turn. */
    public double[] wavelengths() {
        return scaled.clone();
    }

    /** The same under plain RoPE of the same base. */
    public double[] plainWavelengths() {
        return plain.clone();
    }

    /** The rule's base, NaN where it has none. */
    private static double base(Frequencies rule) {
        return switch (rule) {
            case GeometricFrequencies g -> g.base();
            case LinearFrequencies l -> l.base();
            case Llama3Frequencies l -> l.base();
            case YarnFrequencies y -> y.base();
            case NtkFrequencies n -> n.base();
            case ProportionalFrequencies p -> p.base();
            case DividedFrequencies d -> d.base();
            default -> Double.NaN;
        };
    }

    private double[] wavelengths(Frequencies rule) {
        double[] f = rule.inverse(rope.rotaryDim(), rope.angles().rounding());
        return Arrays.stream(f).map(x -> 2 * Math.PI / x).toArray();
    }

    /** Length before extension, where the rule knows it. */
    private OptionalLong originalContext() {
        return switch (rope.frequencies()) {
            case Llama3Frequencies l -> OptionalLong.of(l.originalContext());
            case YarnFrequencies y -> OptionalLong.of((long) y.originalContext());
            default -> OptionalLong.empty();
        };
    }

    /** Writes the numbers behind the picture. */
    public Path writeCsv(Path folder) throws IOException {
        StringBuilder csv = new StringBuilder("pair,frequency,wavelength,plain_wavelength\n");
        for (int j = 0; j < scaled.length; j++) {
            csv.append(
                    String.format(Locale.ROOT, "%d,%.9g,%.9g,%.9g%n", j, 2 * Math.PI / scaled[j], scaled[j], plain[j]));
        }
        return Files.writeString(folder.resolve("wavelengths.csv"), csv);
    }

    /** Draws the picture. */
    public Path writePng(Path folder) throws IOException {
        XYChart chart = new XYChartBuilder().width(1100).height(700)
                .title("Wavelength ladder: " + name + ", rotary dim " + rope.rotaryDim())
                .xAxisTitle("pair").yAxisTitle("positions for a full turn").build();
        chart.getStyler().setYAxisLogarithmic(true).setPlotGridLinesColor(GRID).setYAxisDecimalPattern("#,###")
                .setLegendPosition(LegendPosition.InsideNW).setChartBackgroundColor(Color.WHITE);
        String rule = rope.frequencies().ruleName();
        if (Arrays.equals(plain, scaled)) {
            line(chart, "this model: " + (base > 1 ? "plain RoPE, base " + number(base) : rule), scaled, MODEL);
        } else {
            line(chart, "plain RoPE, base " + number(base), plain, PLAIN);
            line(chart, "this model: " + rule + ", base " + number(base), scaled, MODEL);
        }
        originalContext().ifPresent(n -> level(chart, "original context " + n, n, ORIGINAL));
        maxPositions.ifPresent(n -> level(chart, "max context " + n, n, LONGEST));
        return Png.write(chart, folder.resolve("wavelengths.png"));
    }

    private static void line(XYChart chart, String name, double[] y, Color color) {
        // a pair that does not turn has no place on a logarithmic axis
        int[] turning = IntStream.range(0, y.length).filter(j -> Double.isFinite(y[j])).toArray();
        double[] x = Arrays.stream(turning).asDoubleStream().toArray();
        chart.addSeries(name, x, Arrays.stream(turning).mapToDouble(j -> y[j]).toArray()).setMarker(SeriesMarkers.NONE)
                .setLineColor(color)
                .setLineStyle(new BasicStroke(2.5f));
    }

    private void level(XYChart chart, String name, long positions, Color color) {
        double[] x = {0, Math.max(1, scaled.length - 1)};
        double[] y = {positions, positions};
        chart.addSeries(name, x, y).setMarker(SeriesMarkers.NONE).setLineColor(color)
                .setLineStyle(new BasicStroke(1.2f));
    }

    private static String number(double x) {
        return x == Math.rint(x) && x < 1e15 ? String.format(Locale.ROOT, "%,d", (long) x) : String.valueOf(x);
    }
}
