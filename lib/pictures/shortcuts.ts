import { sizesText } from './diagram.js';
import type { Block, Folded } from './fold.js';
import { coordinate, element, fitText, polygon, textAt, textWidth, tooltip } from './svg.js';
import type { Track } from './tracks.js';
import { LABEL_SIZE, type PlacedVolume, type VolumeRow } from './volume-layout.js';

/** A way past volumes of the main track, with the blocks on it. */
export interface Arc {
  readonly from: number;
  readonly to: number;
  readonly side: readonly number[];
}

/** A row of volumes with its place in the picture. */
export interface DrawnRow extends VolumeRow {
  readonly track: Track;
  /** Pixels from the left edge of the picture to the row's origin. */
  readonly x: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  /** The line on which the middles of the volumes lie. */
  readonly axis: number;
  /** Half the height of the tallest volume. */
  readonly tallest: number;
}

/** The height that one shortcut takes. */
export const LANE = 24;

/** A branch of more blocks than this gets a row of its own. */
const LONGEST_ARC = 3;

/** Branches that are drawn as shortcuts over the main track, and those that need a row. */
export function sideTracks(
  { blocks }: Folded,
  [main, ...others]: readonly Track[],
): { arcs: Arc[]; rows: Track[] } {
  const way = main?.blocks ?? [];
  const arcs: Arc[] = way.flatMap((to, i) =>
    (blocks[to] as Block).inputs
      .filter(({ from }) => from !== way[i - 1] && way.includes(from))
      .map(({ from }) => ({ from, to, side: [] })),
  );
  const rows: Track[] = [];
  for (const track of others) {
    const [to] = track.to;
    const single = track.from !== undefined && track.to.length === 1 && track.blocks.length <= LONGEST_ARC;
    const onMain = single && way.includes(track.from) && way.includes(to as number);
    if (onMain) arcs.push({ from: track.from, to: to as number, side: track.blocks });
    else rows.push(track);
  }
  return { arcs, rows };
}

/** Where an arc touches a row; an end in another row lies beyond the row's own. */
interface Span {
  readonly arc: Arc;
  readonly from: PlacedVolume | undefined;
  readonly to: PlacedVolume | undefined;
}

const topOf = ({ x, extent }: PlacedVolume): number => x + (extent.thickness + extent.right) / 2;

const leftOf = ({ from }: Span): number => (from ? topOf(from) : -1e6);
const rightOf = ({ to }: Span): number => (to ? topOf(to) : 1e6);

/** The arcs over a row in lanes, short ones lowest, so that no two of a lane meet. */
export function lanesOf(arcs: readonly Arc[], volumes: readonly PlacedVolume[]): Span[][] {
  const find = (block: number) => volumes.find((volume) => volume.block === block);
  const spans = arcs
    .map((arc) => ({ arc, from: find(arc.from), to: find(arc.to) }))
    .filter(({ from, to }) => from !== undefined || to !== undefined)
    .sort((a, b) => rightOf(a) - leftOf(a) - (rightOf(b) - leftOf(b)));
  const lanes: Span[][] = [];
  for (const span of spans) {
    const free = lanes.find((lane) =>
      lane.every((other) => leftOf(span) >= rightOf(other) || rightOf(span) <= leftOf(other)),
    );
    if (free === undefined) lanes.push([span]);
    else free.push(span);
  }
  return lanes;
}

/** The shortcuts over a row: up from where they start, along, and down into where they end. */
export function drawArcs(folded: Folded, arcs: readonly Arc[], row: DrawnRow): string {
  const volumes = row.runs.flatMap((run) => run.volumes);
  const top = ({ extent }: PlacedVolume) => row.axis - (extent.height + extent.up) / 2;
  const lanes = lanesOf(arcs, volumes);
  const parts = lanes.flatMap((lane, i) =>
    lane.map((span) => {
      const y = row.axis - row.tallest - 14 - i * LANE;
      const start = span.from ? topOf(span.from) + 3 : -14;
      const end = span.to ? topOf(span.to) - 3 : row.right + 14;
      const up = span.from
        ? `M${coordinate(start)} ${coordinate(top(span.from) - 1)}V${coordinate(y + 6)}q0 -6 6 -6`
        : `M${coordinate(start)} ${coordinate(y)}`;
      const down = span.to
        ? `H${coordinate(end - 6)}q6 0 6 6V${coordinate(top(span.to) - 8)}`
        : `H${coordinate(end)}`;
      const tip = span.to ? top(span.to) - 2 : 0;
      const head = span.to
        ? polygon(
            [
              [end, tip],
              [end - 3.5, tip - 6],
              [end + 3.5, tip - 6],
            ],
            { class: 'head' },
          )
        : '';
      const { label, long } = arcText(folded, span.arc);
      const room = Math.min(end, row.right) - Math.max(start, 0) - 28;
      const text = span.to ? arcLabel(fitText(label, room, LABEL_SIZE), (start + end) / 2, y) : '';
      return element('g', {}, tooltip(long), element('path', { d: up + down, class: 'line' }), head, text);
    }),
  );
  return parts.join('\n');
}

/** A label on a line, with the page's colour behind it. */
function arcLabel(text: string, x: number, y: number): string {
  if (text.length < 3) return '';
  const width = textWidth(text, LABEL_SIZE) + 8;
  return (
    element('rect', { x: x - width / 2, y: y - 8, width, height: 16, class: 'page' }) +
    textAt(x, y + 4, text, { class: 'quiet', anchor: 'middle', size: LABEL_SIZE })
  );
}

/** What lies on an arc: its layers, and their shape where it is not that of the block where the arc ends. */
function arcText({ blocks }: Folded, { side, to }: Arc): { label: string; long: string } {
  if (side.length === 0) return { label: 'identity', long: 'identity' };
  const parts = side.map((at) => blocks[at] as Block);
  const last = sizesText((parts.at(-1) as Block).node.shape);
  const known = last === sizesText((blocks[to] as Block).node.shape);
  return {
    label: parts.map(({ node }) => node.caption).join(', ') + (known ? '' : `: ${last}`),
    long: parts
      .map(({ node }) => `${node.name}: ${node.type} ${node.detail} ${sizesText(node.shape)}`)
      .join('\n'),
  };
}
