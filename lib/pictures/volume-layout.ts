import { type DiagramNode, sizesText } from './diagram.js';
import { type Block, type Folded, type Repeat, sectionEnds } from './fold.js';
import { BOLD, textWidth } from './svg.js';

/** Pixels of a volume: its height, its thickness along the flow, and how far its back is shifted to the right and up. */
export interface Extent {
  readonly height: number;
  readonly thickness: number;
  readonly right: number;
  readonly up: number;
}

export interface PlacedVolume {
  readonly block: number;
  readonly x: number;
  readonly extent: Extent;
}

/** Neighbouring volumes of one shape, with one label. */
export interface PlacedRun {
  readonly volumes: readonly PlacedVolume[];
  readonly label: readonly string[];
  /** The middle of the label. */
  readonly center: number;
  readonly left: number;
  readonly right: number;
}

export interface PlacedRepeat {
  readonly times: number;
  readonly left: number;
  readonly right: number;
}

export interface VolumeRow {
  readonly runs: readonly PlacedRun[];
  readonly repeats: readonly PlacedRepeat[];
}

/** Pixels per element of a spatial axis, and pixels per square root of a number of channels. */
export interface VolumeScale {
  readonly spatial: number;
  readonly channels: number;
  /** The largest spatial size of the net: what stands for one that is not known. */
  readonly largest: number;
}

export const LABEL_SIZE = 11.5;
/** The height of the largest map, as a share of the width of the picture. */
const TALLEST = 0.175;
const LEAST = 2.5;
const WITHIN = 3; // between the volumes of a run
const BETWEEN = 14; // between runs
const FRAME = 12; // around a repeat
const RIGHT = 0.36; // how much of a column shows to the right and up
const UP = 0.27;
const BAR = 9; // thickness of a vector

const known = (sizes: readonly (number | null)[], largest: number): number[] =>
  sizes.map((size) => size ?? largest);

export function extentOf(node: DiagramNode, scale: VolumeScale): Extent {
  const across = Math.sqrt(node.channels ?? 1) * scale.channels;
  if (node.spatial.length === 0) {
    return { height: Math.max(across, LEAST), thickness: BAR, right: 5, up: 4 };
  }
  const [rows, columns = 1] = known(node.spatial, scale.largest).slice(-2) as [number, number?];
  const [height, depth] = [rows * scale.spatial, columns * scale.spatial];
  return {
    height: Math.max(height, LEAST),
    thickness: Math.max(across, LEAST),
    right: Math.max(depth * RIGHT, 1.5),
    up: Math.max(depth * UP, 1.2),
  };
}

/** The largest spatial size that is known. */
const largestSpatial = (blocks: readonly Block[]): number =>
  Math.max(1, ...blocks.flatMap(({ node }) => node.spatial.map((size) => size ?? 1)));

/** The lines under a run: the shape, and what makes it, equal ones counted. */
function labelOf(blocks: readonly Block[]): string[] {
  const counts = new Map<string, number>();
  for (const { node, absorbed } of blocks) {
    const merges = absorbed.filter(({ kind }) => kind === 'merging').map(({ caption }) => ` + ${caption}`);
    const text = node.caption + merges.join('');
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  const made = [...counts].map(([text, count]) => (count === 1 ? text : `${count} × ${text}`));
  return [sizesText((blocks[0] as Block).node.shape), ...made];
}

interface Run {
  readonly places: readonly number[];
  readonly label: readonly string[];
  /** The repeat that it is in. */
  readonly repeat: Repeat | undefined;
  /** The section with branches that it is in. */
  readonly section: number | undefined;
}

/** The section of each block that has branches; a plain row of blocks is none. */
function sectionsOf(blocks: readonly Block[]): (number | undefined)[] {
  const ends = sectionEnds(blocks);
  return blocks.map((_, at) => {
    const section = ends.findIndex((end) => at <= end);
    return ends[section] === (ends[section - 1] ?? -1) + 1 ? undefined : section;
  });
}

/** Runs of one shape along a track; the borders of repeats and of sections with branches end them. */
function runsOf({ blocks, repeats }: Folded, track: readonly number[]): Run[] {
  const sections = sectionsOf(blocks);
  const runs: { places: number[]; repeat: Repeat | undefined; section: number | undefined }[] = [];
  for (const at of track) {
    const repeat = repeats.find(({ first, last }) => at >= first && at <= last);
    const section = sections[at];
    const run = runs.at(-1);
    const before = run && (blocks[run.places.at(-1) as number] as Block).node;
    const joins =
      before !== undefined &&
      before.kind !== 'input' &&
      run?.repeat === repeat &&
      run?.section === section &&
      sizesText(before.shape) === sizesText((blocks[at] as Block).node.shape);
    if (joins) run?.places.push(at);
    else runs.push({ places: [at], repeat, section });
  }
  return runs.map((run) => ({ ...run, label: labelOf(run.places.map((at) => blocks[at] as Block)) }));
}

/** Runs that stay in one row: those of a repeat or of a section with branches. */
function unitsOf(runs: readonly Run[]): Run[][] {
  const units: Run[][] = [];
  for (const run of runs) {
    const before = units.at(-1)?.at(-1);
    const repeated = run.repeat !== undefined && before?.repeat === run.repeat;
    const branched = run.section !== undefined && before?.section === run.section;
    if (repeated || branched) units.at(-1)?.push(run);
    else units.push([run]);
  }
  return units;
}

/** The first line is bold. */
const labelWidth = (label: readonly string[]): number =>
  Math.max(...label.map((line, i) => textWidth(line, LABEL_SIZE) * (i === 0 ? BOLD : 1)));

/** Places runs from left to right, each as near to the one before as volumes, labels and frames allow. */
function placeRow(folded: Folded, runs: readonly Run[], scale: VolumeScale, extra: number): VolumeRow {
  const placed: PlacedRun[] = [];
  const repeats: PlacedRepeat[] = [];
  runs.forEach((run, i) => {
    const before = placed.at(-1);
    const border = run.repeat === runs[i - 1]?.repeat ? 0 : FRAME * 2;
    const frame = i === 0 && run.repeat !== undefined ? FRAME : 0;
    const extents = run.places.map((at) => extentOf((folded.blocks[at] as Block).node, scale));
    const front = extents.reduce((sum, { thickness }) => sum + thickness + WITHIN, -WITHIN);
    const width = front + (extents.at(-1) as Extent).right;
    const half = labelWidth(run.label) / 2;
    const shapeLeft = before ? before.volumes.reduce(reachOf, 0) + BETWEEN : 0;
    const labelLeft = before ? before.center + labelWidth(before.label) / 2 + 9 : 0;
    const center = Math.max(shapeLeft + width / 2, labelLeft + half) + (before ? border + extra : frame);
    let x = center - width / 2;
    const volumes = extents.map((extent, j) => {
      const volume = { block: run.places[j] as number, x, extent };
      x += extent.thickness + WITHIN;
      return volume;
    });
    const reach = Math.max(half, width / 2);
    placed.push({ volumes, label: run.label, center, left: center - reach, right: center + reach });
    if (run.repeat === undefined) return;
    const same = i > 0 && runs[i - 1]?.repeat === run.repeat;
    const left = same ? (repeats.pop() as PlacedRepeat).left : center - reach - FRAME;
    repeats.push({ times: run.repeat.times, left, right: center + reach + FRAME });
  });
  return { runs: placed, repeats };
}

const reachOf = (most: number, { x, extent }: PlacedVolume): number =>
  Math.max(most, x + extent.thickness + extent.right);

const widthOfRow = ({ runs, repeats }: VolumeRow): number =>
  Math.max(0, ...runs.map(({ right }) => right), ...repeats.map(({ right }) => right));

const THICKEST = 2.4;
const THINNEST = 0.8;
const LOOSEST = 36; // the most that is added between runs to fill a row

/** The rows of a track. One row where the thickness can be chosen so that it fits, else as many as are needed. */
export function layoutTrack(
  folded: Folded,
  track: readonly number[],
  scale: VolumeScale,
  width: number,
): VolumeRow[] {
  const units = unitsOf(runsOf(folded, track));
  const length = (part: readonly Run[][]) => widthOfRow(placeRow(folded, part.flat(), scale, 0));
  const total = length(units);
  const count = Math.ceil(total / width);
  const rows: Run[][][] = [[]];
  for (const unit of units) {
    const row = rows.at(-1) as Run[][];
    const longer = length([...row, unit]);
    if (row.length > 0 && (longer > width || (longer > 1.08 * (total / count) && rows.length < count)))
      rows.push([unit]);
    else row.push(unit);
  }
  return rows.map((row) => {
    const runs = row.flat();
    const room = (width - widthOfRow(placeRow(folded, runs, scale, 0))) / Math.max(runs.length - 1, 1);
    return placeRow(folded, runs, scale, Math.min(Math.max(room, 0), LOOSEST));
  });
}

/** The scale of a picture: the largest map has a fixed height; volumes are as thick as one row allows. */
export function scaleFor(folded: Folded, track: readonly number[], width: number): VolumeScale {
  const tallest = TALLEST * width;
  const largest = largestSpatial(folded.blocks);
  const spatial = tallest / largest;
  const runs = runsOf(folded, track);
  const longest = Math.max(...folded.blocks.map(({ node }) => Math.sqrt(node.channels ?? 1)));
  for (let channels = Math.min(THICKEST, tallest / longest); channels > THINNEST; channels -= 0.1) {
    const scale = { spatial, channels, largest };
    if (widthOfRow(placeRow(folded, runs, scale, 0)) <= width) return scale;
  }
  return { spatial, channels: THINNEST, largest };
}
