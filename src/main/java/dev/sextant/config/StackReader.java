package dev.sextant.config;

import dev.sextant.config.EmbeddingFamily.PositionRule;
import dev.sextant.config.EmbeddingFamily.StackRule;
import dev.sextant.config.GeneratedPositions.Origin;
import dev.sextant.encoding.Additive;
import dev.sextant.encoding.AngleMode;
import dev.sextant.encoding.GridSinusoidal;
import dev.sextant.encoding.LearnedPositions;
import dev.sextant.encoding.PatchGrid;
import dev.sextant.encoding.Sinusoidal;
import dev.sextant.encoding.TooLong;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One entrance of a model: the rule of its type with the numbers of a file. */
final class StackReader {

    private static final int WIDEST = 1 << 20;

    /** Rows of the tables of DETR, fixed in its class. */
    private static final int DETR_ROWS = 50;

    private final StackRule rule;
    private final StackKeys keys;
    private final Notes notes;
    private final String widthKey;
    private final int width;

    StackReader(StackRule rule, StackKeys keys, Notes notes) {
        this.rule = rule;
        this.keys = keys;
        this.notes = notes;
        this.widthKey = rule.width().split("=")[0];
        this.width = keys.count(rule.width(), WIDEST);
    }

    EmbeddingStack read() {
        String kind = keys.text("position_embedding_type");
        boolean detr = rule.rule() == PositionRule.DETR;
        if (detr && kind == null) {
            throw keys.missing("position_embedding_type");
        }
        if (detr ? !List.of("sine", "learned").contains(kind) : kind != null && !kind.equals("absolute")) {
            throw keys.object().refuse("position_embedding_type", "is \"" + ConfigObject.cut(String.valueOf(kind))
                    + "\", wanted " + (detr
                            ? "\"sine\" or \"learned\""
                            : "\"absolute\": other positions are not added "
                                    + "to embeddings"));
        }
        if (detr && "learned".equals(kind)) {
            return stack(null, rowsAndColumns(), null);
        }
        ImagePatches patches = switch (rule.rule()) {
            case PATCHES, MAE -> patches();
            default -> null;
        };
        LearnedPositions learned = learned(patches);
        GeneratedPositions generated = learned == null ? generated() : null;
        return stack(generated, new EmbeddingTables(keys, width).of(rule.tables(), learned), patches);
    }

    private EmbeddingStack stack(@Nullable GeneratedPositions generated, List<EmbeddingTable> tables,
            @Nullable ImagePatches patches) {
        return new EmbeddingStack(rule.name(), width, scale(), Optional.ofNullable(generated), tables,
                Optional.ofNullable(patches));
    }

    private double scale() {
        String cell = rule.scale();
        if (cell.equals("1") || cell.equals("root")) {
            return cell.equals("1") ? 1 : Math.sqrt(width);
        }
        if (cell.startsWith("!")) {
            String flag = cell.substring(1);
            if (keys.object().flag(flag)) {
                notes.warn(keys.object(), flag, "is true, but the reference class multiplies nothing by it");
            }
            return 1;
        }
        return keys.flag(cell) ? Math.sqrt(width) : 1;
    }

    /** The rule of a learned table of positions, or null where positions are generated. */
    private @Nullable LearnedPositions learned(@Nullable ImagePatches patches) {
        return switch (rule.rule()) {
            case BERT -> LearnedPositions.bert(rows());
            case BART -> LearnedPositions.bart(rows());
            case OPT -> LearnedPositions.opt(rows());
            case ROBERTA -> LearnedPositions.roberta(rows(), padding(2));
            case PROPHETNET -> new LearnedPositions(rows(), padding(2) + 1, LearnedPositions.COUNTED, TooLong.CLAMP);
            case TAPAS -> tapas();
            case VASWANI -> keys.flag(rule.ruleKey()) ? null : LearnedPositions.bert(rows());
            case PATCHES -> ofPatches(patches);
            default -> null;
        };
    }

    /** Positions within a cell are clamped, and only those. */
    private LearnedPositions tapas() {
        if (!keys.flag("reset_position_index_per_cell")) {
            return LearnedPositions.bert(rows());
        }
        notes.warn(keys.object(), "reset_position_index_per_cell",
                "is true: positions start at 0 again in every cell of the table, and those beyond the last row read it");
        return LearnedPositions.bert(rows()).tooLong(TooLong.CLAMP);
    }

    private LearnedPositions ofPatches(@Nullable ImagePatches patches) {
        if (!rule.ruleKey().isEmpty() && !keys.flag(rule.ruleKey())) {
            throw keys.object().refuse(rule.ruleKey(),
                    "is false: nothing is added to embeddings, positions enter the scores if at all");
        }
        if (patches == null) {
            throw new IllegalStateException("patches were not read");
        }
        return LearnedPositions.bert(patches.prefix() + patches.grid().tokens());
    }

    private int rows() {
        return keys.count(rule.rows(), StackKeys.MANY);
    }

    /** The padding id, which is a row; {@code after} rows from it on must exist. */
    private int padding(int after) {
        int id = keys.id("pad_token_id");
        if (id > rows() - after) {
            throw keys.object().refuse("pad_token_id", "got " + id + ", wanted at most " + (rows() - after)
                    + ": it is the row of padding in a table of " + rows()
                    + " rows, the next one is that of position 0");
        }
        return id;
    }

    private ImagePatches patches() {
        String[] cells = rule.rows().split("/");
        boolean stated = cells.length == 1;
        int[] image = keys.sides("image_size", stated ? 0 : Integer.parseInt(cells[1]));
        int[] patch = keys.sides("patch_size", stated ? 0 : Integer.parseInt(cells[2]));
        if (patch[0] > image[0] || patch[1] > image[1]) {
            throw keys.object().refuse("patch_size",
                    "got " + patch[0] + " x " + patch[1] + ", wanted at most the image, "
                            + image[0] + " x " + image[1]);
        }
        try {
            PatchGrid grid = PatchGrid.image(image[0] / patch[0], image[1] / patch[1]);
            return new ImagePatches(grid, Integer.parseInt(cells[0]));
        } catch (IllegalArgumentException e) {
            throw keys.object().refuse("image_size", String.valueOf(e.getMessage()));
        }
    }

    private GeneratedPositions generated() {
        return switch (rule.rule()) {
            case VASWANI -> counted(() -> Sinusoidal.vaswani(width));
            case SPEECHT5 -> counted(() -> float32(Sinusoidal.vaswani(width)));
            case MARIAN -> counted(() -> Sinusoidal.marian(width));
            case CTRL -> counted(() -> Sinusoidal.ctrl(width));
            case PEGASUS_X -> counted(() -> float32(Sinusoidal.whisper(width)));
            case WHISPER -> counted(() -> float32(Sinusoidal.whisper(width)));
            case MUSICGEN -> counted(() -> float32(Sinusoidal.musicGen(width)));
            case XGLM -> {
                int pad = keys.id("pad_token_id");
                yield counted(() -> float32(Sinusoidal.fairseq(width, pad).offset(2)));
            }
            case FAIRSEQ, FAIRSEQ_MASK -> afterPadding(keys.id(rule.ruleKey()));
            case MAE -> new GeneratedPositions(
                    made(() -> GridSinusoidal.mae(width, GridSinusoidal.Order.COLUMN_FIRST).zeroRow(-1)),
                    Origin.PATCH_GRID, OptionalInt.empty(), OptionalInt.empty());
            case DETR -> new GeneratedPositions(made(() -> GridSinusoidal.detr(half(), 10_000, 10_000)),
                    Origin.NORMALISED_GRID, OptionalInt.empty(), OptionalInt.empty());
            default -> throw new IllegalStateException(rule.toString());
        };
    }

    private GeneratedPositions afterPadding(int id) {
        if (rule.rule() == PositionRule.FAIRSEQ_MASK && id != 1) {
            throw keys.object().refuse(rule.ruleKey(),
                    "got " + id + ", wanted 1: the reference class takes a mask, 1 for "
                            + "padding, for token ids here");
        }
        return new GeneratedPositions(made(() -> float32(Sinusoidal.fairseq(width, id))), Origin.AFTER_PADDING,
                OptionalInt.of(id), OptionalInt.of(rows()));
    }

    private GeneratedPositions counted(Supplier<Additive> encoding) {
        return new GeneratedPositions(made(encoding), Origin.COUNTED, OptionalInt.empty(), OptionalInt.of(rows()));
    }

    /** The class works in float32 from the exponent on. */
    private static Sinusoidal float32(Sinusoidal encoding) {
        return encoding.angles(AngleMode.HF_FLOAT32);
    }

    /** Only the width can be wrong. */
    private Additive made(Supplier<Additive> encoding) {
        try {
            return encoding.get();
        } catch (IllegalArgumentException e) {
            throw keys.object().refuse(widthKey, String.valueOf(e.getMessage()));
        }
    }

    private int half() {
        if (width % 2 != 0) {
            throw new IllegalArgumentException("width: got " + width + ", wanted an even number");
        }
        return width / 2;
    }

    /** Columns first, each half as wide. */
    private List<EmbeddingTable> rowsAndColumns() {
        LearnedPositions fifty = LearnedPositions.bert(DETR_ROWS);
        List<EmbeddingTable> tables = new ArrayList<>();
        if (width % 2 != 0) {
            throw keys.object().refuse(widthKey, "got " + width + ", wanted an even number");
        }
        tables.add(new EmbeddingTable("column", "column", fifty, 0, width / 2));
        tables.add(new EmbeddingTable("row", "row", fifty, width / 2, width / 2));
        return tables;
    }
}
