import { describe, expect, it } from 'vitest';
import { convGeometry, depthwiseGeometry } from '../../lib/shape/conv.js';
import { convTransposeGeometry } from '../../lib/shape/conv-transpose.js';
import { separableGeometry } from '../../lib/shape/separable.js';
import { badConvCases } from '../cases/bad-conv.js';
import { convCases } from '../cases/conv.js';
import { badTransposeCases, transposeCases } from '../cases/conv-transpose.js';
import { expectError, thrown } from '../support/errors.js';

const named = <T extends object>(cases: readonly T[]) =>
  cases.map((row) => [JSON.stringify(row), row] as const);

describe('convGeometry', () => {
  it.each(named(convCases))('%s', (_, { input, kernel, options, out, pads }) => {
    const geometry = convGeometry('conv', input, kernel, options);
    expect(geometry.outShape).toEqual(out);
    if (pads) expect([geometry.padBegin, geometry.padEnd]).toEqual(pads);
    const channelsFirst = options?.dataFormat === 'channelsFirst';
    expect(geometry.outSpatial).toEqual(channelsFirst ? out.slice(2) : out.slice(1, -1));
    expect(geometry.outChannels).toBe(kernel.at(-1));
  });

  it.each(badConvCases.map((row) => [row.why, row] as const))('refuses %s', (_, row) => {
    expectError(() => convGeometry('conv2d', row.input, row.kernel, row.options), row.code, row.text);
  });

  it('explains the arithmetic with the name of the layer', () => {
    const wide = () => convGeometry('Conv2D "conv1"', [null, 5, 5, 3], [7, 7, 3, 8], { padding: 'valid' });
    expect(thrown(wide).message).toBe(
      'Conv2D "conv1": the window is wider than the padded input. Received input=[null, 5, 5, 3], kernelSize=[7, 7], ' +
        'padding="valid". Use padding="same", or a kernel of at most 5.',
    );
    const dilated = () => convGeometry('conv1d', [1, 9, 1], [5, 1, 1], { padding: 1, dilationRate: 3 });
    expect(thrown(dilated).message).toBe(
      'conv1d: the window is wider than the padded input. Received input=[1, 9, 1], kernelSize=[5], dilationRate=[3], ' +
        'padding=[[1, 1]]. Use padding="same", or a kernel of at most 4 at this dilation.',
    );
  });

  it('agrees with counting the windows, for every small geometry', () => {
    for (let size = 1; size <= 9; size++) {
      for (let kernel = 1; kernel <= 4; kernel++) {
        for (let stride = 1; stride <= 4; stride++) {
          for (let dilation = 1; dilation <= 3; dilation++) {
            for (const [begin, end] of [
              [0, 0],
              [1, 2],
              [3, 0],
            ] as const) {
              let count = 0;
              while (count * stride + (kernel - 1) * dilation + 1 <= size + begin + end) count++;
              const run = () =>
                convGeometry('conv1d', [1, size, 1], [kernel, 1, 1], {
                  strides: stride,
                  dilationRate: dilation,
                  padding: [[begin, end]],
                }).outSpatial[0];
              if (count === 0) expect(thrown(run).code).toBe('ERR_SHAPE');
              else expect(run()).toBe(count);
            }
          }
        }
      }
    }
  });
});

describe('depthwiseGeometry and separableGeometry', () => {
  it('makes channels times multiplier outputs in as many groups as channels', () => {
    const geometry = depthwiseGeometry('depthwiseConv2d', [null, 8, 8, 3], [3, 3, 3, 2], { padding: 'same' });
    expect(geometry.outShape).toEqual([null, 8, 8, 6]);
    expect(geometry.groups).toBe(3);
    expect(geometry.outChannels).toBe(6);
  });

  it('reads and writes both data formats', () => {
    expect(depthwiseGeometry('d', [2, 3, 8], [3, 3, 2], { dataFormat: 'channelsFirst' }).outShape).toEqual([
      2, 6, 6,
    ]);
    const separable = separableGeometry('s', [2, 3, 8, 8], [3, 3, 3, 2], [1, 1, 6, 5], {
      dataFormat: 'channelsFirst',
    });
    expect(separable.outShape).toEqual([2, 5, 6, 6]);
    expect(separableGeometry('s', [1, 9, 4], [3, 4, 1], [1, 4, 8], { strides: 2 }).outShape).toEqual([
      1, 4, 8,
    ]);
  });

  it.each([
    [
      'channels',
      () => depthwiseGeometry('d', [1, 8, 8, 4], [3, 3, 3, 2]),
      'the input has 4 channels but the kernel reads 3',
    ],
    ['no multiplier', () => depthwiseGeometry('d', [1, 8, 8, 3], [3, 3, 3, 0]), 'the kernel is empty'],
    [
      'a filter count that overflows',
      () => depthwiseGeometry('d', [1, 8, 2 ** 27], [3, 2 ** 27, 2 ** 27]),
      'too many elements',
    ],
    [
      'a pointwise window',
      () => separableGeometry('s', [1, 8, 8, 3], [3, 3, 3, 1], [2, 1, 3, 4]),
      'a window of 1',
    ],
    [
      'a pointwise rank',
      () => separableGeometry('s', [1, 8, 8, 3], [3, 3, 3, 1], [1, 3, 4]),
      'a window of 1',
    ],
    [
      'pointwise channels',
      () => separableGeometry('s', [1, 8, 8, 3], [3, 3, 3, 2], [1, 1, 3, 4]),
      'gives 6 channels but the pointwise kernel reads 3',
    ],
  ] as const)('refuses %s', (_, body, text) => {
    expectError(body, 'ERR_SHAPE', text);
  });
});

describe('convTransposeGeometry', () => {
  it.each(named(transposeCases))('%s', (_, { size, kernel, options, out, crop }) => {
    const geometry = convTransposeGeometry('conv1dTranspose', [null, size, 3], [kernel, 5, 3], options);
    expect(geometry.outShape).toEqual([null, out, 5]);
    expect(geometry.padBegin).toEqual([crop]);
  });

  it.each(badTransposeCases.map((row) => [row.why, row] as const))('refuses %s', (_, row) => {
    expectError(
      () => convTransposeGeometry('conv1dTranspose', row.input, row.kernel, row.options),
      row.code,
      row.text,
    );
  });

  it('multiplies the filters of a kernel by its groups', () => {
    const geometry = convTransposeGeometry('t', [1, 4, 4, 6], [2, 2, 3, 6], { strides: 2, groups: 2 });
    expect(geometry.outShape).toEqual([1, 8, 8, 6]);
    expect(
      convTransposeGeometry('t', [1, 6, 4, 4], [2, 2, 3, 6], { dataFormat: 'channelsFirst' }).outShape,
    ).toEqual([1, 3, 5, 5]);
  });

  it('goes back to the size a convolution came from', () => {
    for (let size = 1; size <= 12; size++) {
      for (let kernel = 1; kernel <= 4; kernel++) {
        for (let stride = 1; stride <= 4; stride++) {
          const options = { strides: stride, padding: 'same' } as const;
          const forward = convGeometry('c', [1, size, 1], [kernel, 1, 1], options);
          const back = convTransposeGeometry('t', forward.outShape, [kernel, 1, 1], {
            ...options,
            outputSize: size,
          });
          expect(back.outShape).toEqual([1, size, 1]);
          expect(back.padBegin).toEqual(forward.padBegin);
        }
      }
    }
  });
});
