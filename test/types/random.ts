import { Generator, LayerwiseError } from '../../lib/index.js';
import { convGeometry } from '../../lib/shape/conv.js';
import { convTransposeGeometry } from '../../lib/shape/conv-transpose.js';
import type { Dims } from '../../lib/shape/dims.js';
import { poolGeometry } from '../../lib/shape/pool.js';
import { reshapeShape } from '../../lib/shape/reshape.js';

/** A geometry by its rule at run time and in types. */
export interface Case {
  readonly run: () => Dims;
  /** The rule in types with the same arguments, as TypeScript. */
  readonly type: string;
}

/** A value as a type: `[null, 5]`, `{ readonly strides: 2 }`. */
export function written(value: unknown): string {
  if (Array.isArray(value)) return `readonly [${value.map(written).join(', ')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'undefined';
  const entries = Object.entries(value).map(([name, item]) => `readonly ${name}: ${written(item)}`);
  return `{ ${entries.join('; ')} }`;
}

/** Draws from a fixed sequence. */
export class Draw {
  readonly #generator: Generator;

  constructor(seed: number) {
    this.#generator = new Generator(seed);
  }

  /** An integer of `least` to `most`. */
  integer(least: number, most: number): number {
    return least + Math.floor(this.#generator.uniform() * (most - least + 1));
  }

  one<T>(choices: readonly T[]): T {
    return choices[this.integer(0, choices.length - 1)] as T;
  }

  /** The value in `share` of all draws, else the other one. */
  sometimes<T>(share: number, value: T, other: T): T {
    return this.#generator.uniform() < share ? value : other;
  }

  many<T>(count: number, item: () => T): T[] {
    return Array.from({ length: count }, item);
  }
}

/** Options with some of them left out. */
function some(draw: Draw, options: Record<string, () => unknown>): Record<string, unknown> {
  const chosen = Object.entries(options).filter(() => draw.sometimes(0.5, true, false));
  return Object.fromEntries(chosen.map(([name, value]) => [name, value()]));
}

/** As many entries as there are axes, seldom one more or less. */
const entries = (draw: Draw, rank: number) => draw.sometimes(0.95, rank, rank + draw.one([-1, 1]));

const perAxis = (draw: Draw, rank: number, least: number, most: number) =>
  draw.sometimes<unknown>(
    0.5,
    draw.integer(least, most),
    draw.many(entries(draw, rank), () => draw.integer(least, most)),
  );

function padding(draw: Draw, rank: number, words: readonly string[]): unknown {
  const kind = draw.integer(0, 3);
  if (kind === 0) return draw.one(words);
  if (kind === 1) return draw.integer(0, 3);
  return draw.many(entries(draw, rank), () =>
    draw.sometimes<unknown>(0.5, draw.integer(0, 3), [draw.integer(0, 3), draw.integer(0, 3)]),
  );
}

/** An input of some spatial rank: [N, ...spatial, C], or the channels first. */
function input(draw: Draw, rank: number, channels: number, format: unknown): Dims {
  const spatial = draw.many(rank, () => draw.sometimes<number | null>(0.1, null, draw.integer(1, 40)));
  const batch = draw.sometimes<number | null>(0.3, null, draw.integer(0, 9));
  return format === 'channelsFirst' ? [batch, channels, ...spatial] : [batch, ...spatial, channels];
}

const WORDS = ['valid', 'same', 'sameLower', 'causal'];
const formats = ['channelsLast', 'channelsFirst'] as const;

function convCase(draw: Draw): Case {
  const rank = draw.integer(1, 3);
  const groups = draw.sometimes(0.3, draw.integer(2, 3), 1);
  const perGroup = draw.integer(1, 4);
  const channels = perGroup * groups + draw.sometimes(0.1, 1, 0);
  const filters = draw.integer(1, 4) * draw.sometimes(0.9, groups, 1);
  const options = some(draw, {
    strides: () => perAxis(draw, rank, 1, 4),
    dilationRate: () => perAxis(draw, rank, 1, 3),
    padding: () => padding(draw, rank, WORDS),
    dataFormat: () => draw.one(formats),
  });
  if (groups !== 1) options.groups = groups;
  const x = input(draw, rank, channels, options.dataFormat);
  const kernel = [...draw.many(rank, () => draw.integer(1, 5)), perGroup, filters];
  return {
    run: () => convGeometry('conv', x, kernel, options).outShape,
    type: `ConvShape<${written(x)}, ${written(kernel)}, ${written(options)}, null, 'conv'>`,
  };
}

function transposeCase(draw: Draw): Case {
  const rank = draw.integer(1, 3);
  const groups = draw.sometimes(0.3, 2, 1);
  const channels = draw.integer(1, 3) * draw.sometimes(0.9, groups, 1);
  const options = some(draw, {
    strides: () => perAxis(draw, rank, 1, 4),
    dilationRate: () => perAxis(draw, rank, 1, 3),
    padding: () => padding(draw, rank, WORDS),
    outputPadding: () => perAxis(draw, rank, 0, 2),
    dataFormat: () => draw.one(formats),
  });
  if (groups !== 1) options.groups = groups;
  const x = input(draw, rank, channels, options.dataFormat);
  if (!('outputPadding' in options) && draw.sometimes(0.2, true, false)) {
    options.outputSize = draw.many(rank, () => draw.integer(4, 60));
  }
  const kernel = [
    ...draw.many(rank, () => draw.integer(1, 5)),
    draw.integer(1, 4),
    channels + draw.sometimes(0.1, 1, 0),
  ];
  return {
    run: () => convTransposeGeometry('conv', x, kernel, options).outShape,
    type: `ConvTransposeShape<${written(x)}, ${written(kernel)}, ${written(options)}, null, 'conv'>`,
  };
}

function poolCase(draw: Draw): Case {
  const spatialRank = draw.integer(1, 3);
  const options = some(draw, {
    strides: () => perAxis(draw, spatialRank, 1, 4),
    dilationRate: () => perAxis(draw, spatialRank, 1, 3),
    padding: () => padding(draw, spatialRank, WORDS),
    ceilMode: () => draw.one([true, false]),
    dataFormat: () => draw.one(formats),
  });
  const x = input(draw, spatialRank, draw.integer(1, 9), options.dataFormat);
  const size = perAxis(draw, spatialRank, 1, 5) as number;
  return {
    run: () => poolGeometry('pool', x, size, { ...options, spatialRank }).outShape,
    type: `PoolShape<${written(x)}, ${written(size)}, ${written(options)}, ${spatialRank}, 'pool'>`,
  };
}

function reshapeCase(draw: Draw): Case {
  const sizes = draw.many(draw.integer(0, 4), () => draw.sometimes(0.05, 0, draw.integer(1, 12)));
  const x: Dims = draw.sometimes(0.3, [null, ...sizes], sizes);
  const factors = sizes.flatMap((size) => (size % 2 === 0 && size > 0 ? [2, size / 2] : [size]));
  const target: (number | null)[] = draw.sometimes(0.85, factors, [...factors, 2]);
  if (target.length > 0 && draw.sometimes(0.6, true, false)) target[draw.integer(0, target.length - 1)] = -1;
  if (draw.sometimes(0.25, true, false)) target.unshift(draw.one([-1, null]));
  return {
    run: () => reshapeShape('reshape', x, target),
    type: `ReshapeShape<${written(x)}, ${written(target)}>`,
  };
}

/** The kinds of cases of this file. */
export const windowCases: readonly ((draw: Draw) => Case)[] = [
  convCase,
  transposeCase,
  poolCase,
  reshapeCase,
];

/** What came of the cases: how many gave a shape, how many threw, and TypeScript that compiles when types agree with all. */
export interface Drawn {
  readonly shapes: number;
  readonly faults: number;
  readonly source: string;
}

/**
 * Random geometries and a program about them. Where a shape comes out, the type must be that shape; where an error does, a
 * `ShapeError` whose message the error's begins with, or a shape that is not all literals.
 */
export function drawCases(seed: number, count: number, kinds = windowCases): Drawn {
  const draw = new Draw(seed);
  const lines: string[] = [];
  let faults = 0;
  for (let i = 0; i < count; i++) {
    const { run, type } = (kinds[i % kinds.length] as (typeof kinds)[number])(draw);
    let line: string;
    try {
      line = `Expect<Equal<Plain<${type}>, [${run().map(String).join(', ')}]>>`;
    } catch (error) {
      if (!(error instanceof LayerwiseError)) throw error;
      faults++;
      // An argument of another form is refused before shapes are looked at; types may name what comes after.
      const message = error.code === 'ERR_SHAPE' ? JSON.stringify(error.message) : 'never';
      line = `Expect<Refused<${type}, ${message}>>`;
    }
    lines.push(`  ${line},`);
  }
  return {
    shapes: count - faults,
    faults,
    source: `${PRELUDE}export type Cases = [\n${lines.join('\n')}\n];\n`,
  };
}

const PRELUDE = `import type { AllNatural } from '{lib}/shape/arithmetic.js';
import type { BatchDotShape } from '{lib}/shape/batch-dot.js';
import type { BroadcastShape, BroadcastToShape } from '{lib}/shape/broadcast.js';
import type { ConcatShape, StackShape } from '{lib}/shape/concat.js';
import type { ConvShape } from '{lib}/shape/conv.js';
import type { ConvTransposeShape } from '{lib}/shape/conv-transpose.js';
import type { EinsumShape } from '{lib}/shape/einsum.js';
import type { DotShape, MatmulShape } from '{lib}/shape/matmul.js';
import type { MoveaxisShape, PermuteShape } from '{lib}/shape/movement.js';
import type { PadShape } from '{lib}/shape/pad.js';
import type { PoolShape } from '{lib}/shape/pool.js';
import type { ReduceShape } from '{lib}/shape/reduce.js';
import type { ExpandShape, FlattenShape, ReshapeShape, SqueezeShape } from '{lib}/shape/reshape.js';
import type { SliceShape } from '{lib}/shape/slice.js';
import type { RepeatShape, TileShape } from '{lib}/shape/tile.js';
import type { IsOpen, Plain, ShapeError } from '{lib}/shape/typed.js';
import type { Equal, Expect } from '{types}/equal.js';

type Refused<R, M extends string> = [R] extends [ShapeError<infer Said>]
  ? [M] extends [never] ? true : M extends \`\${Said}\${string}\` ? true : false
  : IsOpen<R> extends true ? true : R extends readonly unknown[] ? (AllNatural<R> extends true ? false : true) : false;
`;
