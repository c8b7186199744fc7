package dev.sextant.cli.check;

import dev.sextant.AuditReport;
import dev.sextant.AuditReport.Explanation;
import dev.sextant.cli.plot.Png;
import java.awt.BasicStroke;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * The error of each pair: a wrong base grows from pair to pair, a dropped scaling begins where the ramp does, wrong pairs
 * are wrong everywhere. What the likeliest mistake leaves stands beside it.
 */
public final class ErrorPicture {

    private static final Color SEEN = new Color(0xb02a2a);
    private static final Color LEFT = new Color(0x0b5394);
    private static final Color ALLOWED = new Color(0x6a9a3a);
    private static final Color GRID = new Color(0xdddddd);

    /** Smaller errors, and none at all, stand on the bottom line of a logarithmic axis. */
    private static final double BOTTOM = 1e-9;

    private final String name;
    private final AuditReport report;
    private final List<Double> left;
    private final String mistake;

    /** The picture of a report; {@code name} is for the title. */
    public ErrorPicture(String name, AuditReport report) {
        this.name = name;
        this.report = report;
        Explanation best = Stream.concat(report.explanations().stream(), report.nearest().stream()).findFirst()
                .orElse(null);
        this.left = best == null ? List.of() : best.left().errors();
        this.mistake = best == null ? "" : best.mistake() + ": " + best.sentence();
    }

    /** Writes the numbers behind the picture. */
    public Path writeCsv(Path folder) throws IOException {
        List<Double> errors = report.expected().errors();
        StringBuilder csv = new StringBuilder("pair,error,allowed,left\n");
        for (int j = 0; j < Math.max(errors.size(), left.size()); j++) {
            csv.append(j).append(',').append(cell(errors, j)).append(',').append(cell(report.expected().allowed(), j))
                    .append(',').append(cell(left, j)).append('\n');
        }
        return Files.writeString(folder.resolve("errors.csv"), csv);
    }

    private static String cell(List<Double> values, int j) {
        return j < values.size() ? String.format(Locale.ROOT, "%.6g", values.get(j)) : "";
    }

    /** Draws the picture. */
    public Path writePng(Path folder) throws IOException {
        XYChart chart = new XYChartBuilder().width(1100).height(700).title("Error per pair: " + name)
                .xAxisTitle("pair").yAxisTitle("largest error").build();
        chart.getStyler().setYAxisLogarithmic(true).setPlotGridLinesColor(GRID).setYAxisDecimalPattern("0E0")
                .setLegendPosition(LegendPosition.OutsideS).setChartBackgroundColor(Color.WHITE);
        chart.getStyler().setYAxisMin(BOTTOM).setYAxisMax(10.0);
        line(chart, "what the engine uses against the configuration", report.expected().errors(), SEEN,
                SeriesMarkers.CIRCLE);
        line(chart, "allowed", report.expected().allowed(), ALLOWED, SeriesMarkers.NONE);
        if (!left.isEmpty()) {
            line(chart, (report.explanations().isEmpty() ? "nearest: " : "left by ") + mistake, left, LEFT,
                    SeriesMarkers.DIAMOND);
        }
        return Png.write(chart, folder.resolve("errors.png"));
    }

    private static void line(XYChart chart, String name, List<Double> values, Color color, Marker marker) {
        double[] x = IntStream.range(0, values.size()).asDoubleStream().toArray();
        double[] y = values.stream().mapToDouble(e -> Math.clamp(e, BOTTOM, 10)).toArray();
        chart.addSeries(name, x, y).setMarker(marker).setMarkerColor(color).setLineColor(color)
                .setLineStyle(new BasicStroke(1.8f));
    }
}
