import { type Diagram, KINDS, type Kind, sizesText } from './diagram.js';
import { absorb, type Block, FOLD_ABOVE, type Folded, fold } from './fold.js';
import { KIND_COLOURS, KIND_NAMES, mix, styleSheet, type Theme } from './palette.js';
import { type Arc, type DrawnRow, drawArcs, LANE, lanesOf, sideTracks } from './shortcuts.js';
import { element, fitText, polygon, svgDocument, textAt, textWidth, tooltip } from './svg.js';
import { type Track, tracksOf } from './tracks.js';
import {
  LABEL_SIZE,
  layoutTrack,
  type PlacedRun,
  type PlacedVolume,
  scaleFor,
  type VolumeRow,
  type VolumeScale,
} from './volume-layout.js';

/** How a picture of a net is drawn. */
export interface DrawingOptions {
  /** Pixels. */
  readonly width: number;
  /** Whether blocks that repeat are drawn once; undefined: in nets of more than 24. */
  readonly fold: boolean | undefined;
  readonly theme: Theme;
}

const MARGIN = 28;
const LINE = 15;
const HEAD = 78; // title and legend

/** What is drawn: every block, or with `fold` the first of those that repeat. */
export function foldedFor(blocks: readonly Block[], wanted: boolean | undefined): Folded {
  return (wanted ?? blocks.length > FOLD_ABOVE) ? fold(blocks) : { blocks, repeats: [] };
}

/** Every layer as a volume, to scale, from left to right: height and depth are its map, thickness its channels. */
export function volumesSVG(diagram: Diagram, options: DrawingOptions): string {
  const folded = foldedFor(absorb(diagram, true), options.fold);
  const width = options.width - 2 * MARGIN;
  const tracks = tracksOf(folded.blocks);
  const [main] = tracks as [Track];
  const { arcs, rows: own } = sideTracks(folded, tracks);
  const scale = scaleFor(folded, main.blocks, width);
  const rows: DrawnRow[] = [];
  let top = HEAD;
  for (const track of [main, ...own]) {
    for (const placed of layoutTrack(folded, track.blocks, scale, width)) {
      const row = drawnRow(placed, { track, top, width, arcs });
      rows.push(row);
      top = row.bottom + 24;
    }
  }
  const height = top + 24;
  const sheet = styleSheet(options.theme);
  return svgDocument({ width: options.width, height, title: diagram.title, style: sheet }, [
    textAt(MARGIN, 36, fitText(diagram.title, width, 18), { class: 'title', size: 18 }),
    legend(folded.blocks),
    ...rows.map((row) => drawRow(folded, row, { main, scale, arcs })),
    textAt(MARGIN, height - 14, note(folded), { class: 'quiet', size: LABEL_SIZE }),
  ]);
}

interface RowPlace {
  readonly track: Track;
  readonly top: number;
  readonly width: number;
  readonly arcs: readonly Arc[];
}

/** Where a row lies: shortcuts above its volumes, labels below, the whole in the middle of the picture. */
function drawnRow(placed: VolumeRow, { track, top, width, arcs }: RowPlace): DrawnRow {
  const volumes = placed.runs.flatMap((run) => run.volumes);
  const lanes = lanesOf(arcs, volumes).length;
  const tallest = Math.max(...volumes.map(({ extent }) => (extent.height + extent.up) / 2));
  const lines = Math.max(...placed.runs.map(({ label }) => label.length));
  const right = Math.max(
    ...placed.runs.map((run) => run.right),
    ...placed.repeats.map((repeat) => repeat.right),
  );
  const axis = top + 14 + lanes * LANE + tallest;
  const x = MARGIN + Math.max((width - right) / 2, 0);
  return { ...placed, track, top, axis, tallest, x, right, bottom: axis + tallest + 12 + lines * LINE };
}

function note({ blocks, repeats }: Folded): string {
  const parts = [
    'Height and depth: rows and columns, on one scale. Thickness, and the height of vectors: the square root of the channels.',
    blocks.some(({ node }) => node.caption.includes(' /')) ? '/2: a stride of 2.' : '',
    repeats.length > 0 ? 'In a frame: blocks that repeat, drawn once.' : '',
  ];
  return parts.filter((part) => part !== '').join(' ');
}

/** The kinds that occur, in a row. */
export function legend(blocks: readonly Block[]): string {
  const present = KINDS.filter((kind) => blocks.some(({ node }) => node.kind === kind));
  let x = MARGIN;
  const parts = present.map((kind) => {
    const entry =
      element('rect', { x, y: 51, width: 12, height: 12, rx: 2, class: `fill-${kind}` }) +
      textAt(x + 18, 61, KIND_NAMES[kind], { size: LABEL_SIZE });
    x += 38 + textWidth(KIND_NAMES[kind], LABEL_SIZE);
    return entry;
  });
  return parts.join('');
}

/** The three faces that one sees; the picture of a kind's colour from above is lighter, from the side darker. */
function cuboid({ x, extent }: PlacedVolume, axis: number, kind: Kind, text: string): string {
  const { height, thickness, right, up } = extent;
  const [top, bottom] = [axis + up / 2 - height / 2, axis + up / 2 + height / 2];
  const colour = KIND_COLOURS[kind];
  const face = (points: readonly (readonly [number, number])[], fill: string) =>
    polygon(points, {
      fill,
      stroke: mix(colour, '#000000', 0.45),
      'stroke-width': 0.8,
      'stroke-linejoin': 'round',
    });
  const end = x + thickness;
  return element(
    'g',
    {},
    tooltip(text),
    face(
      [
        [x, top],
        [end, top],
        [end, bottom],
        [x, bottom],
      ],
      colour,
    ),
    face(
      [
        [x, top],
        [x + right, top - up],
        [end + right, top - up],
        [end, top],
      ],
      mix(colour, '#ffffff', 0.42),
    ),
    face(
      [
        [end, top],
        [end + right, top - up],
        [end + right, bottom - up],
        [end, bottom],
      ],
      mix(colour, '#000000', 0.16),
    ),
  );
}

/** All that is known of a block, for a tooltip. */
export function describeBlock({ node, absorbed }: Block): string {
  const layers = [node, ...absorbed].map(
    ({ name, type, detail }) => `${name}: ${type}${detail === '' ? '' : ` ${detail}`}`,
  );
  return `${layers.join('\n')}\n${sizesText(node.shape)}`;
}

/** The window of the layer behind, on the side of a volume, and lines to that layer; small ones would be dots. */
function windowMark(
  folded: Folded,
  from: PlacedVolume,
  to: PlacedVolume,
  { axis, spatial }: { axis: number; spatial: number },
): string {
  const { window } = (folded.blocks[to.block] as Block).node;
  const side = from.extent;
  if (window === undefined || (folded.blocks[from.block] as Block).node.spatial.length < 2) return '';
  const [rows = 1, columns = 1] = window;
  const [height, share] = [rows * spatial, (columns * spatial) / Math.max(side.height, 1)];
  if (height < 8 || height > side.height * 0.9) return '';
  const [right, up] = [side.right * share, side.up * share];
  const x = from.x + side.thickness + (side.right - right) * 0.5;
  const y = axis + side.up / 2 - (side.up - up) * 0.5 - height / 2;
  const corners = [
    [x, y],
    [x + right, y - up],
    [x + right, y - up + height],
    [x, y + height],
  ] as const;
  const rays = [corners[1], corners[2]].map(([fromX, fromY]) =>
    element('line', { x1: fromX, y1: fromY, x2: to.x, y2: axis, class: 'line', 'stroke-width': 0.8 }),
  );
  return (
    polygon(corners, { fill: '#ffffff', 'fill-opacity': 0.5, stroke: '#1f2328', 'stroke-width': 1 }) +
    rays.join('')
  );
}

interface RowParts {
  readonly main: Track;
  readonly scale: VolumeScale;
  readonly arcs: readonly Arc[];
}

function drawRow(folded: Folded, row: DrawnRow, { main, scale, arcs }: RowParts): string {
  const { axis, top, bottom } = row;
  const volumes = row.runs.flatMap((run) => run.volumes);
  const frames = row.repeats.map(({ left, right, times }) => {
    const [y, height] = [top - 4, bottom - top + 12];
    return (
      element('rect', { x: left, y, width: right - left, height, rx: 8, class: 'frame' }) +
      textAt(right - 8, y + 18, `× ${times}`, { class: 'strong', anchor: 'end', size: 14 })
    );
  });
  const links = row.runs.slice(1).map(({ volumes: [to] }, i) => {
    const from = row.runs[i]?.volumes.at(-1) as PlacedVolume;
    return linkBetween(from, to as PlacedVolume, axis);
  });
  const bodies = volumes.map((volume, i) => {
    const block = folded.blocks[volume.block] as Block;
    const body = cuboid(volume, axis, block.node.kind, describeBlock(block));
    const next = volumes[i + 1];
    return (
      body + (next === undefined ? '' : windowMark(folded, volume, next, { axis, spatial: scale.spatial }))
    );
  });
  const ends =
    row.track === main
      ? ''
      : textAt(0, top + 2, endsText(folded, row.track), { class: 'quiet', size: LABEL_SIZE });
  const labels = row.runs.map((run) => label(run, row));
  const parts = [ends, ...frames, ...links, ...bodies, drawArcs(folded, arcs, row), ...labels];
  const shift = { transform: `translate(${Math.round(row.x)} 0)` };
  return element('g', shift, `\n${parts.filter((part) => part !== '').join('\n')}\n`);
}

/** What a branch that has a row of its own starts from and ends in. */
function endsText({ blocks }: Folded, { from, to }: Track): string {
  const name = (at: number) => blocks[at]?.node.name ?? '';
  const start = from === undefined ? 'an input' : `from ${name(from)}`;
  return fitText(`${start}${to.length === 0 ? '' : `, into ${to.map(name).join(', ')}`}`, 900, LABEL_SIZE);
}

/** An arrow from the side of a volume to the next one. */
function linkBetween(from: PlacedVolume, to: PlacedVolume, axis: number): string {
  const start = from.x + from.extent.thickness + from.extent.right / 2;
  if (to.x - start < 9) return '';
  return (
    element('line', { x1: start, y1: axis, x2: to.x - 6, y2: axis, class: 'line' }) +
    polygon(
      [
        [to.x - 1, axis],
        [to.x - 7, axis - 3.5],
        [to.x - 7, axis + 3.5],
      ],
      { class: 'head' },
    )
  );
}

/** The numbers of a run and what makes it, under the tallest volume of the row. */
function label({ label: lines, center }: PlacedRun, { axis, tallest }: DrawnRow): string {
  const texts = lines.map((line, i) =>
    textAt(center, axis + tallest + 20 + i * LINE, line, {
      class: i === 0 ? 'strong' : 'quiet',
      anchor: 'middle',
      size: LABEL_SIZE,
    }),
  );
  return texts.join('');
}
