import { bytesPerElement, type DType, type TypedArrays } from '../tensor/dtype.js';
import { allocate } from '../tensor/tensor.js';
import { addon, POOLED_BYTES } from './load.js';

/** How often the pool of results is looked at: memory that nothing asked for between two looks goes back to the system. */
const TRIM_MS = 5000;

let timer: NodeJS.Timeout | undefined;
let turning = false;

/** Sees to it that the pool of results does not keep its memory when nobody computes any more. */
export function keepTrimmed(): void {
  if (timer !== undefined) return;
  timer = setInterval(() => {
    if (!addon().trimResults()) return;
    clearInterval(timer);
    timer = undefined;
  }, TRIM_MS).unref();
}

/** The pool holds what it lends in synchronous code until the event loop turns. */
function watchTurn(): void {
  if (turning) return;
  turning = true;
  setImmediate(() => {
    turning = false;
    addon().endTurn();
  });
}

/**
 * Memory for a result, of any content: a large one comes from the pool that the garbage collector returns memory to.
 *
 * @throws ERR_SHAPE when no machine could hold it
 */
export function resultMemory<D extends DType>(
  op: string,
  dtype: D,
  shape: readonly number[],
): TypedArrays[D] {
  return allocate(op, dtype, shape, (length) => {
    if (length * bytesPerElement(dtype) < POOLED_BYTES) return undefined;
    const pooled = addon().result(dtype, length);
    if (pooled !== undefined) {
      keepTrimmed();
      watchTurn();
    }
    return pooled as TypedArrays[D] | undefined;
  });
}
