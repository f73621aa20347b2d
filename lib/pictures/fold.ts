import { type Diagram, type DiagramNode, type Sizes, sizesText } from './diagram.js';

/** A box or a volume of a picture: a layer, and the layers behind it that work element by element. */
export interface Block {
  readonly node: DiagramNode;
  /** The layers that were taken in, in their order. */
  readonly absorbed: readonly DiagramNode[];
  /** The blocks that it reads, by their place, each once and in order. */
  readonly inputs: readonly { readonly from: number; readonly shape: Sizes }[];
}

/** Blocks that stand for `times` equal ones in a row. */
export interface Repeat {
  /** The places of the first and the last block that is drawn. */
  readonly first: number;
  readonly last: number;
  readonly times: number;
}

/** What is drawn of a net. */
export interface Folded {
  readonly blocks: readonly Block[];
  readonly repeats: readonly Repeat[];
}

/** Each layer by itself. */
export const separate = ({ nodes }: Diagram): Block[] =>
  nodes.map((node) => ({ node, absorbed: [], inputs: node.inputs }));

/**
 * Takes layers that work element by element into the block before them, where nothing else reads that block.
 *
 * @param merges whether sums and the like are taken in too, into the block of their first input
 */
export function absorb({ nodes }: Diagram, merges: boolean): Block[] {
  const readers = nodes.map(() => 0);
  for (const { inputs } of nodes) for (const { from } of inputs) readers[from] = (readers[from] ?? 0) + 1;
  const depths = depthsOf(nodes);
  const blocks: { node: DiagramNode; absorbed: DiagramNode[]; inputs: { from: number; shape: Sizes }[] }[] =
    [];
  const blockOf: number[] = [];
  nodes.forEach((node, place) => {
    const inputs = node.inputs.map(({ from, shape }) => ({ from: blockOf[from] as number, shape }));
    const sources = inputs.filter(({ from }, i) => inputs.findIndex((other) => other.from === from) === i);
    const host = merges && node.kind === 'merging' ? hostOf(node, readers, depths) : node.inputs[0]?.from;
    const taken =
      host !== undefined &&
      (node.pointwise || (merges && node.kind === 'merging')) &&
      readers[host] === 1 &&
      sizesText((nodes[host] as DiagramNode).shape) === sizesText(node.shape) &&
      (nodes[host] as DiagramNode).kind !== 'input';
    if (!taken) {
      blockOf[place] = blocks.push({ node, absorbed: [], inputs: sources }) - 1;
      return;
    }
    const at = blockOf[host] as number;
    const block = blocks[at] as (typeof blocks)[number];
    blockOf[place] = at;
    block.absorbed.push(node);
    for (const source of sources) {
      if (source.from !== at && !block.inputs.some(({ from }) => from === source.from))
        block.inputs.push(source);
    }
  });
  return inOrder(blocks);
}

/** The input of a sum that nothing else reads; of several the one with the most layers before it. */
function hostOf(
  { inputs }: DiagramNode,
  readers: readonly number[],
  depths: readonly number[],
): number | undefined {
  const own = inputs.map(({ from }) => from).filter((from) => readers[from] === 1);
  const deepest = Math.max(...own.map((from) => depths[from] as number));
  return own.find((from) => depths[from] === deepest);
}

/** How many others lie before each on the longest way. */
export function depthsOf(
  nodes: readonly { readonly inputs: readonly { readonly from: number }[] }[],
): number[] {
  const depths: number[] = [];
  for (const { inputs } of nodes) {
    depths.push(inputs.reduce((depth, { from }) => Math.max(depth, (depths[from] as number) + 1), 0));
  }
  return depths;
}

/** A block that took a sum in may read blocks behind it: sorted so that every block comes after what it reads. */
function inOrder(blocks: readonly Block[]): Block[] {
  const place = new Map<number, number>();
  const sorted: number[] = [];
  const visit = (at: number): void => {
    if (place.has(at)) return;
    place.set(at, -1);
    for (const { from } of (blocks[at] as Block).inputs) visit(from);
    place.set(at, sorted.push(at) - 1);
  };
  for (let at = 0; at < blocks.length; at++) visit(at);
  return sorted.map((at) => {
    const block = blocks[at] as Block;
    const inputs = block.inputs.map(({ from, shape }) => ({ from: place.get(from) as number, shape }));
    return { ...block, inputs };
  });
}

/** The blocks after which one tensor is all that goes on: the ends of the sections of a net. */
export function sectionEnds(blocks: readonly Block[]): number[] {
  const lastReader = blocks.map((_, at) => at);
  blocks.forEach(({ inputs }, at) => {
    for (const { from } of inputs) lastReader[from] = Math.max(lastReader[from] as number, at);
  });
  const lastSource = blocks.findLastIndex(({ inputs }) => inputs.length === 0);
  let reach = 0;
  return blocks.flatMap((_, at) => {
    const ends = reach <= at && lastSource <= at;
    reach = Math.max(reach, lastReader[at] as number);
    return ends || at === blocks.length - 1 ? [at] : [];
  });
}

/** What two sections must share to be drawn as one. */
function signature(blocks: readonly Block[], first: number, last: number): string {
  const parts = blocks
    .slice(first, last + 1)
    .map(({ node, absorbed, inputs }) => [
      ...[node, ...absorbed].map(({ type, detail, shape }) => [type, detail, shape]),
      inputs.map(({ from, shape }) => [from < first ? 'before' : from - first, shape]),
    ]);
  return JSON.stringify(parts);
}

/** Finds sections that repeat in a row, alone or several together, and keeps the first of them. */
export function fold(blocks: readonly Block[]): Folded {
  const ends = sectionEnds(blocks);
  const starts = ends.map((_, i) => (i === 0 ? 0 : (ends[i - 1] as number) + 1));
  const signatures = ends.map((end, i) => signature(blocks, starts[i] as number, end));
  const kept: number[] = [];
  const repeats: Repeat[] = [];
  const place = new Map<number, number>();
  for (let i = 0; i < ends.length; ) {
    const { period, times } = longestRepeat(signatures, i);
    const [first, last] = [starts[i] as number, ends[i + period - 1] as number];
    const length = last - first + 1;
    if (times > 1) repeats.push({ first: kept.length, last: kept.length + length - 1, times });
    for (let at = first; at < first + length * times; at++)
      place.set(at, kept.length + ((at - first) % length));
    for (let at = first; at <= last; at++) kept.push(at);
    i += period * times;
  }
  const folded = kept.map((at) => {
    const block = blocks[at] as Block;
    return {
      ...block,
      inputs: block.inputs.map(({ from, shape }) => ({ from: place.get(from) as number, shape })),
    };
  });
  return { blocks: folded, repeats };
}

/** The repeat from section `start` on that saves most; `times` is 1 where there is none. */
function longestRepeat(signatures: readonly string[], start: number): { period: number; times: number } {
  let best = { period: 1, times: 1 };
  for (let period = 1; start + 2 * period <= signatures.length; period++) {
    let times = 1;
    const equal = (offset: number) =>
      signatures[start + offset] === signatures[start + times * period + offset];
    while (
      start + (times + 1) * period <= signatures.length &&
      Array.from({ length: period }, (_, offset) => offset).every(equal)
    ) {
      times++;
    }
    if ((times - 1) * period > (best.times - 1) * best.period) best = { period, times };
  }
  return best;
}

/** Nets of more blocks than this are folded unless the caller says otherwise. */
export const FOLD_ABOVE = 24;
