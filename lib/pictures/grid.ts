import { ROWS } from './font.js';
import { type Colour, encodePNG, fitRasterText, Raster, rasterTextWidth } from './png.js';
import { colourAt, type Limits, limitsOf, NOT_FINITE, type Ramp, shareOf } from './ramp.js';

/** A map of numbers: one plane, or three that are shown as red, green and blue. */
export interface Tile {
  readonly label: string;
  readonly rows: number;
  readonly columns: number;
  readonly planes: readonly [Float64Array] | readonly [Float64Array, Float64Array, Float64Array];
}

/** Tiles in rows and columns with one colour bar. */
export interface Grid {
  readonly title: string;
  /** Lines under the title. */
  readonly notes: readonly string[];
  readonly tiles: readonly Tile[];
  /** Tiles per row; undefined: about as wide as high, at most 16. */
  readonly columns: number | undefined;
  readonly ramp: Ramp;
  /** Whether the rows and the columns of tiles are numbered at the edges, and tiles have no labels. */
  readonly numbered?: boolean;
}

const WIDTH = 1200;
const MARGIN = 28;
const GAP = 8;
const SCALE = 2; // pixels per dot of the labels
const LABEL = ROWS * SCALE + 4;
const HEAD = 66; // without the notes
const NOTE = 24; // from one note to the next
const FOOT = 84;
const MOST_PER_ROW = 16;
const LARGEST = 40; // pixels per element of a small map
const TALLEST = 320; // pixels of a map
const NARROW = 24; // a map so much wider than high, or higher than wide, is not drawn to scale
const ASIDE = 64; // for numbers before the rows
const PAPER: Colour = [255, 255, 255];
const INK: Colour = [31, 35, 40];
const QUIET: Colour = [87, 96, 106];
const EDGE: Colour = [208, 215, 222];

/** A number as labels write it: three digits. */
export function numberText(value: number): string {
  if (value === 0) return '0';
  const text = String(Number(value.toPrecision(3)));
  return text.length > 8 ? value.toExponential(1) : text;
}

/** Along one axis: how many elements become one pixel (`shrink`), or how many pixels one element becomes (`grow`). */
interface Zoom {
  readonly grow: number;
  readonly shrink: number;
}

const zoomTo = (size: number, room: number): Zoom => {
  const grow = Math.min(Math.floor(room / size), LARGEST);
  return grow >= 1 ? { grow, shrink: 1 } : { grow: 1, shrink: Math.ceil(size / room) };
};

/** One zoom for both axes, unless a map is so narrow that it would be a line. */
function zoomsFor({ rows, columns }: Tile, width: number): readonly [down: Zoom, across: Zoom] {
  const own = [zoomTo(rows, TALLEST), zoomTo(columns, width)] as const;
  if (Math.max(rows / columns, columns / rows) > NARROW) return own;
  const [down, across] = own;
  const zoom = { grow: Math.min(down.grow, across.grow), shrink: Math.max(down.shrink, across.shrink) };
  const one = zoom.shrink > 1 ? { grow: 1, shrink: zoom.shrink } : zoom;
  return [one, one];
}

const pixels = (size: number, { grow, shrink }: Zoom): number => Math.ceil(size / shrink) * grow;

/** A tile with the means of the elements that become one pixel. */
function shrunk(tile: Tile, down: number, across: number): Tile {
  if (down === 1 && across === 1) return tile;
  const [rows, columns] = [Math.ceil(tile.rows / down), Math.ceil(tile.columns / across)];
  const planes = tile.planes.map((plane) => {
    return Float64Array.from({ length: rows * columns }, (_, i) => {
      const [row, column] = [Math.floor(i / columns) * down, (i % columns) * across];
      let [sum, count] = [0, 0];
      for (let y = row; y < Math.min(row + down, tile.rows); y++) {
        for (let x = column; x < Math.min(column + across, tile.columns); x++) {
          sum += plane[y * tile.columns + x] as number;
          count++;
        }
      }
      return sum / count;
    });
  });
  return { label: tile.label, rows, columns, planes: planes as unknown as Tile['planes'] };
}

interface Paint {
  readonly limits: Limits;
  readonly ramp: Ramp;
  /** Pixels per element. */
  readonly across: number;
  readonly down: number;
}

function colourOf(values: readonly number[], { limits, ramp }: Paint): Colour {
  if (!values.every(Number.isFinite)) return NOT_FINITE;
  if (values.length === 1) return colourAt(ramp, shareOf(values[0] as number, limits));
  const [red, green, blue] = values.map((value) => Math.round(255 * shareOf(value, limits)));
  return [red as number, green as number, blue as number];
}

function drawTile(raster: Raster, tile: Tile, left: number, top: number, paint: Paint): void {
  const { across, down } = paint;
  raster.fill(left - 1, top - 1, tile.columns * across + 2, tile.rows * down + 2, EDGE);
  for (let row = 0; row < tile.rows; row++) {
    for (let column = 0; column < tile.columns; column++) {
      const values = tile.planes.map((plane) => plane[row * tile.columns + column] as number);
      raster.fill(left + column * across, top + row * down, across, down, colourOf(values, paint));
    }
  }
}

/** Tiles per row so that the picture is wide rather than high. */
function perRow({ tiles, columns }: Grid): number {
  if (columns !== undefined) return Math.min(columns, tiles.length);
  const { rows, columns: across } = tiles[0] as Tile;
  const square = Math.ceil(Math.sqrt((tiles.length * 1.6 * rows) / across));
  return Math.max(1, Math.min(square, tiles.length, MOST_PER_ROW));
}

/** Where the tiles of a grid lie. */
interface Places {
  readonly count: number;
  readonly left: number;
  readonly top: number;
  /** Pixels from one tile to the next, to the right and down. */
  readonly right: number;
  readonly below: number;
  /** Pixels of a tile. */
  readonly width: number;
  readonly height: number;
}

function placesOf(grid: Grid, tiles: readonly Tile[], zooms: readonly [Zoom, Zoom], room: number): Places {
  const first = grid.tiles[0] as Tile;
  const [height, width] = [pixels(first.rows, zooms[0]), pixels(first.columns, zooms[1])];
  const count = perRow(grid);
  const labelled = !grid.numbered && tiles.some(({ label }) => label !== '');
  const widest = labelled ? Math.max(...tiles.map(({ label }) => rasterTextWidth(label, SCALE))) + 4 : 0;
  const right = Math.min(Math.max(width, widest), room) + GAP;
  const below = height + GAP + (labelled ? LABEL : 0);
  const aside = grid.numbered ? ASIDE : 0;
  const left = Math.floor((WIDTH + aside - count * right + GAP) / 2);
  const top = HEAD + grid.notes.length * NOTE + (grid.numbered ? LABEL : 0);
  return { count, left, top, right, below, width, height };
}

/** A labelled PNG of maps, all in the same colours, with a bar that says which numbers those are. */
export function gridPNG(given: Grid): Uint8Array {
  const count = perRow(given);
  const aside = given.numbered ? ASIDE : 0;
  const room = Math.floor((WIDTH - 2 * MARGIN - aside - (count - 1) * GAP) / count);
  const zooms = zoomsFor(given.tiles[0] as Tile, room);
  const [down, across] = zooms;
  const means = `a pixel is the mean of ${down.shrink} x ${across.shrink} elements`;
  const notes = down.shrink * across.shrink > 1 ? [...given.notes, means] : given.notes;
  const grid = { ...given, notes };
  const tiles = grid.tiles.map((tile) => shrunk(tile, down.shrink, across.shrink));
  const places = placesOf(grid, tiles, zooms, room);
  const bottom = places.top + Math.ceil(tiles.length / count) * places.below;
  const raster = new Raster(WIDTH, bottom + FOOT, PAPER);
  const limits = limitsOf(values(tiles), grid.ramp);
  tiles.forEach((tile, i) => {
    const x = places.left + (i % count) * places.right;
    const y = places.top + Math.floor(i / count) * places.below;
    const inset = Math.floor((places.right - GAP - places.width) / 2);
    drawTile(raster, tile, x + inset, y, { limits, ramp: grid.ramp, across: across.grow, down: down.grow });
    if (!grid.numbered) centred(raster, tile.label, x, y + places.height + 6, places.right - GAP);
  });
  if (grid.numbered) drawNumbers(raster, places, Math.ceil(tiles.length / count));
  const line = (y: number, text: string, scale: number, colour: Colour) =>
    raster.text(MARGIN, y, fitRasterText(text, WIDTH - 2 * MARGIN, scale), { scale, colour });
  line(20, grid.title, 3, INK);
  for (const [i, text] of notes.entries()) line(54 + i * NOTE, text, SCALE, QUIET);
  drawBar(raster, bottom + 12, limits, { ramp: grid.ramp, gaps: hasGaps(tiles) });
  return encodePNG(raster);
}

/** A label in the middle of a width. */
function centred(raster: Raster, text: string, x: number, y: number, width: number): void {
  const label = fitRasterText(text, width, SCALE);
  const start = x + Math.floor((width - rasterTextWidth(label, SCALE)) / 2);
  if (text !== '') raster.text(start, y, label, { scale: SCALE, colour: QUIET });
}

/** Numbers above the columns and before the rows of tiles. */
function drawNumbers(raster: Raster, places: Places, rows: number): void {
  const { left, top, right, below, width, height, count } = places;
  for (let column = 0; column < count; column++) {
    centred(raster, String(column), left + column * right, top - LABEL, width);
  }
  for (let row = 0; row < rows; row++) {
    const label = String(row);
    const y = top + row * below + Math.floor((height - ROWS * SCALE) / 2) + 2;
    raster.text(left - 14 - rasterTextWidth(label, SCALE), y, label, { scale: SCALE, colour: QUIET });
  }
}

function* values(tiles: readonly Tile[]): Iterable<number> {
  for (const { planes } of tiles) for (const plane of planes) yield* plane;
}

const hasGaps = (tiles: readonly Tile[]): boolean =>
  tiles.some(({ planes }) => planes.some((plane) => !plane.every(Number.isFinite)));

const BAR = { width: 420, height: 16 };

/** The colours with the numbers at the ends and in the middle. */
function drawBar(
  raster: Raster,
  top: number,
  limits: Limits,
  { ramp, gaps }: { readonly ramp: Ramp; readonly gaps: boolean },
): void {
  const left = Math.floor((WIDTH - BAR.width) / 2);
  raster.fill(left - 1, top - 1, BAR.width + 2, BAR.height + 2, QUIET);
  for (let x = 0; x < BAR.width; x++) {
    raster.fill(left + x, top, 1, BAR.height, colourAt(ramp, x / (BAR.width - 1)));
  }
  const { least, most } = limits;
  [least, (least + most) / 2, most].forEach((value, i) => {
    const text = Math.abs(value) < (most - least) / 1000 ? '0' : numberText(value);
    const center = left + (BAR.width * i) / 2;
    const x = Math.round(center - rasterTextWidth(text, SCALE) / 2);
    raster.fill(Math.round(center) - (i === 0 ? 1 : 0), top + BAR.height, 1, 4, QUIET);
    raster.text(x, top + BAR.height + 8, text, { scale: SCALE, colour: INK });
  });
  if (gaps) {
    const x = left + BAR.width + 70;
    raster.fill(x, top, BAR.height, BAR.height, NOT_FINITE);
    raster.text(x + BAR.height + 8, top, 'not finite', { scale: SCALE, colour: QUIET });
  }
}
