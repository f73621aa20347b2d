import { shapeError } from '../errors.js';
import type { Dims } from './dims.js';

/** What a message says when the shapes are parts of what the caller gave. */
interface BroadcastContext {
  /** The shapes as the caller gave them. Default: the two that meet, as a and b. */
  readonly received?: Readonly<Record<string, unknown>>;
  /** Axes behind those that broadcast. Default 0. */
  readonly trailing?: number;
}

/**
 * The shape two shapes broadcast to, as NumPy: aligned at the last axis, sizes equal or one of them 1.
 * An unknown size meets 1 as unknown, and any other size as that size.
 *
 * @example
 * broadcastShapes('add', [null, 28, 28, 3], [3]); // [null, 28, 28, 3]
 */
export function broadcastShapes(op: string, a: Dims, b: Dims, context: BroadcastContext = {}): Dims {
  const rank = Math.max(a.length, b.length);
  const result = new Array<number | null>(rank);
  for (let fromEnd = 1; fromEnd <= rank; fromEnd++) {
    const left = fromEnd > a.length ? 1 : (a[a.length - fromEnd] as number | null);
    const right = fromEnd > b.length ? 1 : (b[b.length - fromEnd] as number | null);
    if (left === right || right === 1) result[rank - fromEnd] = left;
    else if (left === 1 || left === null) result[rank - fromEnd] = right;
    else if (right === null) result[rank - fromEnd] = left;
    else {
      throw shapeError(
        op,
        `the shapes do not broadcast: ${left} meets ${right} at axis ${-fromEnd - (context.trailing ?? 0)}`,
        context.received ?? { a, b },
        'Sizes must be equal, or one of them 1',
      );
    }
  }
  return result;
}

/** The shape of any number of shapes broadcast together; `received` is what a message shows of them. */
export function broadcastAll(
  op: string,
  shapes: readonly Dims[],
  received: Readonly<Record<string, unknown>> = { shapes },
): Dims {
  return shapes.reduce((whole, shape) => broadcastShapes(op, whole, shape, { received }), [] as Dims);
}

/** Checks that `input` can be repeated to `shape` along axes of size 1 and new axes in front, and returns `shape`. */
export function broadcastToShape(op: string, input: Dims, shape: Dims): Dims {
  const extra = shape.length - input.length;
  if (extra < 0) {
    throw shapeError(op, `the shape has fewer axes than the input`, { input, shape });
  }
  return shape.map((to, axis) => {
    const from = axis < extra ? 1 : (input[axis - extra] as number | null);
    if (from === to || from === 1) return to;
    if (from === null) return to;
    if (to === null) return from;
    throw shapeError(
      op,
      `axis ${axis} cannot be repeated from ${from} to ${to}`,
      { input, shape },
      'Only axes of size 1 are repeated',
    );
  });
}
