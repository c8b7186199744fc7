package dev.sextant.benchmarks.report;

import dev.sextant.cli.plot.Png;
import dev.sextant.cli.text.Spread;
import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** How many times as long each rival takes as our fastest row of the same work: bars at the median, whiskers over rounds. */
final class PeersChart {

    private record Bar(String label, Spread ratio) {}

    private PeersChart() {}

    static List<Path> write(Rounds rounds, Map<String, String> facts, Path folder) throws IOException {
        List<Bar> bars = bars(rounds);
        if (bars.isEmpty()) {
            return List.of();
        }
        StringBuilder csv = new StringBuilder("rival,times as long: median,least,greatest\n");
        bars.forEach(b -> csv.append(String.format(Locale.ROOT, "%s,%.4g,%.4g,%.4g%n", b.label(), b.ratio().median(),
                b.ratio().least(), b.ratio().greatest())));
        Path table = Files.writeString(folder.resolve("peers.csv"), csv);
        return List.of(Png.write(chart(bars, Facts.title("Times as long as Sextant's fastest row", facts, rounds)),
                folder.resolve("peers.png")), table);
    }

    private static List<Bar> bars(Rounds rounds) {
        List<Bar> bars = new ArrayList<>();
        for (Row rival : rounds.rows()) {
            if (rival.kind() == Row.Kind.CEILING || rival.kind() == Row.Kind.OURS) {
                continue;
            }
            rounds.best(rival, Row.Kind.OURS)
                    .ifPresent(ours -> bars.add(new Bar(label(rival), Rounds.ratio(rival, ours))));
        }
        return bars;
    }

    private static String label(Row rival) {
        return rival.workload().replaceFirst("(W\\d+).*", "$1") + " " + rival.name();
    }

    /**
     * Logarithms on a plain axis whose labels undo them: bars then stand on 1, those who are faster than us hang from it, and the
     * library's whiskers are right, which on its logarithmic axis they are not.
     */
    private static CategoryChart chart(List<Bar> bars, String title) {
        CategoryChart chart = new CategoryChartBuilder().width(Math.max(1100, 30 * bars.size())).height(800)
                .title(title)
                .yAxisTitle("times as long (1: as fast)").build();
        chart.getStyler().setOverlapped(true).setXAxisLabelRotation(90).setXAxisTickMarkSpacingHint(1)
                .setXAxisMaxLabelCount(bars.size()).setYAxisTickLabelsFormattingFunction(PeersChart::power)
                .setLegendPosition(LegendPosition.InsideNE).setChartBackgroundColor(Color.WHITE)
                .setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 13));
        List<String> labels = bars.stream().map(Bar::label).toList();
        chart.addSeries("median", labels, bars.stream().map(b -> Math.log10(b.ratio().median())).toList())
                .setFillColor(new Color(0x0b5394));
        // a whisker is symmetric about its point, a median is not in the middle: so whiskers stand on the middle
        chart.addSeries("least to greatest of the rounds", labels, bars.stream().map(b -> middle(b.ratio())).toList(),
                bars.stream().map(b -> Math.log10(b.ratio().greatest()) - middle(b.ratio())).toList())
                .setChartCategorySeriesRenderStyle(CategorySeries.CategorySeriesRenderStyle.Scatter)
                .setMarker(SeriesMarkers.NONE);
        return chart;
    }

    private static String power(double exponent) {
        return String.format(Locale.ROOT, "%.3g", Math.pow(10, exponent));
    }

    private static double middle(Spread ratio) {
        return (Math.log10(ratio.least()) + Math.log10(ratio.greatest())) / 2;
    }
}
