import { expect, test } from 'vitest';
import { boundaryFaults, LIB, NATIVE, unitOf, wrongArrows } from '../../scripts/check-boundaries.mjs';

test('every arrow of the tree points one way', () => {
  expect(boundaryFaults()).toEqual([]);
});

test.each([
  ['shape/conv.ts', 'tensor/tensor.ts'],
  ['layers/layer.ts', 'graph/node.ts'],
  ['layers/layer.ts', 'backend/load.ts'],
  ['io/npy.ts', 'backend/load.ts'],
])('lib/%s may not import lib/%s', (from, to) => {
  expect(wrongArrows([[from, to]], LIB)).toHaveLength(1);
});

test.each([
  ['ops/conv.cc', 'backend/backend.h'],
  ['plan/plan.cc', 'binding/addon.h'],
  ['backend/cpu/kernels/gemm.cc', 'ops/conv.h'],
  ['backend/reference/conv.cc', 'backend/cpu/pack.h'],
])('native/%s may not include native/%s', (from, to) => {
  expect(wrongArrows([[from, to]], NATIVE)).toHaveLength(1);
});

test('a folder that is not on the map is a fault', () => {
  expect(wrongArrows([['extras/a.ts', 'errors.ts']], LIB)).toEqual([
    'extras/a.ts: the folder "extras" is not on the map',
  ]);
  expect(unitOf('backend/cpu/kernels/gemm.cc', NATIVE)).toBe('backend/cpu/kernels');
});
