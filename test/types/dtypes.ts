import {
  add,
  all,
  any,
  applyActivation,
  arange,
  argMax,
  batchDot,
  cast,
  clone,
  concat,
  conv2d,
  conv2dTranspose,
  einsum,
  eye,
  flatten,
  floorDiv,
  full,
  gather,
  greater,
  layerNorm,
  linspace,
  logicalNot,
  matmul,
  max,
  maximum,
  maxPool2d,
  maxPool2dWithIndices,
  mean,
  mul,
  ones,
  pad,
  prod,
  random,
  relu,
  reshape,
  resize,
  scalar,
  slice,
  softmax,
  split,
  stack,
  sub,
  sum,
  tensor,
  tile,
  transpose,
  where,
  zeros,
} from '../../lib/index.js';
import type { DType } from '../../lib/tensor/dtype.js';
import type { Equal } from './equal.js';
import { either, wide } from './rows/inputs.js';

/** A call, and the dtype that it gives. */
export interface DTypeRow {
  readonly call: () => unknown;
  readonly expected: DType;
}

/** A row: what `call` returns has exactly the type of `expected`, and its value. */
const row = <Given, const E extends DType>(
  call: () => Given,
  expected: E & (Equal<Given, E> extends true ? unknown : { readonly inferred: Given }),
): DTypeRow => ({ call, expected });

/** A dtype that types do not know. */
const some = (dtype: DType): DType => dtype;

const ints = ones([2, 3], 'int32');
const bytes = ones([2, 3], 'uint8');
const doubles = ones([2, 3], 'float64');

export const rows: readonly DTypeRow[] = [
  // creation
  row(() => zeros([2]).dtype, 'float32'),
  row(() => zeros([2], 'uint8').dtype, 'uint8'),
  row(() => zeros([2], 'uint8').to('cpu').dtype, 'uint8'),
  row(() => full([2], 7n).dtype, 'int64'),
  row(() => full([2], true).dtype, 'bool'),
  row(() => full([2], 7, 'int32').dtype, 'int32'),
  row(() => tensor([1, 2]).dtype, 'float32'),
  row(() => tensor([[true], [false]]).dtype, 'bool'),
  row(() => tensor([1n]).dtype, 'int64'),
  row(() => tensor([]).dtype, 'float32'),
  row(() => tensor([1, 2], [2, 1], 'int32').dtype, 'int32'),
  row(() => tensor(new Float64Array(2)).dtype, 'float64'),
  row(() => tensor(new Uint8Array(2), [1, 2]).dtype, 'uint8'),
  row(() => scalar(1n).dtype, 'int64'),
  row(() => arange(3).dtype, 'float32'),
  row(() => arange(0, 3, 1, 'int32').dtype, 'int32'),
  row(() => linspace(0, 1, 3, { dtype: 'float64' }).dtype, 'float64'),
  row(() => eye(2, 2, 0, 'int64').dtype, 'int64'),
  row(() => random([2], { min: 0, max: 9, dtype: 'uint8' }).dtype, 'uint8'),
  row(() => clone(bytes).dtype, 'uint8'),
  // two operands: a number takes the dtype of the tensor beside it
  row(() => add(ints, ints).dtype, 'int32'),
  row(() => add(ints, 1).dtype, 'int32'),
  row(() => sub(1, doubles).dtype, 'float64'),
  row(() => mul(bytes, 2).dtype, 'uint8'),
  row(() => floorDiv(ints, 2).dtype, 'int32'),
  row(() => maximum(ones([2], 'bool'), ones([2], 'bool')).dtype, 'bool'),
  row(() => greater(ints, 0).dtype, 'bool'),
  row(() => logicalNot(ints).dtype, 'bool'),
  row(() => where(greater(ints, 0), ints, 0).dtype, 'int32'),
  row(() => where(ones([3], 'bool'), 0, doubles).dtype, 'float64'),
  row(() => add(wide([2]), 1).dtype, some('float32')),
  // functions of one tensor keep it
  row(() => relu(ints).dtype, 'int32'),
  row(() => applyActivation(doubles, 'tanh').dtype, 'float64'),
  row(() => softmax(doubles).dtype, 'float64'),
  row(() => layerNorm(doubles).dtype, 'float64'),
  row(() => cast(doubles, 'bool').dtype, 'bool'),
  row(() => cast(doubles, some('int32')).dtype, some('int32')),
  row(() => reshape(bytes, [6]).dtype, 'uint8'),
  row(() => flatten(bytes).dtype, 'uint8'),
  row(() => transpose(ints).dtype, 'int32'),
  row(() => slice(ints, [1]).dtype, 'int32'),
  row(() => gather(bytes, [0, 1]).dtype, 'uint8'),
  row(() => tile(bytes, 2).dtype, 'uint8'),
  row(() => pad(ints, 1).dtype, 'int32'),
  row(() => concat([ints, ints]).dtype, 'int32'),
  row(() => stack([bytes, bytes]).dtype, 'uint8'),
  row(() => split(ints, 2)[1].dtype, 'int32'),
  row(() => relu(either(ones([2]), ones([2], 'int32'))).dtype, either('float32', 'int32')),
  // reductions: bytes and booleans are counted in int32, places are int32
  row(() => sum(doubles).dtype, 'float64'),
  row(() => sum(bytes).dtype, 'int32'),
  row(() => sum(ones([2], 'bool'), { axis: 0 }).dtype, 'int32'),
  row(() => prod(bytes).dtype, 'int32'),
  row(() => mean(doubles, { axis: 1 }).dtype, 'float64'),
  row(() => max(bytes).dtype, 'uint8'),
  row(() => argMax(doubles).dtype, 'int32'),
  row(() => any(ints).dtype, 'bool'),
  row(() => all(bytes, { axis: 0 }).dtype, 'bool'),
  // products and windows
  row(() => matmul(doubles, ones([3, 2], 'float64')).dtype, 'float64'),
  row(() => batchDot(doubles, doubles, 1).dtype, 'float64'),
  row(() => einsum('ij->j', doubles).dtype, 'float64'),
  row(() => conv2d(ones([1, 3, 3, 1], 'float64'), ones([2, 2, 1, 1], 'float64')).dtype, 'float64'),
  row(() => conv2dTranspose(ones([1, 3, 3, 1]), ones([2, 2, 1, 1])).dtype, 'float32'),
  row(() => maxPool2d(ones([1, 4, 4, 1], 'float64'), 2).dtype, 'float64'),
  row(() => maxPool2dWithIndices(ones([1, 4, 4, 1]), 2).indices.dtype, 'int32'),
  row(() => resize(ones([1, 4, 4, 1], 'uint8'), 2, { method: 'nearest' }).dtype, 'uint8'),
];
