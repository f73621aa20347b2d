import { argumentError } from '../../errors.js';
import {
  type ConvSpec,
  type DepthwiseSpec,
  explainConv,
  explainDepthwise,
  explainSeparable,
  type SeparableSpec,
} from './conv.js';
import type { Explanation } from './explanation.js';
import { type BroadcastSpec, type ConcatSpec, explainBroadcast, explainConcat } from './merge.js';
import {
  type EdgeSpec,
  explainEdges,
  explainPermute,
  explainUpSampling,
  type PermuteSpec,
  type UpSamplingSpec,
} from './movement.js';
import {
  type AdaptivePoolSpec,
  explainAdaptivePool,
  explainGlobalPool,
  explainPool,
  type GlobalPoolSpec,
  type PoolSpec,
} from './pool.js';
import { type DenseSpec, explainDense, explainProduct, type ProductSpec } from './products.js';
import { explainFlatten, explainReshape, type FlattenSpec, type ReshapeSpec } from './reshape.js';
import { type ConvTransposeSpec, explainTranspose } from './transpose.js';

/** Everything that can be explained without a layer: an op and its geometry. */
export type ExplainSpec =
  | ConvSpec
  | DepthwiseSpec
  | SeparableSpec
  | ConvTransposeSpec
  | PoolSpec
  | GlobalPoolSpec
  | AdaptivePoolSpec
  | DenseSpec
  | ProductSpec
  | ReshapeSpec
  | FlattenSpec
  | ConcatSpec
  | BroadcastSpec
  | EdgeSpec
  | UpSamplingSpec
  | PermuteSpec;

/** One kind of op: its names, what a spec of it holds, and who explains it. */
export interface Family {
  readonly ops: readonly string[];
  /** The names of the options, `inputShape` and `op` aside. */
  readonly known: readonly string[];
  /** What follows the op in a text, in order; `...inputShapes` is all that is left. Undefined: there is no text form. */
  readonly positional?: readonly string[];
  /** How many of them must be there. */
  readonly required: number;
  /** Whether shapes in a text are whole, not those of a sample. */
  readonly whole: boolean;
  readonly example: string;
  readonly explain: (spec: never, label?: string) => Explanation;
}

const WINDOW = ['strides', 'padding', 'dilationRate', 'dataFormat', 'at'];

const ranks = (name: string, most: number): readonly string[] =>
  Array.from({ length: most }, (_, i) => name.replace('#', String(i + 1)));

const conv: Family = {
  ops: ranks('conv#d', 3),
  known: ['filters', 'kernelSize', 'groups', 'useBias', ...WINDOW],
  positional: ['inputShape', 'filters', 'kernelSize'],
  required: 3,
  whole: false,
  example: 'conv2d 227x227x3 96 11x11 stride 4',
  explain: explainConv,
};

const depthwise: Family = {
  ops: ranks('depthwiseConv#d', 2),
  known: ['kernelSize', 'depthMultiplier', 'useBias', ...WINDOW],
  positional: ['inputShape', 'kernelSize'],
  required: 2,
  whole: false,
  example: 'depthwiseConv2d 112x112x32 3x3 same',
  explain: explainDepthwise,
};

const separable: Family = {
  ...conv,
  ops: ranks('separableConv#d', 2),
  known: ['filters', 'kernelSize', 'depthMultiplier', 'useBias', ...WINDOW],
  example: 'separableConv2d 28x28x3 16 3x3',
  explain: explainSeparable,
};

const transpose: Family = {
  ...conv,
  ops: ranks('conv#dTranspose', 3),
  known: [...conv.known, 'outputPadding', 'outputSize'],
  example: 'conv2dTranspose 7x7x8 4 3x3 stride 2 same',
  explain: explainTranspose,
};

const pool: Family = {
  ops: [...ranks('maxPool#d', 3), ...ranks('avgPool#d', 3)],
  known: ['poolSize', 'ceilMode', ...WINDOW],
  positional: ['inputShape', 'poolSize'],
  required: 1,
  whole: false,
  example: 'maxPool2d 28x28x6 2x2',
  explain: explainPool,
};

const globalPool: Family = {
  ops: [...ranks('globalMaxPool#d', 3), ...ranks('globalAvgPool#d', 3)],
  known: ['keepDims', 'dataFormat', 'at'],
  positional: ['inputShape'],
  required: 1,
  whole: false,
  example: 'globalAvgPool2d 7x7x512',
  explain: explainGlobalPool,
};

const adaptive: Family = {
  ops: [...ranks('adaptiveMaxPool#d', 3), ...ranks('adaptiveAvgPool#d', 3)],
  known: ['outputSize', 'dataFormat', 'at'],
  positional: ['inputShape', 'outputSize'],
  required: 2,
  whole: false,
  example: 'adaptiveAvgPool2d 13x13x256 6x6',
  explain: explainAdaptivePool,
};

const dense: Family = {
  ops: ['dense'],
  known: ['units', 'useBias'],
  positional: ['inputShape', 'units'],
  required: 2,
  whole: false,
  example: 'dense 84 10',
  explain: explainDense,
};

const flatten: Family = {
  ops: ['flatten'],
  known: ['dataFormat'],
  positional: ['inputShape'],
  required: 1,
  whole: false,
  example: 'flatten 7x7x512',
  explain: explainFlatten,
};

const reshape: Family = {
  ops: ['reshape'],
  known: ['targetShape', 'perSample'],
  positional: ['inputShape', 'targetShape'],
  required: 2,
  whole: true,
  example: 'reshape 5x784 -1x28x28x1',
  explain: explainReshape,
};

const product: Family = {
  ops: ['matmul', 'dot', 'batchDot'],
  known: ['inputShapes', 'transposeA', 'transposeB', 'axes'],
  positional: ['...inputShapes'],
  required: 2,
  whole: true,
  example: 'matmul 8x2x3 3x5',
  explain: explainProduct,
};

const concat: Family = {
  ...product,
  ops: ['concat'],
  known: ['inputShapes', 'axis'],
  example: 'concat 8x8x16 8x8x32 axis -1',
  explain: explainConcat,
};

const broadcast: Family = {
  ...product,
  ops: ['add', 'sub', 'mul', 'div', 'maximum', 'minimum', 'average', 'merge'],
  known: ['inputShapes', 'behindBatch'],
  example: 'mul 50x1 50x49',
  explain: explainBroadcast,
};

/** Families that only an object can ask for: their geometry is that of a layer. */
const layersOnly: readonly Family[] = [
  { ops: ['zeroPadding', 'cropping'], known: ['widths', 'dataFormat', 'at'], explain: explainEdges },
  { ops: ['upSampling'], known: ['size', 'interpolation', 'dataFormat', 'at'], explain: explainUpSampling },
  { ops: ['permute'], known: ['perm'], explain: explainPermute },
].map((family) => ({ ...family, required: 0, whole: true, example: '' }));

export const FAMILIES: readonly Family[] = [
  ...[conv, depthwise, separable, transpose, pool, globalPool, adaptive],
  ...[dense, flatten, reshape, product, concat, broadcast],
  ...layersOnly,
];

const BY_OP = new Map(FAMILIES.flatMap((family) => family.ops.map((op) => [op, family] as const)));

/** Other names for ops: those of Keras's classes and of PyTorch's, after their letters are made small. */
function aliasesOf(op: string): readonly string[] {
  const lower = op.toLowerCase();
  const pooled = lower.replace('pool', 'pooling');
  const names = [lower, pooled, lower.replace('avg', 'average'), pooled.replace('avg', 'average')];
  const torch = /^conv(\d)dtranspose$/.exec(lower);
  return torch ? [...names, `convtranspose${torch[1]}d`] : names;
}

const OTHER = {
  linear: 'dense',
  concatenate: 'concat',
  subtract: 'sub',
  multiply: 'mul',
  divide: 'div',
  batch_dot: 'batchDot',
} as const;

const NAMES = new Map<string, string>([
  ...[...BY_OP.keys()].flatMap((op) => aliasesOf(op).map((alias) => [alias, op] as const)),
  ...Object.entries(OTHER),
]);

/** The op of this name, or of one of its other names, and its family. */
export function familyOf(name: unknown): { readonly op: string; readonly family: Family } {
  const op = typeof name === 'string' ? NAMES.get(name.toLowerCase()) : undefined;
  if (op === undefined) {
    const names = FAMILIES.filter(({ positional }) => positional).map(
      ({ ops }) => ops[ops.length > 1 && /2d/.test(ops[1] as string) ? 1 : 0],
    );
    throw argumentError(
      'explain',
      'there is no such op',
      { op: name },
      `There are, among others, ${names.join(', ')}`,
    );
  }
  return { op, family: BY_OP.get(op) as Family };
}
