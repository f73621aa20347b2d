import { oneOf } from '../check.js';
import { argumentError, shapeError } from '../errors.js';
import { type Dims, elementCount } from './dims.js';

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
  if (input.length !== spatialRank + 2) {
    const axes = format === 'channelsLast' ? '[N, ...spatial, C]' : '[N, C, ...spatial]';
    throw shapeError(
      op,
      `the input must have rank ${spatialRank + 2}, ${axes} with ${NAMES[spatialRank]} spatial ` +
        `${spatialRank === 1 ? 'axis' : 'axes'}, not rank ${input.length}`,
      { input },
      input.length === spatialRank + 1 ? 'Add the batch axis with expandDims(x, 0)' : undefined,
    );
  }
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
