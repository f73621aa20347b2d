import { dtypeError } from '../errors.js';
import { broadcastAll } from '../shape/broadcast.js';
import type { Tensor } from '../tensor/tensor.js';
import { emitOne } from './emit.js';
import { needTensor, type Operand, pair } from './operands.js';

/**
 * `a` where the condition is true, else `b`; all three broadcast.
 * @throws ERR_DTYPE when the condition is not bool, or a and b differ in dtype
 *
 * @example
 * where(greater(x, 0), x, 0);
 */
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
