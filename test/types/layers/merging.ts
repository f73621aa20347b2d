import {
  Add,
  Average,
  Concatenate,
  Dot,
  Input,
  Maximum,
  Minimum,
  Multiply,
  Subtract,
  zeros,
} from '../../../lib/index.js';
import { open, type Row, row, some } from '../row.js';

const bare: Concatenate = new Concatenate({ axis: 1 });

export const rows: readonly Row[] = [
  row(
    () =>
      new Add().computeOutputShape([
        [null, 8, 8, 16],
        [null, 8, 8, 16],
      ]),
    [null, 8, 8, 16],
  ),
  row(
    () =>
      new Add().computeOutputShape([
        [null, 8, 8, 1],
        [null, 1, 8, 16],
        [4, 8, 1, 1],
      ]),
    [4, 8, 8, 16],
  ),
  row(
    () =>
      new Add().computeOutputShape([
        [null, 8, 8, 16],
        [null, 16],
      ]),
    [null, 8, 8, 16],
  ),
  row(
    () =>
      new Add().computeOutputShape([
        [null, 5],
        [null, null],
      ]),
    [null, 5],
  ),
  row(
    () =>
      new Add().computeOutputShape([
        [null, 1],
        [null, null],
      ]),
    [null, null],
  ),
  row(
    () =>
      new Add().computeOutputShape([
        [null, 5],
        [null, some(5)],
      ]),
    [null, 5],
  ),
  row(
    () =>
      new Add().computeOutputShape([
        [null, some(5)],
        [null, some(5)],
      ]),
    [null, some(5)],
  ),
  row(() => new Add().computeOutputShape([[null, 5], open(null, 5)]), open(null, 5)),
  row(() => new Add().apply([Input({ shape: [4] }), Input({ shape: [4] })]).shape, [null, 4]),
  row(() => new Add().apply([zeros([2, 1]), zeros([2, 3])]).shape, [2, 3]),
  row(
    () =>
      new Subtract().computeOutputShape([
        [null, 50, 1],
        [null, 50, 49],
      ]),
    [null, 50, 49],
  ),
  row(
    () =>
      new Multiply().computeOutputShape([
        [null, 50, 1],
        [null, 50, 49],
      ]),
    [null, 50, 49],
  ),
  row(
    () =>
      new Multiply().computeOutputShape([
        [null, 7, 7, 64],
        [null, 1, 1, 64],
      ]),
    [null, 7, 7, 64],
  ),
  row(
    () =>
      new Average().computeOutputShape([
        [2, 3],
        [2, 3],
        [null, 3],
      ]),
    [2, 3],
  ),
  row(
    () =>
      new Maximum().computeOutputShape([
        [2, 3],
        [2, 1],
      ]),
    [2, 3],
  ),
  row(
    () =>
      new Minimum().computeOutputShape([
        [1, 3],
        [1, 1],
      ]),
    [1, 3],
  ),

  row(
    () =>
      new Concatenate().computeOutputShape([
        [null, 8, 8, 16],
        [null, 8, 8, 32],
      ]),
    [null, 8, 8, 48],
  ),
  row(
    () =>
      new Concatenate({ axis: 1 }).computeOutputShape([
        [null, 2, 5],
        [null, 3, 5],
        [null, 4, 5],
      ]),
    [null, 9, 5],
  ),
  row(
    () =>
      new Concatenate({ axis: 0 }).computeOutputShape([
        [2, 5],
        [3, 5],
      ]),
    [5, 5],
  ),
  row(
    () =>
      new Concatenate().computeOutputShape([
        [null, 8, 8, null],
        [null, 8, 8, 32],
      ]),
    [null, 8, 8, null],
  ),
  row(
    () =>
      new Concatenate().computeOutputShape([
        [null, null, 8, 2],
        [null, 8, 8, 32],
      ]),
    [null, 8, 8, 34],
  ),
  row(
    () =>
      new Concatenate().computeOutputShape([
        [null, 8, some(2)],
        [null, 8, 32],
      ]),
    [null, 8, some(34)],
  ),
  row(
    () =>
      bare.computeOutputShape([
        [null, 3, 5],
        [null, 4, 5],
      ]),
    [null, some(7), some(5)],
  ),
  row(() => new Concatenate().apply([zeros([2, 1]), zeros([2, 3])]).shape, [2, 4]),
  row(
    () => new Concatenate({ axis: -2 }).apply([Input({ shape: [4, 6] }), Input({ shape: [5, 6] })]).shape,
    [null, 9, 6],
  ),

  row(
    () =>
      new Dot({ axes: [2, 1] }).computeOutputShape([
        [null, 1, 50],
        [null, 50, 49],
      ]),
    [null, 1, 49],
  ),
  row(
    () =>
      new Dot({ axes: 1 }).computeOutputShape([
        [null, 50],
        [null, 50],
      ]),
    [null, 1],
  ),
  row(
    () =>
      new Dot({ axes: -1 }).computeOutputShape([
        [null, 7, 50],
        [3, 8, 50],
      ]),
    [3, 7, 8],
  ),
  row(
    () =>
      new Dot({ axes: [2, 1], normalize: true }).computeOutputShape([
        [2, null, 5],
        [2, 5],
      ]),
    [2, null],
  ),
];
