import { expandDims, flatten, reshape, squeeze, zeros } from '../../../../lib/index.js';
import { traced } from '../../rows/inputs.js';
import { type FailingRow, fails } from '../fails.js';

export const rows: readonly FailingRow[] = [
  fails(
    'reshape: cannot infer -1: 30 elements do not divide by 8. Received input=[2, 15], shape=[-1, 8]',
    () => reshape(zeros([2, 15]), [-1, 8]),
  ),
  fails('reshape: only one size can be -1. Received input=[5, 784], shape=[-1, -1]', () =>
    reshape(zeros([5, 784]), [-1, -1]),
  ),
  fails('reshape: 12 elements cannot fill a shape of 5. Received input=[2, 6], shape=[5]', () =>
    reshape(zeros([2, 6]), [5]),
  ),
  fails('reshape: 12 elements cannot fill a shape of 15. Received input=[2, 6], shape=[3, 5]', () =>
    reshape(zeros([2, 6]), [3, 5]),
  ),
  fails(
    'reshape: every size of shape must be an integer of at least 0, or one of them -1. Received input=[2, 6], shape=[-2, 6]',
    () => reshape(zeros([2, 6]), [-2, 6]),
  ),
  fails(
    'reshape: every size of shape must be an integer of at least 0, or one of them -1. Received input=[2, 6], shape=[2.5, 4]',
    () => reshape(zeros([2, 6]), [2.5, 4]),
  ),
  fails(
    'reshape: a null in shape stands for an unknown size, and the input has none. Received input=[2, 6], shape=[null, 6]',
    () => reshape(zeros([2, 6]), [null, 6]),
  ),
  fails(
    'reshape: cannot infer -1: the other sizes hold no elements. Received input=[2, 6], shape=[0, -1]',
    () => reshape(zeros([2, 6]), [0, -1]),
  ),
  fails(
    'reshape: a multiple of 784 elements cannot fill a shape of 812. Received input=[null, 784], shape=[28, 29]',
    () => reshape(traced([null, 784]), [28, 29]),
  ),
  fails(
    'reshape: 784 elements cannot fill a shape of 812. Received input=[null, 784], shape=[null, 28, 29]',
    () => reshape(traced([null, 784]), [null, 28, 29]),
  ),
  fails('flatten: fromAxis must not come after toAxis. Received fromAxis=2, toAxis=1', () =>
    flatten(zeros([2, 3, 4]), 2, 1),
  ),
  fails('flatten: fromAxis is out of range for a tensor of rank 3. Received fromAxis=3', () =>
    flatten(zeros([2, 3, 4]), 3),
  ),
  fails('flatten: toAxis is out of range for a tensor of rank 3. Received toAxis=-4', () =>
    flatten(zeros([2, 3, 4]), 0, -4),
  ),
  fails('squeeze: axis 1 has size 3, only axes of size 1 can go. Received input=[1, 3, 1], axis=1', () =>
    squeeze(zeros([1, 3, 1]), 1),
  ),
  fails('squeeze: axis 1 has size 3, only axes of size 1 can go. Received input=[1, 3, 1], axis=[0, 1]', () =>
    squeeze(zeros([1, 3, 1]), [0, 1]),
  ),
  fails('squeeze: axis is out of range for a tensor of rank 3. Received axis=3', () =>
    squeeze(zeros([1, 3, 1]), 3),
  ),
  fails(
    'squeeze: axis 0 has size null, only axes of size 1 can go. Received input=[null, 3, 1], axis=0',
    () => squeeze(traced([null, 3, 1]), 0),
  ),
  fails('squeeze: axis must not name an axis twice. Received axis=[0, -3]', () =>
    squeeze(zeros([1, 3, 1]), [0, -3]),
  ),
  fails('expandDims: axis is out of range for a tensor of rank 3. Received axis=3', () =>
    expandDims(zeros([2, 3]), 3),
  ),
  fails('expandDims: axis must not name an axis twice. Received axis=[0, 0]', () =>
    expandDims(zeros([2, 3]), [0, 0]),
  ),
];
