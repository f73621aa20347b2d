import {
  add,
  argMax,
  argMin,
  groupNorm,
  layerNorm,
  less,
  logSoftmax,
  max,
  maximum,
  mean,
  mul,
  pad,
  prelu,
  softmax,
  std,
  sub,
  sum,
  tensor,
  where,
  zeros,
} from '../../../../lib/index.js';
import { traced } from '../../rows/inputs.js';
import { type FailingRow, fails } from '../fails.js';

export const rows: readonly FailingRow[] = [
  fails('add: the shapes do not broadcast: 3 meets 2 at axis -1. Received a=[2, 3], b=[2]', () =>
    add(zeros([2, 3]), zeros([2])),
  ),
  fails('sub: the shapes do not broadcast: 3 meets 2 at axis -2. Received a=[2, 3, 4], b=[2, 1]', () =>
    sub(zeros([2, 3, 4]), zeros([2, 1])),
  ),
  fails('mul: the shapes do not broadcast: 50 meets 49 at axis -1. Received a=[50], b=[50, 49]', () =>
    mul(zeros([50]), zeros([50, 49])),
  ),
  fails(
    'maximum: the shapes do not broadcast: 28 meets 27 at axis -2. Received a=[null, 28, 28, 3], b=[28, 27, 1]',
    () => maximum(traced([null, 28, 28, 3]), zeros([28, 27, 1])),
  ),
  fails('less: the shapes do not broadcast: 3 meets 4 at axis -1. Received a=[3], b=[4]', () =>
    less(zeros([3]), zeros([4])),
  ),
  fails('prelu: the shapes do not broadcast: 4 meets 3 at axis -1. Received a=[2, 4], b=[3]', () =>
    prelu(zeros([2, 4]), zeros([3])),
  ),
  fails('where: the shapes do not broadcast: 3 meets 2 at axis -1', () =>
    where(zeros([2, 3], 'bool'), zeros([2]), 0),
  ),
  fails('softmax: axis is out of range for a tensor of rank 2. Received axis=2', () =>
    softmax(zeros([2, 3]), 2),
  ),
  fails('softmax: axis must name at least one axis. Received axis=[]', () => softmax(zeros([2, 3]), [])),
  fails('logSoftmax: axis must not name an axis twice. Received axis=[0, 0]', () =>
    logSoftmax(zeros([2, 3]), [0, 0]),
  ),
  fails('layerNorm: axis is out of range for a tensor of rank 2. Received axis=2', () =>
    layerNorm(zeros([2, 6]), { axis: 2 }),
  ),
  fails('groupNorm: 6 channels do not divide into 4 groups. Received x=[2, 4, 6]', () =>
    groupNorm(zeros([2, 4, 6]), { groups: 4 }),
  ),
  fails('groupNorm: axis 0 is the batch, not the channels', () => groupNorm(zeros([2, 4, 6]), { axis: 0 })),
  fails('sum: axis is out of range for a tensor of rank 2. Received axis=2', () =>
    sum(zeros([2, 3]), { axis: 2 }),
  ),
  fails('mean: axis must not name an axis twice. Received axis=[0, -2]', () =>
    mean(zeros([2, 3]), { axis: [0, -2] }),
  ),
  fails('std: axis is out of range for a tensor of rank 2. Received axis=-3', () =>
    std(zeros([2, 3]), { axis: -3, keepDims: true }),
  ),
  fails('max: there is no max of no elements: axis 0 has size 0', () => max(zeros([0, 3]), { axis: 0 })),
  fails('argMax: axis is out of range for a tensor of rank 2. Received axis=2', () =>
    argMax(zeros([2, 3]), { axis: 2 }),
  ),
  fails('argMin: there is no argMin of no elements: axis 0 has size 0', () => argMin(zeros([0]))),
  fails('tensor: 3 elements cannot fill a shape of 4. Received input=[3], shape=[2, 2]', () =>
    tensor([1, 2, 3], [2, 2]),
  ),
  fails('tensor: the nested arrays have another shape. Received data=[2, 2], shape=[4]', () =>
    tensor(
      [
        [1, 2],
        [3, 4],
      ],
      [4],
    ),
  ),
  fails('tensor: cannot infer -1: 6 elements do not divide by 4. Received input=[6], shape=[4, -1]', () =>
    tensor([1, 2, 3, 4, 5, 6], [4, -1]),
  ),
  fails('unknown option "axes"', () => sum(zeros([2, 3]), { axes: 1 })),
  fails('unknown option "values"', () => pad(zeros([2, 3]), 1, { values: 0 })),
];
