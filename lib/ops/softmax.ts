import { axisIn } from '../check.js';
import type { Tensor } from '../tensor/tensor.js';
import { emitOne } from './emit.js';
import { needFloat, needTensor } from './operands.js';

function emitSoftmax(op: string, x: Tensor, axis: number, log: boolean): Tensor {
  needFloat(op, 'x', needTensor(op, 'x', x));
  const attrs = { axis: axisIn(op, axis, x.rank), log };
  return emitOne({ op: 'softmax', inputs: [x], attrs, outputs: [{ shape: x.shape, dtype: x.dtype }] });
}

/** `exp(x) / sum(exp(x))` along an axis (default the last), without overflow. @example softmax(tensor([1, 1])); // [0.5, 0.5] */
export const softmax = (x: Tensor, axis = -1): Tensor => emitSoftmax('softmax', x, axis, false);

/** `log(softmax(x))` along an axis (default the last), exact where softmax underflows. */
export const logSoftmax = (x: Tensor, axis = -1): Tensor => emitSoftmax('logSoftmax', x, axis, true);
