package dev.sextant.cli.plot;

import java.awt.BasicStroke;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.knowm.xchart.HeatMapChart;
import org.knowm.xchart.HeatMapChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** A picture and the table of its numbers: lines over one axis, or a field of cells. */
public final class Figure {

    private static final int WIDTH = 1100;
    private static final int HEIGHT = 700;
    private static final int MOST_CELLS = 256;
    private static final Color GRID = new Color(0xdddddd);

    /** A line of a figure; NaN is a gap. */
    record Line(String name, double[] x, double[] y, boolean reference) {}

    private final String file;
    private final String title;
    private final String xTitle;
    private final String yTitle;
    private final List<Line> lines = new ArrayList<>();
    private boolean logX;
    private boolean logY;
    private double[][] cells = {};

    /** An empty figure, written to {@code file}.png and .csv. */
    public Figure(String file, String title, String xTitle, String yTitle) {
        this.file = file;
        this.title = title;
        this.xTitle = xTitle;
        this.yTitle = yTitle;
    }

    /** Which axes are logarithmic. */
    public Figure logarithmic(boolean x, boolean y) {
        this.logX = x;
        this.logY = y;
        return this;
    }

    /** Adds a line. */
    public Figure line(String name, double[] x, double[] y) {
        lines.add(new Line(name, x, y, false));
        return this;
    }

    /** A level to compare with, drawn thin. */
    Figure level(String name, double first, double last, double y) {
        lines.add(new Line(name, new double[]{first, last}, new double[]{y, y}, true));
        return this;
    }

    /** {@code cells[row][column]}. */
    Figure cells(double[][] newCells) {
        this.cells = newCells;
        return this;
    }

    /** Writes the table and the picture; returns both files. */
    public List<Path> write(Path folder) throws IOException {
        Path table = Files.writeString(folder.resolve(file + ".csv"), csv());
        Path picture = Png.write(cells.length > 0 ? heat() : chart(), folder.resolve(file + ".png"));
        return List.of(picture, table);
    }

    private String csv() {
        StringBuilder csv = new StringBuilder(cells.length > 0 ? "row,column,value\n" : "series,x,y\n");
        for (int r = 0; r < cells.length; r++) {
            for (int c = 0; c < cells[r].length; c++) {
                csv.append(r).append(',').append(c).append(',').append(number(cells[r][c])).append('\n');
            }
        }
        for (Line line : lines) {
            for (int i = 0; i < line.x().length; i++) {
                csv.append(line.name().replace(',', ';')).append(',').append(number(line.x()[i])).append(',')
                        .append(number(line.y()[i])).append('\n');
            }
        }
        return csv.toString();
    }

    private static String number(double x) {
        return Double.isNaN(x) ? "" : String.format(Locale.ROOT, "%.9g", x);
    }

    private XYChart chart() {
        XYChart chart = new XYChartBuilder().width(WIDTH).height(HEIGHT).title(title).xAxisTitle(xTitle)
                .yAxisTitle(yTitle).build();
        chart.getStyler().setXAxisLogarithmic(logX).setYAxisLogarithmic(logY).setPlotGridLinesColor(GRID)
                .setLegendPosition(LegendPosition.OutsideS).setChartBackgroundColor(Color.WHITE);
        if (logY) {
            chart.getStyler().setYAxisDecimalPattern("0E0");
        }
        for (Line line : lines) {
            // a logarithmic axis has no place for 0 and less: such points stay out of the picture, not of the table
            int[] shown = IntStream.range(0, line.x().length)
                    .filter(i -> !Double.isNaN(line.y()[i]) && (!logY || line.y()[i] > 0) && (!logX || line.x()[i] > 0))
                    .toArray();
            if (shown.length > 0) {
                chart.addSeries(line.name(), Arrays.stream(shown).mapToDouble(i -> line.x()[i]).toArray(),
                        Arrays.stream(shown).mapToDouble(i -> line.y()[i]).toArray()).setMarker(SeriesMarkers.NONE)
                        .setLineStyle(new BasicStroke(line.reference() ? 1.0f : 1.8f));
            }
        }
        return chart;
    }

    private HeatMapChart heat() {
        HeatMapChart chart = new HeatMapChartBuilder().width(WIDTH).height(HEIGHT).title(title).xAxisTitle(xTitle)
                .yAxisTitle(yTitle).build();
        chart.getStyler().setChartBackgroundColor(Color.WHITE).setPlotContentSize(1);
        double most = 1e-30;
        double least = 0;
        for (double[] row : cells) {
            for (double cell : row) {
                most = Math.max(most, Math.abs(cell));
                least = Math.min(least, cell);
            }
        }
        Color blue = new Color(0x0b5394);
        chart.getStyler().setMin(least < 0 ? -most : 0).setMax(most).setRangeColors(least < 0
                ? new Color[]{blue, Color.WHITE, new Color(0xb02a2a)}
                : new Color[]{Color.WHITE, blue});
        int rows = Math.min(cells.length, MOST_CELLS);
        int columns = Math.min(cells[0].length, MOST_CELLS);
        int[] x = new int[columns];
        int[] y = new int[rows];
        List<Number[]> data = new ArrayList<>();
        for (int c = 0; c < columns; c++) {
            x[c] = (int) ((long) c * cells[0].length / columns);
            for (int r = 0; r < rows; r++) {
                y[r] = (int) ((long) r * cells.length / rows);
                data.add(new Number[]{c, r, cells[y[r]][x[c]]});
            }
        }
        chart.addSeries("cells", Arrays.stream(x).boxed().toList(), Arrays.stream(y).boxed().toList(), data);
        return chart;
    }
}
