import { describe, expect, it } from 'vitest';
import { adaptivePoolGeometry, globalPoolGeometry, poolGeometry } from '../../lib/shape/pool.js';
import { badPoolCases, poolCases } from '../cases/pool.js';
import { expectError, thrown } from '../support/errors.js';

describe('poolGeometry', () => {
  it.each(poolCases.map((row) => [JSON.stringify(row), row] as const))(
    '%s',
    (_, { input, window, options, out }) => {
      expect(
        poolGeometry('pool', input, window, { ...options, spatialRank: input.length - 2 }).outShape,
      ).toEqual(out);
    },
  );

  it.each(badPoolCases.map((row) => [row.why, row] as const))('refuses %s', (_, row) => {
    const spatialRank = row.input.length === 3 && row.text !== 'expandDims' ? 1 : 2;
    expectError(
      () => poolGeometry('pool', row.input, row.window, { ...row.options, spatialRank }),
      row.code,
      row.text,
    );
  });

  it('names the layer and the window', () => {
    expect(
      thrown(() => poolGeometry('MaxPooling2D "p"', [null, 3, 3, 1], 4, { spatialRank: 2 })).message,
    ).toBe(
      'MaxPooling2D "p": the window is wider than the padded input. Received input=[null, 3, 3, 1], poolSize=[4, 4], ' +
        'padding="valid". Use padding="same", or a window of at most 3.',
    );
  });

  it('starts every window of ceilMode in the input or the padding before it, for every small geometry', () => {
    for (let size = 1; size <= 9; size++) {
      for (let window = 1; window <= 4; window++) {
        for (let stride = 1; stride <= 5; stride++) {
          for (let pad = 0; pad <= Math.floor(window / 2); pad++) {
            const options = { strides: stride, padding: pad, ceilMode: true, spatialRank: 1 };
            if (size + 2 * pad < window) continue;
            const out = poolGeometry('pool', [1, size, 1], window, options).outSpatial[0] as number;
            expect((out - 1) * stride).toBeLessThan(size + pad);
            const next = out * stride;
            expect(next >= size + pad || next >= size + 2 * pad - window + stride).toBe(true);
          }
        }
      }
    }
  });
});

describe('globalPoolGeometry', () => {
  it.each([
    [[null, 7, 7, 512], {}, [1, 2], [null, 512]],
    [[null, 512, 7, 7], { dataFormat: 'channelsFirst' }, [2, 3], [null, 512]],
    [[2, 7, 7, 3], { keepDims: true }, [1, 2], [2, 1, 1, 3]],
    [[2, 3, 7, 7], { keepDims: true, dataFormat: 'channelsFirst' }, [2, 3], [2, 3, 1, 1]],
    [[null, null, null, 3], {}, [1, 2], [null, 3]],
  ] as const)('%j %j', (input, options, axes, out) => {
    const geometry = globalPoolGeometry('global', input, { ...options, spatialRank: 2 });
    expect(geometry.axes).toEqual(axes);
    expect(geometry.outShape).toEqual(out);
  });

  it('refuses empty axes and options of another type', () => {
    expectError(() => globalPoolGeometry('g', [1, 0, 3], { spatialRank: 1 }), 'ERR_SHAPE', 'empty');
    expectError(
      () => globalPoolGeometry('g', [1, 2, 3], { spatialRank: 1, keepDims: 1 as never }),
      'ERR_ARGUMENT',
      'keepDims',
    );
  });
});

describe('adaptivePoolGeometry', () => {
  it.each([
    [[1, 13, 13, 256], 6, {}, [1, 6, 6, 256]],
    [[1, 13, 13, 256], [6, null], {}, [1, 6, 13, 256]],
    [[2, 4, 4, 4], [2, 3], { dataFormat: 'channelsFirst' }, [2, 4, 2, 3]],
    [[1, 3, 3, 2], 7, {}, [1, 7, 7, 2]],
    [[null, null, 9, 2], [4, null], {}, [null, 4, 9, 2]],
    [[0, 3, 3, 2], 2, {}, [0, 2, 2, 2]],
  ] as const)('%j to %j', (input, size, options, out) => {
    expect(adaptivePoolGeometry('adaptive', input, size, { ...options, spatialRank: 2 }).outShape).toEqual(
      out,
    );
  });

  it.each([0, -1, 1.5, Number.NaN, 2 ** 53, [2], [2, 2, 2], [2, 0]])(
    'refuses an output size of %j',
    (size) => {
      expectError(
        () => adaptivePoolGeometry('a', [1, 4, 4, 1], size, { spatialRank: 2 }),
        'ERR_ARGUMENT',
        'outputSize',
      );
    },
  );
});
