import { argumentError, shapeError } from '../errors.js';
import { type Dims, elementCount, MAX_RANK } from './dims.js';

/** The product of the known sizes. */
function knownCount(op: string, dims: Dims, name: string): number {
  return elementCount(
    op,
    dims.filter((dim): dim is number => dim !== null && dim !== -1),
    name,
  );
}

/** A target of `reshape`: integers of at least 0, -1 for the one to infer, `null` for an unknown size that stays. */
function targetDims(op: string, input: Dims, target: unknown): Dims {
  if (!Array.isArray(target)) throw argumentError(op, 'shape must be an array of sizes', { shape: target });
  if (target.length > MAX_RANK) {
    throw shapeError(op, `shape has ${target.length} axes, the most is ${MAX_RANK}`, { shape: target });
  }
  let inferred = 0;
  const dims = Array.from(target as readonly unknown[], (dim) => {
    if (dim === null) return null;
    if (typeof dim !== 'number' || !Number.isSafeInteger(dim) || dim < -1) {
      throw argumentError(op, 'every size of shape must be an integer of at least 0, or one of them -1', {
        input,
        shape: target,
      });
    }
    if (dim === -1) inferred++;
    return dim + 0;
  });
  if (inferred > 1) throw shapeError(op, 'only one size can be -1', { input, shape: target });
  return dims;
}

/**
 * The shape `reshape` gives: the number of elements stays, one size may be -1 and is inferred.
 * Unknown sizes: a `null` in the target stands for one in the input; without it, -1 takes the unknown part
 * and becomes `null` itself.
 *
 * @example
 * reshapeShape('reshape', [null, 784], [-1, 28, 28, 1]); // [null, 28, 28, 1]
 */
export function reshapeShape(op: string, input: Dims, target: unknown): Dims {
  const shape = targetDims(op, input, target);
  const unknownIn = input.filter((dim) => dim === null).length;
  const unknownOut = shape.filter((dim) => dim === null).length;
  const inferred = shape.includes(-1);
  const elements = knownCount(op, input, 'input');
  const others = knownCount(op, shape, 'shape');
  const received = { input, shape };
  if (unknownIn === 0 && unknownOut > 0) {
    throw argumentError(
      op,
      'a null in shape stands for an unknown size, and the input has none',
      received,
      'Use -1 for the size to infer',
    );
  }
  if (inferred && others === 0) {
    throw shapeError(op, 'cannot infer -1: the other sizes hold no elements', received);
  }
  if (unknownIn !== unknownOut) {
    if (!inferred && unknownOut === 0 && elements > 0 && others % elements !== 0) {
      throw shapeError(op, `a multiple of ${elements} elements cannot fill a shape of ${others}`, received);
    }
    return shape.map((dim) => (dim === -1 ? null : dim));
  }
  if (!inferred) {
    if (elements !== others) {
      throw shapeError(
        op,
        `${elements} elements cannot fill a shape of ${others}`,
        received,
        'One size may be -1 to be inferred',
      );
    }
    return shape;
  }
  if (elements % others !== 0) {
    throw shapeError(op, `cannot infer -1: ${elements} elements do not divide by ${others}`, received);
  }
  return shape.map((dim) => (dim === -1 ? elements / others : dim));
}
