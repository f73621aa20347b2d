import { oneOf } from '../check.js';
import { argumentError, shapeError } from '../errors.js';
import type { IsUnion } from './arithmetic.js';
import { type Dims, elementCount } from './dims.js';
import { misfitRank } from './explain/misfit.js';
import type { IsOpen, ShapeError, Show } from './typed.js';

/** Where the channels stand: `channelsLast` is [N, ...spatial, C], `channelsFirst` is [N, C, ...spatial]. */
export type DataFormat = 'channelsLast' | 'channelsFirst';

/**
 * Zeros around the input: `valid` is none; `same` keeps ceil(size / stride), an odd zero at the end (`sameLower`: at the
 * begin); `causal` (one spatial axis, channels last) is all before the begin; a number for every side; or one entry per
 * spatial axis, a number for both sides or a pair [begin, end].
 */
export type Padding =
  | 'valid'
  | 'same'
  | 'sameLower'
  | 'causal'
  | number
  | readonly (number | readonly [number, number])[];

/** One number for all spatial axes, or one per axis. */
export type PerAxis = number | readonly number[];

const NAMES = ['a scalar', 'one', 'two', 'three'];

/** Batch, channels and spatial sizes of an input, whatever its data format. */
export interface SpatialInput {
  readonly batch: number | null;
  readonly spatial: Dims;
  readonly channels: number;
  readonly dataFormat: DataFormat;
}

/** Splits the shape of an input into batch, spatial sizes and channels; refuses sizes that no tensor has. */
export function splitInput(op: string, input: Dims, spatialRank: number, dataFormat: unknown): SpatialInput {
  const format = oneOf(op, 'dataFormat', dataFormat ?? 'channelsLast', ['channelsLast', 'channelsFirst']);
  if (!Array.isArray(input)) throw argumentError(op, 'the input shape must be an array of sizes', { input });
  checkSpatialRank(op, input, spatialRank, format);
  checkDims(op, 'input', input);
  const batch = input[0] as number | null;
  const spatial = format === 'channelsLast' ? input.slice(1, -1) : input.slice(2);
  const channels = input[format === 'channelsLast' ? input.length - 1 : 1] as number | null;
  if (channels === null) throw shapeError(op, 'the number of channels must be known', { input });
  if (channels === 0) throw shapeError(op, 'the input has no channels', { input, dataFormat: format });
  const empty = spatial.indexOf(0);
  if (empty >= 0) throw shapeError(op, `the input is empty along spatial axis ${empty}`, { input });
  return { batch, spatial, channels, dataFormat: format };
}

/** Refuses an input of another rank than batch, channels and so many spatial axes make. */
export function checkSpatialRank(op: string, input: Dims, spatialRank: number, format: DataFormat): void {
  if (input.length === spatialRank + 2) return;
  const axes = format === 'channelsLast' ? '[N, ...spatial, C]' : '[N, C, ...spatial]';
  throw shapeError(
    op,
    `the input must have rank ${spatialRank + 2}, ${axes} with ${NAMES[spatialRank]} spatial ` +
      `${spatialRank === 1 ? 'axis' : 'axes'}, not rank ${input.length}`,
    { input },
    input.length === spatialRank + 1 ? 'Add the batch axis with expandDims(x, 0)' : undefined,
    () => misfitRank(input, spatialRank, format),
  );
}

/** Sizes are `null` (unknown) or integers of at least 0 whose product indexes exactly. */
export function checkDims(op: string, name: string, dims: Dims): void {
  for (const dim of dims) {
    if (dim === null) continue;
    if (typeof dim !== 'number' || !Number.isSafeInteger(dim) || dim < 0) {
      throw shapeError(op, `every size of the ${name} must be null or an integer of at least 0`, {
        [name]: dims,
      });
    }
  }
  elementCount(
    op,
    dims.filter((dim): dim is number => dim !== null),
    name,
  );
}

/** A shape in the order of its data format, checked for a product that overflows. */
export function joinOutput(
  op: string,
  batch: number | null,
  spatial: Dims,
  channels: number,
  format: DataFormat,
): Dims {
  const shape = format === 'channelsLast' ? [batch, ...spatial, channels] : [batch, channels, ...spatial];
  elementCount(
    op,
    shape.filter((dim): dim is number => dim !== null),
    'output',
  );
  return shape;
}

/** `SpatialInput` in types. */
export interface InputOf<Batch, Spatial extends readonly unknown[], Channels, Format> {
  readonly batch: Batch;
  readonly spatial: Spatial;
  readonly channels: Channels;
  readonly dataFormat: Format;
}

type Words = ['a scalar', 'one', 'two', 'three'];
interface Layouts {
  channelsLast: '[N, ...spatial, C]';
  channelsFirst: '[N, C, ...spatial]';
}
/** Rank of a tensor with so many spatial axes. */
export type Plus2 = [2, 3, 4, 5];

/** `splitInput` in types: `InputOf`, an error, or `Dims` where rank or format are not known. */
export type SplitInput<S, Rank extends number, Format, Op extends string> =
  SplitLayerInput<S, Rank, Format, Op> extends infer I
    ? I extends InputOf<unknown, readonly unknown[], unknown, unknown>
      ? CheckedInput<I, S, Op>
      : I
    : never;

/** The same for layers that take any sizes, known or not: `checkSpatialRank` in types. */
export type SplitLayerInput<S, Rank extends number, Format, Op extends string> =
  IsOpen<S> extends true
    ? Dims
    : S extends readonly unknown[]
      ? [Format] extends [DataFormat]
        ? IsUnion<Format> extends true
          ? Dims
          : S['length'] extends Plus2[Rank & keyof Plus2]
            ? Format extends 'channelsLast'
              ? S extends readonly [infer Batch, ...infer Spatial, infer Channels]
                ? InputOf<Batch, Spatial, Channels, Format>
                : never
              : S extends readonly [infer Batch, infer Channels, ...infer Spatial]
                ? InputOf<Batch, Spatial, Channels, Format>
                : never
            : ShapeError<RankMessage<S, Rank, Format, Op>>
        : Dims
      : Dims;

type RankMessage<
  S extends readonly unknown[],
  Rank extends number,
  Format,
  Op extends string,
> = `${Op}: the input must have rank ${Plus2[Rank & keyof Plus2]}, ${Layouts[Format & DataFormat]} with ${Words[Rank &
  keyof Words]} spatial ${Rank extends 1 ? 'axis' : 'axes'}, not rank ${S['length'] & number}. Received input=${Show<S>}`;

type CheckedInput<I extends InputOf<unknown, readonly unknown[], unknown, unknown>, S, Op extends string> = [
  I['channels'],
] extends [null]
  ? ShapeError<`${Op}: the number of channels must be known. Received input=${Show<S>}`>
  : I['channels'] extends 0
    ? ShapeError<`${Op}: the input has no channels. Received input=${Show<S>}`>
    : FirstEmpty<I['spatial']> extends infer Axis extends number
      ? ShapeError<`${Op}: the input is empty along spatial axis ${Axis}. Received input=${Show<S>}`>
      : I;

/** The index of the first size that is 0, else `null`. */
type FirstEmpty<S extends readonly unknown[], Before extends readonly unknown[] = []> = S extends readonly [
  infer Head,
  ...infer Tail,
]
  ? Head extends 0
    ? Before['length']
    : FirstEmpty<Tail, [...Before, Head]>
  : null;

/** `joinOutput` in types. */
export type JoinOutput<
  Batch,
  Spatial extends readonly unknown[],
  Channels,
  Format,
> = Format extends 'channelsFirst' ? [Batch, Channels, ...Spatial] : [Batch, ...Spatial, Channels];
