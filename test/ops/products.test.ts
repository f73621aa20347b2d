import { describe, expect, it } from 'vitest';
import { withBackend } from '../../lib/backend/settings.js';
import * as ops from '../../lib/index.js';
import { type BatchDotAxes, batchDotGeometry } from '../../lib/shape/batch-dot.js';
import { einsumGeometry } from '../../lib/shape/einsum.js';
import { ones, tensor, zeros } from '../../lib/tensor/create.js';
import type { Tensor } from '../../lib/tensor/tensor.js';
import { badEinsumCases, einsumCases } from '../cases/einsum.js';
import { badBatchDotCases, batchDotCases, dotCases, matmulCases } from '../cases/products.js';
import { expectError } from '../support/errors.js';
import {
  at,
  build,
  indices,
  roundingOf,
  sample,
  type Values,
  valuesOf,
  worstDifference,
} from '../support/naive.js';

const BACKENDS = ['cpu', 'reference'] as const;
const complete = (shapes: readonly (readonly (number | null)[])[]) =>
  shapes.every((shape) => !shape.includes(null));

/** Einstein's sum by its definition: over every value of every label. A size of 1 is read at 0. */
function naiveEinsum(equation: string, operands: readonly Values[]): Values {
  const { inputs, output, sizes } = einsumGeometry(
    'einsum',
    equation,
    operands.map(({ shape }) => shape),
  );
  const labels = [...sizes.keys()];
  const summed = labels.filter((label) => !output.includes(label));
  return build(
    output.map((label) => sizes.get(label) as number),
    (index) => {
      let total = 0;
      for (const inner of indices(summed.map((label) => sizes.get(label) as number))) {
        const where = (label: string) =>
          (output.includes(label) ? index[output.indexOf(label)] : inner[summed.indexOf(label)]) as number;
        total += operands.reduce((product, x, i) => {
          const place = (inputs[i] as readonly string[]).map((label, axis) =>
            x.shape[axis] === 1 ? 0 : where(label),
          );
          return product * at(x, place);
        }, 1);
      }
      return total;
    },
  );
}

const check = (got: Tensor, want: Values, terms: number) => {
  expect(got.shape).toEqual(want.shape);
  expect(worstDifference(got, want, Math.max(1, Math.sqrt(terms)))).toBeLessThan(
    roundingOf(got.dtype, terms),
  );
};

/** a and b as matmul means them, one product per element. */
function naiveMatmul(a: Tensor, b: Tensor, flags: { transposeA?: boolean; transposeB?: boolean }): Values {
  const rows = (x: Tensor, flip: boolean | undefined) => (flip && x.rank > 1 ? ops.swapaxes(x, -1, -2) : x);
  const [left, right] = [rows(a, flags.transposeA), rows(b, flags.transposeB)];
  if (a.rank === 1 && b.rank === 1) return naiveEinsum('k,k->', [valuesOf(a), valuesOf(b)]);
  if (a.rank === 1) return naiveEinsum('k,...kn->...n', [valuesOf(left), valuesOf(right)]);
  if (b.rank === 1) return naiveEinsum('...mk,k->...m', [valuesOf(left), valuesOf(right)]);
  return naiveEinsum('...mk,...kn->...mn', [valuesOf(left), valuesOf(right)]);
}

describe.each(BACKENDS)('products on the %s backend', (backend) => {
  const known = matmulCases.filter(([a, b]) => complete([a, b]));
  const odd: typeof matmulCases = [
    [[17, 31], [31, 33], {}, [17, 33]],
    [[3, 13, 7], [3, 7, 19], {}, [3, 13, 19]],
    [[64, 4, 4], [64, 4, 4], {}, [64, 4, 4]],
    [[9, 8, 1], [9, 1, 8], {}, [9, 8, 8]],
    [[1, 257], [257, 3], {}, [1, 3]],
    [[29, 1], [1, 31], {}, [29, 31]],
    [[5, 31, 17], [31, 18], { transposeA: true }, [5, 17, 18]],
    [[5, 17, 31], [18, 31], { transposeB: true }, [5, 17, 18]],
  ];

  it.each([...known, ...odd])('matmul %j %j %j', (a, b, flags) => {
    for (const dtype of ['float32', 'float64'] as const) {
      const [x, y] = [sample(a as number[], dtype), sample(b as number[], dtype, 2)];
      const got = withBackend(backend, () => ops.matmul(x, y, flags));
      check(
        got,
        naiveMatmul(x, y, flags),
        (flags.transposeA && a.length > 1 ? a.at(-2) : a.at(-1)) as number,
      );
    }
  });

  it('adds a bias and applies an activation', () => {
    withBackend(backend, () => {
      const [x, y, bias] = [sample([5, 7]), sample([7, 3], 'float32', 2), sample([3], 'float32', 3)];
      const want = valuesOf(ops.relu(ops.add(ops.matmul(x, y), bias)));
      check(ops.matmul(x, y, { bias, activation: 'relu' }), want, 8);
      check(
        ops.matmul(x, y, { bias, activation: 'softmax' }),
        valuesOf(ops.softmax(ops.add(ops.matmul(x, y), bias))),
        8,
      );
      expect(ops.matmul(zeros([2, 0]), zeros([0, 3]), { bias: tensor([1, 2, 3]) }).toArray()).toEqual([
        [1, 2, 3],
        [1, 2, 3],
      ]);
    });
  });

  it.each(dotCases.filter(([a, b]) => complete([a, b])))('dot %j %j', (a, b, out) => {
    const [x, y] = [sample(a as number[]), sample(b as number[], 'float32', 2)];
    const got = withBackend(backend, () => ops.dot(x, y));
    expect(got.shape).toEqual(out);
    if (a.length < 2 || b.length < 3) return;
    check(got, naiveEinsum('abk,ckd->abcd', [valuesOf(x), valuesOf(y)]), 4);
  });

  it.each(batchDotCases.filter(([x, y]) => complete([x, y])))('batchDot %j %j over %j', (x, y, axes, out) => {
    const [a, b] = [sample(x as number[], 'float64'), sample(y as number[], 'float64', 2)];
    const { axisX, axisY } = batchDotGeometry('b', x, y, axes);
    const letters = (rank: number, axis: number, first: string) =>
      Array.from({ length: rank }, (_, i) =>
        i === 0 ? 'n' : i === axis ? 'k' : String.fromCharCode(first.charCodeAt(0) + i),
      ).join('');
    const [left, right] = [letters(x.length, axisX, 'a'), letters(y.length, axisY, 'p')];
    const rest = `n${left.replaceAll(/[nk]/g, '')}${right.replaceAll(/[nk]/g, '')}`;
    const want = naiveEinsum(`${left},${right}->${rest}`, [valuesOf(a), valuesOf(b)]);
    const got = withBackend(backend, () => ops.batchDot(a, b, axes));
    check(got, { ...want, shape: out as number[] }, 8);
  });

  it.each(einsumCases.filter(([, shapes]) => complete(shapes)))('einsum %s %j', (equation, shapes) => {
    const operands = shapes.map((shape, i) => sample(shape as number[], 'float64', i + 1));
    const got = withBackend(backend, () => ops.einsum(equation, ...operands));
    check(got, naiveEinsum(equation, operands.map(valuesOf)), 64);
  });

  it('weighs the rows of matrices in two ways', () => {
    withBackend(backend, () => {
      const [weights, rows] = [sample([4, 50]), sample([4, 50, 49], 'float32', 2)];
      const byProduct = ops.mul(ops.expandDims(weights, -1), rows);
      const sums = ops.sum(byProduct, { axis: 1 });
      const byDot = ops.reshape(ops.batchDot(ops.reshape(weights, [4, 1, 50]), rows, [2, 1]), [4, 49]);
      expect(worstDifference(byDot, valuesOf(sums), 8)).toBeLessThan(1e-6);
      const outer = ops.batchDot(
        ops.reshape(weights, [4, 1, 50]),
        ops.reshape(ops.slice(rows, [null, 0], [null, 1]), [4, 49, 1]),
        [1, 2],
      );
      expect(outer.shape).toEqual([4, 50, 49]);
    });
  });
});

describe('what the products refuse', () => {
  const [x, y] = [ones([2, 3]), ones([3, 4])];
  it.each([
    ['inner sizes', () => ops.matmul(x, x as Tensor), 'ERR_SHAPE', 'the inner sizes differ'],
    [
      'integers',
      () => ops.matmul(ones([2, 2], 'int32'), ones([2, 2], 'int32')),
      'ERR_DTYPE',
      'float32 or float64',
    ],
    ['two dtypes', () => ops.matmul(x, ones([3, 4], 'float64')), 'ERR_DTYPE', 'a and b must have one dtype'],
    [
      'a bias of another length',
      () => ops.matmul(x, y, { bias: ones([3]) }),
      'ERR_SHAPE',
      'bias must have shape [4]',
    ],
    [
      'an option that does not exist',
      () => ops.matmul(x, y, { transpose: true } as never),
      'ERR_ARGUMENT',
      'unknown option',
    ],
    [
      'a flag that is no boolean',
      () => ops.matmul(x, y, { transposeA: 1 as never }),
      'ERR_ARGUMENT',
      'transposeA',
    ],
    [
      'a result that no machine holds',
      () => ops.matmul(zeros([2 ** 20, 1]), zeros([1, 2 ** 20])),
      'ERR_SHAPE',
      'GiB',
    ],
    [
      'dot of sizes that differ',
      () => ops.dot(x, x as Tensor),
      'ERR_SHAPE',
      'dot: the contracted sizes differ',
    ],
    [
      'batchDot of dtypes that differ',
      () => ops.batchDot(x, ones([2, 3], 'float64'), 1),
      'ERR_DTYPE',
      'one dtype',
    ],
    [
      'einsum of nothing',
      () => ops.einsum('->' as string, ...([] as Tensor[])),
      'ERR_ARGUMENT',
      'at least one operand',
    ],
    [
      'einsum of dtypes that differ',
      () => ops.einsum('ij,jk', x, ones([3, 4], 'int32')),
      'ERR_DTYPE',
      'one dtype',
    ],
    ['einsum of arrays', () => ops.einsum('i', [1] as never), 'ERR_ARGUMENT', 'must be a Tensor'],
  ] as const)('%s', (_, body, code, text) => {
    expectError(body, code, text);
  });

  it.each(badBatchDotCases)('batchDot: %s', (_, a, b, axes, code, text) => {
    expectError(
      () => ops.batchDot(ones(a as number[]), ones(b as number[]), axes as BatchDotAxes),
      code,
      text,
    );
  });

  it.each(badEinsumCases.filter(([, shapes]) => shapes.flat().every((size) => (size ?? 0) < 100)))(
    'einsum: %s %j',
    (equation, shapes, code, text) => {
      expectError(
        () => ops.einsum(equation as string, ...shapes.map((shape) => ones(shape as number[]))),
        code,
        text,
      );
    },
  );
});
