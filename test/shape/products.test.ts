import { describe, expect, it } from 'vitest';
import { type BatchDotAxes, batchDotGeometry } from '../../lib/shape/batch-dot.js';
import { einsumGeometry } from '../../lib/shape/einsum.js';
import { dotShape, matmulGeometry } from '../../lib/shape/matmul.js';
import { badEinsumCases, einsumCases } from '../cases/einsum.js';
import { badBatchDotCases, badMatmulCases, batchDotCases, dotCases, matmulCases } from '../cases/products.js';
import { expectError, thrown } from '../support/errors.js';

describe('matmulGeometry', () => {
  it.each(matmulCases)('%j times %j %j is %j', (a, b, flags, out) => {
    expect(matmulGeometry('matmul', a, b, flags).outShape).toEqual(out);
  });

  it.each(badMatmulCases)('refuses %s', (_, a, b, code, text) => {
    expectError(() => matmulGeometry('matmul', a, b), code, text);
  });

  it('shows both shapes and the flags', () => {
    expect(thrown(() => matmulGeometry('matmul', [2, 3], [3, 2], { transposeB: true })).message).toBe(
      'matmul: the inner sizes differ: 3 columns of a meet 2 rows of b. ' +
        'Received a=[2, 3], b=[3, 2], transposeA=false, transposeB=true.',
    );
  });
});

describe('dotShape', () => {
  it.each(dotCases)('%j and %j give %j', (a, b, out) => {
    expect(dotShape('dot', a, b)).toEqual(out);
  });

  it('refuses sizes that differ', () => {
    expectError(() => dotShape('dot', [2, 3], [2, 3]), 'ERR_SHAPE', 'the contracted sizes differ: 3 and 2');
  });
});

describe('batchDotGeometry', () => {
  it.each(batchDotCases)('%j and %j over %j give %j', (x, y, axes, out) => {
    expect(batchDotGeometry('batchDot', x, y, axes).outShape).toEqual(out);
  });

  it.each(badBatchDotCases)('refuses %s', (_, x, y, axes, code, text) => {
    expectError(() => batchDotGeometry('batchDot', x, y, axes as BatchDotAxes), code, text);
  });
});

describe('einsumGeometry', () => {
  it.each(einsumCases)('%s of %j gives %j', (equation, shapes, out) => {
    expect(einsumGeometry('einsum', equation, shapes).outShape).toEqual(out);
  });

  it.each(badEinsumCases)('refuses %s of %j', (equation, shapes, code, text) => {
    expectError(() => einsumGeometry('einsum', equation as string, shapes), code, text);
  });
});
