import { sizesText } from './diagram.js';
import { type Block, type Folded, sectionEnds } from './fold.js';
import { BOLD, textWidth } from './svg.js';
import { tracksOf } from './tracks.js';

/** A block with the rectangle that it is drawn in. */
export interface Box {
  readonly at: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly lane: number;
  readonly layer: number;
  readonly column: number;
}

/** A frame around blocks that repeat. */
export interface Frame {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly times: number;
}

export interface GraphLayout {
  readonly boxes: readonly Box[];
  readonly frames: readonly Frame[];
  /** For edges that pass by blocks of their own lane: the x on which they run. */
  readonly passes: ReadonlyMap<string, number>;
  /** The x of the gap to the left of each column. */
  readonly gutters: readonly number[];
  readonly width: number;
  readonly height: number;
}

export const TEXT = 11.5;
export const LINE = 15;
export const PAD = 9;
/** Between a block and the next one below. */
export const GAP = 40;
/** From the left edge of a block to the edges that enter and leave it. */
export const PORT = 30;
const LANE_GAP = 18;
const GUTTER = 44;
const PASS = 16; // between edges that pass by
const NARROWEST = 108;
const WIDEST = 212;
const FRAME = 10;
/** Columns are at most this high while another one fits into the width. */
const HIGHEST = 900;

export const passKey = (from: number, to: number): string => `${from}-${to}`;

/** The lines of a block: class and name, what it does, and what was taken in. */
export function linesOf({ node, absorbed }: Block): { head: string; name: string; rest: string[] } {
  const rest = [node.detail, ...absorbed.map(({ type, detail }) => `+ ${detail === '' ? type : detail}`)];
  return { head: node.type, name: node.name, rest: rest.filter((line) => line !== '') };
}

export const heightOf = (block: Block): number => (2 + linesOf(block).rest.length) * LINE + PAD + 4;

function widthOf(block: Block): number {
  const { head, name, rest } = linesOf(block);
  const texts = [name, ...rest].map((line) => textWidth(line, TEXT));
  const widest = Math.max(textWidth(head, TEXT) * BOLD, ...texts);
  const shape = PORT + 7 + textWidth(sizesText(block.node.shape), TEXT);
  return Math.min(Math.max(widest + 2 * PAD + 6, shape, NARROWEST), WIDEST);
}

/** Between two cuts of the net: blocks in layers from top to bottom and lanes from left to right. */
interface Section {
  readonly first: number;
  readonly last: number;
  readonly lanes: readonly number[];
  readonly layers: readonly number[];
  readonly depth: number;
  /** Edges that run beside the lanes, each with a number of its own. */
  readonly passes: readonly { readonly from: number; readonly to: number; readonly index: number }[];
}

function sectionOf(blocks: readonly Block[], first: number, last: number): Section {
  const part = blocks.slice(first, last + 1).map((block) => ({
    ...block,
    inputs: block.inputs
      .filter(({ from }) => from >= first)
      .map(({ from, shape }) => ({ from: from - first, shape })),
  }));
  const layers: number[] = [];
  for (const { inputs } of part) {
    layers.push(inputs.reduce((layer, { from }) => Math.max(layer, (layers[from] as number) + 1), 0));
  }
  const depth = Math.max(...layers) + 1;
  const taken: [lane: number, from: number, to: number][] = [];
  const lanes = part.map(() => 0);
  tracksOf(part).forEach(({ blocks: way, to }, i) => {
    const start = (layers[way[0] as number] as number) - 1;
    const end = Math.max(layers[way.at(-1) as number] as number, ...to.map((at) => layers[at] as number));
    let lane = i === 0 ? 0 : 1;
    while (taken.some(([other, from, until]) => other === lane && start < until && end > from)) lane++;
    taken.push([lane, start, end]);
    for (const at of way) lanes[at] = lane;
  });
  const edges = blocks.slice(first, last + 1).flatMap(({ inputs }, i) => {
    return inputs.map(({ from }) => ({ from, to: first + i }));
  });
  const laneOf = (at: number) => (at < first ? 0 : (lanes[at - first] as number));
  const layerOf = (at: number) => (at < first ? -1 : (layers[at - first] as number));
  const passes: { from: number; to: number; index: number }[] = [];
  for (const { from, to } of edges) {
    if (laneOf(from) !== laneOf(to) || layerOf(to) === layerOf(from) + 1) continue;
    const clashes = (index: number) =>
      passes.some(
        (other) =>
          other.index === index && layerOf(from) < layerOf(other.to) && layerOf(to) > layerOf(other.from),
      );
    let index = 0;
    while (clashes(index)) index++;
    passes.push({ from, to, index });
  }
  return { first, last, lanes, layers, depth, passes };
}

/** The heights of the layers of a section, gaps included. */
function layerHeights(blocks: readonly Block[], { first, layers, depth }: Section): number[] {
  const heights = new Array<number>(depth).fill(0);
  layers.forEach((layer, i) => {
    heights[layer] = Math.max(heights[layer] as number, heightOf(blocks[first + i] as Block) + GAP);
  });
  return heights;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Sections that must stay in one column: those of a repeat. */
function unitsOf(sections: readonly Section[], { repeats }: Folded): Section[][] {
  const units: Section[][] = [];
  let open = -1;
  for (const section of sections) {
    const repeat = repeats.findIndex(({ first, last }) => section.first >= first && section.last <= last);
    if (repeat >= 0 && repeat === open) units.at(-1)?.push(section);
    else units.push([section]);
    open = repeat;
  }
  return units;
}

/** Units in at most `count` columns, the highest as low as it can be. */
function columnsOf(
  units: readonly Section[][],
  heightFor: (unit: Section[]) => number,
  count: number,
): Section[][] {
  const fill = (limit: number): Section[][] => {
    const columns: Section[][] = [[]];
    let height = 0;
    for (const unit of units) {
      height += heightFor(unit);
      if (height > limit && columns.at(-1)?.length !== 0) {
        columns.push([]);
        height = heightFor(unit);
      }
      columns.at(-1)?.push(...unit);
    }
    return columns;
  };
  let [low, high] = [0, sum(units.map(heightFor))];
  while (high - low > 1) {
    const middle = (low + high) / 2;
    if (fill(middle).length <= count) high = middle;
    else low = middle;
  }
  return fill(high);
}

interface Column {
  readonly sections: readonly Section[];
  /** The left edge and the width of each lane. */
  readonly lanes: readonly { readonly x: number; readonly width: number }[];
  readonly width: number;
  readonly height: number;
}

function columnOf(blocks: readonly Block[], sections: readonly Section[]): Column {
  const widths: number[] = [];
  for (const { first, lanes } of sections) {
    lanes.forEach((lane, i) => {
      widths[lane] = Math.max(widths[lane] ?? 0, widthOf(blocks[first + i] as Block));
    });
  }
  let x = 0;
  const lanes = widths.map((width) => {
    const lane = { x, width };
    x += width + LANE_GAP;
    return lane;
  });
  const passes = Math.max(0, ...sections.flatMap((section) => section.passes.map(({ index }) => index + 1)));
  const own = Math.max(...sections.map((section) => rightOf(lanes, section) + section.passes.length * PASS));
  const height = sum(sections.flatMap((section) => layerHeights(blocks, section)));
  return { sections, lanes, width: Math.max(own, x - LANE_GAP) + (passes > 0 ? 4 : 0), height };
}

/** Where the lanes that a section uses end. */
const rightOf = (lanes: Column['lanes'], section: Section): number => {
  const last = lanes[Math.max(...section.lanes)] as { x: number; width: number };
  return last.x + last.width;
};

/** Places the blocks of a net in columns from left to right, each read from top to bottom. */
export function layoutGraph(folded: Folded, width: number): GraphLayout {
  const { blocks } = folded;
  const ends = sectionEnds(blocks);
  const sections = ends.map((end, i) => sectionOf(blocks, i === 0 ? 0 : (ends[i - 1] as number) + 1, end));
  const units = unitsOf(sections, folded);
  const heights = new Map(
    units.map((unit) => [unit, sum(unit.flatMap((part) => layerHeights(blocks, part)))]),
  );
  const heightFor = (unit: Section[]) => heights.get(unit) as number;
  const build = (count: number) => columnsOf(units, heightFor, count).map((part) => columnOf(blocks, part));
  const widthFor = (columns: readonly Column[]) =>
    sum(columns.map((column) => column.width + GUTTER)) - GUTTER;
  let columns = build(1);
  for (let count = 2; count <= units.length; count++) {
    const next = build(count);
    const high = Math.max(...columns.map(({ height }) => height)) > HIGHEST;
    if (!high || widthFor(next) > width) break;
    columns = next;
  }
  return placed(folded, columns);
}

function placed(folded: Folded, columns: readonly Column[]): GraphLayout {
  const boxes: Box[] = [];
  const passes = new Map<string, number>();
  const gutters: number[] = [];
  let left = 0;
  columns.forEach((column, index) => {
    gutters.push(left - GUTTER / 2);
    let y = 0;
    for (const section of column.sections) {
      const heights = layerHeights(folded.blocks, section);
      section.layers.forEach((layer, i) => {
        const at = section.first + i;
        const lane = section.lanes[i] as number;
        const { x, width } = column.lanes[lane] as { x: number; width: number };
        const top = y + sum(heights.slice(0, layer));
        const height = heightOf(folded.blocks[at] as Block);
        boxes[at] = { at, x: left + x, y: top, width, height, lane, layer, column: index };
      });
      for (const { from, to, index: pass } of section.passes) {
        passes.set(passKey(from, to), left + rightOf(column.lanes, section) + (pass + 1) * PASS);
      }
      y += sum(heights);
    }
    left += column.width + GUTTER;
  });
  const frames = folded.repeats.map((repeat) => frameOf(boxes, passes, repeat));
  const height = Math.max(...columns.map((column) => column.height));
  return { boxes, frames, passes, gutters, width: left - GUTTER, height };
}

function frameOf(
  boxes: readonly Box[],
  passes: ReadonlyMap<string, number>,
  { first, last, times }: { readonly first: number; readonly last: number; readonly times: number },
): Frame {
  const inside = boxes.slice(first, last + 1);
  const x = Math.min(...inside.map((box) => box.x)) - FRAME;
  const y = Math.min(...inside.map((box) => box.y)) - FRAME / 2 - 2;
  const beside = [...passes]
    .filter(([key]) => Number(key.split('-')[1]) >= first && Number(key.split('-')[1]) <= last)
    .map(([, at]) => at);
  const right = Math.max(...inside.map((box) => box.x + box.width), ...beside) + FRAME;
  const bottom = Math.max(...inside.map((box) => box.y + box.height)) + FRAME / 2;
  return { x, y, width: right - x, height: bottom - y, times };
}
