package dev.sextant.benchmarks.report;

import dev.sextant.cli.plot.Png;
import dev.sextant.cli.text.Spread;
import java.awt.BasicStroke;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Operations a second over operations a byte: the roofs are what the machine did in the same rounds, the points our fastest rows.
 *
 * @param title above the picture
 * @param roofs rising lines, gigabytes a second by name, and the flat one
 * @param peak flat roof, operations a second
 * @param points rows
 */
record Roofline(String title, Map<String, Double> roofs, double peak, List<Point> points) {

    private static final double LEAST = 1.0 / 16;
    private static final double MOST = 1024;

    /** A row: operations a byte, operations a second. */
    record Point(String name, double intensity, double rate) {}

    static Roofline of(Rounds rounds, Map<String, String> facts) {
        List<Point> points = new ArrayList<>();
        for (Row row : Table.fastest(rounds)) {
            Work.of(row).filter(w -> w.operations() > 0).ifPresent(w -> points.add(new Point(row.toString(),
                    w.operations() / w.bytes(), w.operations() / seconds(row))));
        }
        Map<String, Double> roofs = new LinkedHashMap<>();
        for (String kind : List.of("READ_8", "READ", "IN_PLACE", "COPY")) {
            machine(rounds, kind).ifPresent(s -> roofs.put(kind.toLowerCase(Locale.ROOT).replace('_', ' '),
                    Work.MACHINE_BYTES * (kind.startsWith("READ") ? 1 : 2) / s));
        }
        double peak = machine(rounds, "FMA").map(s -> 2.0 * Work.MACHINE_BYTES / s).orElse(0.0);
        return new Roofline(Facts.title("Roofline, one thread", facts, rounds), roofs, peak, points);
    }

    private static Optional<Double> machine(Rounds rounds, String kind) {
        return rounds.rows().stream().filter(r -> r.workload().equals("Machine") && r.parameter("kind").equals(kind))
                .findFirst().map(Roofline::seconds);
    }

    private static double seconds(Row row) {
        double scale = switch (row.unit()) {
            case "ns" -> 1e-9;
            case "us" -> 1e-6;
            case "ms" -> 1e-3;
            default -> 1;
        };
        return Spread.of(row.times()).median() * scale;
    }

    /** Writes the table and the picture; without the machine's own rows there are no roofs and so no picture. */
    List<Path> write(Path folder) throws IOException {
        if (roofs.isEmpty() || peak == 0 || points.isEmpty()) {
            return List.of();
        }
        StringBuilder csv = new StringBuilder("what,operations a byte,operations a second,bytes a second\n");
        roofs.forEach((name, bytes) -> csv.append(String.format(Locale.ROOT, "%s,,,%.4g%n", name, bytes)));
        csv.append(String.format(Locale.ROOT, "multiply-add,,%.4g,%n", peak));
        points.forEach(
                p -> csv.append(String.format(Locale.ROOT, "%s,%.4g,%.4g,%n", p.name(), p.intensity(), p.rate())));
        return List.of(Png.write(chart(), folder.resolve("roofline.png")),
                Files.writeString(folder.resolve("roofline.csv"), csv));
    }

    private XYChart chart() {
        XYChart chart = new XYChartBuilder().width(1300).height(850).title(title).xAxisTitle("operations a byte")
                .yAxisTitle("gigaoperations a second").build();
        chart.getStyler().setXAxisLogarithmic(true).setYAxisLogarithmic(true).setPlotGridLinesColor(new Color(0xdddddd))
                .setMarkerSize(9).setLegendPosition(LegendPosition.OutsideE).setChartBackgroundColor(Color.WHITE);
        roofs.forEach((name, bytes) -> chart
                .addSeries(name, new double[]{LEAST, peak / bytes}, new double[]{LEAST * bytes / 1e9, peak / 1e9})
                .setMarker(SeriesMarkers.NONE).setLineStyle(new BasicStroke(1.2f)));
        chart.addSeries("multiply-add", new double[]{LEAST, MOST}, new double[]{peak / 1e9, peak / 1e9})
                .setMarker(SeriesMarkers.NONE).setLineStyle(new BasicStroke(1.6f)).setLineColor(Color.BLACK);
        for (int i = 0; i < points.size(); i++) {
            Point p = points.get(i);
            chart.addSeries(p.name(), new double[]{p.intensity()}, new double[]{p.rate() / 1e9})
                    .setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter)
                    .setMarkerColor(Color.getHSBColor(0.61f * i, 0.9f, 0.35f + 0.4f * (i % 2)));
        }
        return chart;
    }
}
