import { describe, expect, it } from 'vitest';
import {
  Conv2D,
  Conv2DTranspose,
  conv2d,
  conv2dTranspose,
  MaxPooling2D,
  type Tensor,
  tensor,
  zeros,
} from '../../lib/index.js';
import { explain } from '../../lib/shape/explain/explain.js';
import type { Sees } from '../../lib/shape/explain/sees.js';

const seesOf = (spec: string): Sees => explain(spec).sees as Sees;

describe('what an output sees', () => {
  it('is counted by hand for AlexNet', () => {
    const { axes, ranges, bytes } = seesOf('conv2d 227x227x3 96 11x11 stride 4 at [1, 54]');
    expect(axes.map(({ elements }) => [elements[0], elements.at(-1)])).toEqual([
      [4, 14],
      [216, 226],
    ]);
    // Row 4, column 216: (4 * 227 + 216) * 3 channels * 4 bytes; a row on: 227 * 3 * 4 bytes.
    expect(ranges[0]).toEqual({ begin: 13_488, end: 13_488 + 11 * 3 * 4 });
    expect(ranges[1]?.begin).toBe(13_488 + 227 * 3 * 4);
    expect(ranges).toHaveLength(11);
    expect(bytes).toBe(11 * 11 * 3 * 4);
  });

  it('is told in words', () => {
    expect(seesOf('conv2d 8x8x2 4 3 same at [0, 7]').toString()).toBe(
      [
        'output [0, 7] sees rows 0 to 1 (and 1 in the padding) and columns 6 to 7 (and 1 in the padding) of',
        '  the input, all 2 channels',
        '  bytes 48..64, 112..128 of a sample (float32, channels last, ends not included): 2 ranges, 32 bytes',
      ].join('\n'),
    );
    expect(seesOf('conv1d 9x1 4 3 dilation 2 at [1]').toString()).toBe(
      [
        'output [1] sees steps 1, 3, 5 of the input, its one channel',
        '  bytes 4..8, 12..16, 20..24 of a sample (float32, channels last, ends not included): 3 ranges, 12',
        '  bytes',
      ].join('\n'),
    );
  });

  it('says which channels an output channel reads', () => {
    const channels = (spec: string) =>
      seesOf(spec)
        .toString()
        .split('\n')[0]
        ?.replace(/.*input, /, '');
    expect(channels('conv2d 8x8x6 4 3 at [0, 0]')).toBe('all 6 channels');
    expect(channels('conv2d 8x8x6 4 3 groups 2 at [0, 0]')).toBe('each channel the 3 of its group');
    expect(channels('depthwiseConv2d 8x8x6 3 at [0, 0]')).toBe('each channel its own');
    expect(channels('maxPool2d 8x8x6 at [0, 0]')).toBe('each channel its own');
    expect(channels('conv2dTranspose 8x8x6 4 3 groups 2 at [0, 0]')).toBe('each channel the 3 of its group');
  });

  it('joins what lies side by side: a whole map is one range', () => {
    expect(seesOf('globalAvgPool2d 7x7x512 at [0, 0]').ranges).toEqual([{ begin: 0, end: 7 * 7 * 512 * 4 }]);
    expect(seesOf('adaptiveAvgPool2d 13x13x2 6x1 at [5, 0]').ranges).toEqual([
      { begin: 10 * 13 * 2 * 4, end: 13 * 13 * 2 * 4 },
    ]);
  });

  it('may be nothing but padding', () => {
    const { ranges, bytes, axes } = seesOf('conv2d 5x5x1 2 2 padding 3 at [0, 0]');
    expect({ ranges, bytes }).toEqual({ ranges: [], bytes: 0 });
    expect(axes[0]).toEqual({ noun: 'row', elements: [], inPadding: 2 });
    expect(seesOf('conv2d 5x5x1 2 2 padding 3 at [0, 0]').toString()).toContain(
      'no bytes: the window lies in the padding',
    );
  });

  /** Which elements of the input change an output: found by running the op on inputs with a single 1. */
  function found(
    size: number,
    at: number,
    run: (row: number) => { at(...index: number[]): unknown },
  ): number[] {
    return Array.from({ length: size }, (_, row) => row).filter((row) => run(row).at(0, at, 0, 0) !== 0);
  }

  const impulse = (size: number, row: number) => {
    const data = new Float32Array(size);
    data[row] = 1;
    return tensor(data, [1, size, 1, 1]);
  };
  const onesKernel = (taps: number): Tensor =>
    tensor(new Float32Array(taps).fill(1), [taps, 1, 1, 1] as readonly number[]) as Tensor;

  it.each([
    [1, 1, 'valid', 3],
    [2, 1, 'same', 3],
    [1, 2, 'same', 3],
    [3, 1, 1, 4],
  ] as const)(
    'agrees with the convolution: stride %d, dilation %d, padding %s',
    (strides, dilationRate, padding, taps) => {
      const options = { strides: [strides, 1], dilationRate: [dilationRate, 1], padding } as const;
      const layer = new Conv2D({
        filters: 1,
        kernelSize: [taps, 1],
        strides: [strides, 1],
        padding: typeof padding === 'number' ? [padding, 0] : padding,
        ...(dilationRate > 1 ? { dilationRate: [dilationRate, 1] } : {}),
      });
      const rows = layer.computeOutputShape([1, 11, 1, 1])[1] as number;
      for (let at = 0; at < rows; at++) {
        const sees = layer.explain([1, 11, 1, 1], { at: [at, 0] }).sees as Sees;
        const run = (row: number) =>
          conv2d(impulse(11, row), onesKernel(taps), {
            ...options,
            padding: typeof padding === 'number' ? [padding, 0] : padding,
          });
        expect(sees.axes[0]?.elements).toEqual(found(11, at, run));
      }
    },
  );

  it.each([
    [2, 'same'],
    [3, 'valid'],
    [2, 1],
  ] as const)('agrees with the transposed convolution: stride %d, padding %s', (strides, padding) => {
    const explicit = typeof padding === 'number' ? ([padding, 0] as const) : padding;
    const layer = new Conv2DTranspose({
      filters: 1,
      kernelSize: [3, 1],
      strides: [strides, 1],
      padding: explicit,
    });
    const rows = layer.computeOutputShape([1, 6, 1, 1])[1] as number;
    for (let at = 0; at < rows; at++) {
      const sees = layer.explain([1, 6, 1, 1], { at: [at, 0] }).sees as Sees;
      const run = (row: number) =>
        conv2dTranspose(impulse(6, row), onesKernel(3), { strides: [strides, 1], padding: explicit });
      expect(sees.axes[0]?.elements).toEqual(found(6, at, run));
    }
  });

  it('is that of a layer, in its data format', () => {
    const { sees } = new MaxPooling2D({ poolSize: 2, dataFormat: 'channelsFirst' }).explain([null, 2, 4, 4], {
      at: [1, 0],
    });
    expect(sees?.ranges).toEqual([
      { begin: 32, end: 40 },
      { begin: 48, end: 56 },
      { begin: 96, end: 104 },
      { begin: 112, end: 120 },
    ]);
    expect(zeros([1, 2, 4, 4]).data.byteLength).toBe(128);
  });
});
