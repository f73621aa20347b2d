import { dtypeError } from '../errors.js';
import { type BroadcastAll, broadcastAll } from '../shape/broadcast.js';
import type { Check, ShapeOf } from '../shape/typed.js';
import type { Tensor } from '../tensor/tensor.js';
import { emitOne } from './emit.js';
import { type DTypeIn, needTensor, type Operand, pair, type ShapeIn } from './operands.js';

/**
 * `a` where the condition is true, else `b`; all three broadcast.
 * @throws ERR_DTYPE when the condition is not bool, or a and b differ in dtype
 *
 * @example
 * where(greater(x, 0), x, 0);
 */
export function where<C extends Tensor, A extends Operand, B extends Operand>(
  condition: C,
  a: A,
  b: B & Check<BroadcastAll<[ShapeIn<C>, ShapeIn<A>, ShapeIn<B>], 'where'>>,
): Tensor<ShapeOf<BroadcastAll<[ShapeIn<C>, ShapeIn<A>, ShapeIn<B>], 'where'>>, DTypeIn<A, B>>;
export function where(condition: Tensor, a: Operand, b: Operand): Tensor {
  needTensor('where', 'condition', condition);
  if (condition.dtype !== 'bool') {
    throw dtypeError(
      'where',
      'condition must be bool',
      { condition: condition.dtype },
      "Use cast(condition, 'bool'), or a comparison",
    );
  }
  const [left, right] = pair('where', a, b);
  const received = { condition: condition.shape, a: left.shape, b: right.shape };
  const shape = broadcastAll('where', Object.values(received), received);
  return emitOne({ op: 'select', inputs: [condition, left, right], outputs: [{ shape, dtype: left.dtype }] });
}
