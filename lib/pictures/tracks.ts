import { type Block, depthsOf } from './fold.js';

/** Blocks in a row, each of which reads the one before it. */
export interface Track {
  readonly blocks: readonly number[];
  /** The block outside that the first one reads; undefined where the track starts at an input. */
  readonly from: number | undefined;
  /** The blocks outside that read the last one. */
  readonly to: readonly number[];
}

/** The longest way through the blocks, then the longest through what is left, until every block is on one. */
export function tracksOf(blocks: readonly Block[]): Track[] {
  const depths = depthsOf(blocks);
  const readers: number[][] = blocks.map(() => []);
  blocks.forEach(({ inputs }, at) => {
    for (const { from } of inputs) readers[from]?.push(at);
  });
  const free = new Set(blocks.keys());
  const tracks: Track[] = [];
  while (free.size > 0) {
    const end = [...free].reduce((best, at) =>
      (depths[at] as number) >= (depths[best] as number) ? at : best,
    );
    const way: number[] = [];
    let at: number | undefined = end;
    while (at !== undefined && free.has(at)) {
      way.unshift(at);
      free.delete(at);
      at = deepestInput(blocks[at] as Block, depths, free);
    }
    const first = blocks[way[0] as number] as Block;
    const from = first.inputs.map((input) => input.from).find((input) => !way.includes(input));
    tracks.push({
      blocks: way,
      from,
      to: (readers[end] as number[]).filter((reader) => !way.includes(reader)),
    });
  }
  return tracks;
}

/** The input with the longest way before it, one that is on no track yet before one that is. */
function deepestInput(
  { inputs }: Block,
  depths: readonly number[],
  free: ReadonlySet<number>,
): number | undefined {
  const open = inputs.map(({ from }) => from).filter((from) => free.has(from));
  const deepest = Math.max(...open.map((from) => depths[from] as number));
  return open.find((from) => depths[from] === deepest);
}
