import { axisIn } from '../check.js';
import { argumentError, shapeError } from '../errors.js';
import { type BroadcastToShape, broadcastToShape } from '../shape/broadcast.js';
import { elementCount, knownDims, MAX_RANK, rowMajorStrides } from '../shape/dims.js';
import { type RepeatShape, type TileShape, tileCounts, tiledShape, tileView } from '../shape/tile.js';
import type { Check, ShapeOf } from '../shape/typed.js';
import { allocate, type Shape, Tensor } from '../tensor/tensor.js';
import { gather } from './gather.js';
import { beside, type DTypeIn, needTensor, type ShapeIn } from './operands.js';
import { alias, flatten } from './reshape.js';
import { strided } from './strided.js';

/**
 * The tensor repeated to a shape along its axes of size 1 and new axes in front.
 * @throws ERR_SHAPE when another axis would have to change
 *
 * @example
 * broadcastTo(tensor([[1], [2]]), [2, 3]); // [[1, 1, 1], [2, 2, 2]]
 */
export function broadcastTo<X extends Tensor, const T extends Shape>(
  x: X,
  shape: T & Check<BroadcastToShape<ShapeIn<X>, T>>,
): Tensor<ShapeOf<BroadcastToShape<ShapeIn<X>, T>>, DTypeIn<X>>;
export function broadcastTo(x: Tensor, shape: Shape): Tensor {
  const op = 'broadcastTo';
  needTensor(op, 'x', x);
  if (!Array.isArray(shape)) throw argumentError(op, 'shape must be an array of sizes', { shape });
  const unknown = (x.isTraced ? shape : []).map((dim) => dim === null);
  const sizes = knownDims(
    op,
    'shape',
    shape.map((dim, axis) => (unknown[axis] ? 1 : dim)),
  );
  const wanted = sizes.map((dim, axis) => (unknown[axis] ? null : dim));
  const result = broadcastToShape(op, x.shape, wanted);
  const elements = rowMajorStrides(x.shape);
  const extra = result.length - x.rank;
  const strides = result.map((_, axis) => {
    return axis < extra || x.shape[axis - extra] === 1 ? 0 : (elements[axis - extra] as number);
  });
  return strided(x, result, 0, strides);
}

/**
 * The whole tensor repeated along axes, as NumPy's `tile`.
 * @param reps repetitions per axis, aligned at the last one
 *
 * @example
 * tile(tensor([1, 2]), [2, 2]); // [[1, 2, 1, 2], [1, 2, 1, 2]]
 */
export function tile<X extends Tensor, const R extends number | readonly number[]>(
  x: X,
  reps: R & Check<TileShape<ShapeIn<X>, R>>,
): Tensor<ShapeOf<TileShape<ShapeIn<X>, R>>, DTypeIn<X>>;
export function tile(x: Tensor, reps: number | readonly number[]): Tensor {
  needTensor('tile', 'x', x);
  const { input, counts } = tileCounts('tile', x.shape, reps);
  if (input.length > MAX_RANK)
    throw shapeError('tile', `the result has more than ${MAX_RANK} axes`, { reps });
  const shape = tiledShape('tile', input, counts);
  if (counts.every((count) => count === 1)) return alias(x, shape);
  const view = tileView(input, counts);
  if (view.shape.length > MAX_RANK) {
    const half = input.length >> 1;
    const inner = tile(
      x,
      counts.map((count, axis) => (axis < half ? 1 : count)),
    );
    return tile(
      inner,
      counts.map((count, axis) => (axis < half ? count : 1)),
    );
  }
  return alias(strided(x, view.shape, 0, view.strides), shape);
}

/**
 * Each element (or slice along an axis) repeated in place, as NumPy's `repeat`; without an axis, of the flat tensor.
 * @param repeats how often, once for all or per slice
 *
 * @example
 * repeat(tensor([1, 2]), 2);      // [1, 1, 2, 2]
 * repeat(tensor([1, 2]), [0, 3]); // [2, 2, 2]
 */
export function repeat<
  X extends Tensor,
  const R extends number | readonly number[],
  const A extends number | undefined = undefined,
>(
  x: X,
  repeats: R & Check<RepeatShape<ShapeIn<X>, R, A>>,
  axis?: A,
): Tensor<ShapeOf<RepeatShape<ShapeIn<X>, R, A>>, DTypeIn<X>>;
export function repeat(x: Tensor, repeats: number | readonly number[], axis?: number): Tensor {
  const op = 'repeat';
  needTensor(op, 'x', x);
  if (axis === undefined && x.rank !== 1) return repeat(flatten(x), repeats, 0);
  const at = axisIn(op, axis ?? 0, x.rank);
  if (Array.isArray(repeats)) return repeatEach(x, repeats, at);
  const times = repeats as number;
  if (!Number.isSafeInteger(times) || times < 0) {
    throw argumentError(op, 'repeats must be an integer of at least 0', { repeats });
  }
  const before = x.shape.slice(0, at);
  const rest = x.shape.slice(at + 1);
  const size = x.shape[at] as number | null;
  const shape = [...before, size === null ? null : size * times, ...rest];
  elementCount(
    op,
    shape.map((dim) => dim ?? 1),
  );
  // Axes before and after the repeated one are runs of memory: at most four axes do.
  const product = (dims: Shape) =>
    dims.reduce<number | null>((a, b) => (a === null || b === null ? null : a * b), 1);
  const run = product(rest);
  const step = run ?? 1;
  const strides = [(size ?? 1) * step, step, 0, 1];
  return alias(strided(x, [product(before), size, times, run], 0, strides), shape);
}

function repeatEach(x: Tensor, repeats: readonly number[], axis: number): Tensor {
  const size = x.shape[axis];
  if (repeats.length !== size) {
    throw shapeError('repeat', `axis ${axis} of size ${size} needs one number of repeats per slice`, {
      repeats,
    });
  }
  let total = 0;
  for (const times of repeats) {
    if (!Number.isSafeInteger(times) || times < 0) {
      throw argumentError('repeat', 'repeats must be integers of at least 0', { repeats });
    }
    total += times;
  }
  const data = allocate('repeat', 'int32', [total]);
  let next = 0;
  repeats.forEach((times, i) => {
    data.fill(i, next, next + times);
    next += times;
  });
  const indices = new Tensor(data, [total], 'int32');
  return beside(x, indices, (table) => gather(x, table, axis));
}
