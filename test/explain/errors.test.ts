import { describe, expect, it } from 'vitest';
import { failure, LayerwiseError, shapeError } from '../../lib/errors.js';
import {
  add,
  Conv2D,
  concat,
  conv1d,
  conv2d,
  conv2dTranspose,
  Dense,
  Dot,
  dot,
  Flatten,
  MaxPooling2D,
  matmul,
  reshape,
  Sequential,
  type Tensor,
  zeros,
} from '../../lib/index.js';
import { explain } from '../../lib/shape/explain/explain.js';
import { thrown } from '../support/errors.js';

/** A tensor whose shape the compiler does not know: it would refuse these calls. */
const of = (shape: readonly number[]): Tensor => zeros(shape) as Tensor;

/** The lines below "What would fit:". */
function fits(body: () => unknown): string[] {
  const text = thrown(body).explanation ?? '';
  const at = text.indexOf('What would fit:\n');
  expect(at, text).toBeGreaterThan(0);
  return text
    .slice(at)
    .split('\n')
    .slice(1)
    .map((line) => line.trim());
}

describe('error.explanation', () => {
  it('is made when it is read, once, and is no part of the message', () => {
    let made = 0;
    const error = shapeError('op', 'a rule', { a: 1 }, 'Do this', () => {
      made++;
      return 'the arithmetic';
    });
    expect(error.message).toBe('op: a rule. Received a=1. Do this.');
    expect(made).toBe(0);
    expect([error.explanation, error.explanation]).toEqual(['the arithmetic', 'the arithmetic']);
    expect(made).toBe(1);
    expect(failure('ERR_SHAPE', 'op', 'a rule').explanation).toBeUndefined();
    expect(new LayerwiseError('ERR_STATE', 'text').explanation).toBeUndefined();
  });

  it('has the arithmetic of a window that is too wide', () => {
    const layer = new Conv2D({ name: 'conv1', filters: 8, kernelSize: 7 });
    expect(thrown(() => layer.build([null, 5, 5, 3])).explanation).toBe(
      [
        'oH = floor((5 + 2*0 - 1*(7-1) - 1) / 1) + 1 = -1, and a size is at least 1.',
        'Along the rows the window covers 1*(7-1) + 1 = 7, and the padded input has 5 + 2*0 = 5: there is no',
        'place for it.',
        '',
        'What would fit:',
        '  kernelSize 5 or less along the rows, for oH = 1 or more',
        '  padding 1 along the rows, for oH = 1',
        '  padding "same", for oH = ceil(5 / 1) = 5',
        '  an input of 7 rows or more',
      ].join('\n'),
    );
  });

  it('and what it says would fit does', () => {
    const conv = (options: object, rows = 5) =>
      new Conv2D({ filters: 8, kernelSize: 7, ...options } as never).computeOutputShape([
        null,
        rows,
        5,
        3,
      ] as never);
    expect(conv({ kernelSize: 5 })).toEqual([null, 1, 1, 8]);
    expect(conv({ padding: 1 })).toEqual([null, 1, 1, 8]);
    expect(conv({ padding: 'same' })).toEqual([null, 5, 5, 8]);
  });

  it('for windows of every kind', () => {
    let tried = 0;
    for (let size = 1; size <= 6; size++) {
      for (let kernel = 2; kernel <= 7; kernel++) {
        for (const [dilation, stride, zeros] of [
          [1, 1, 0],
          [1, 3, 1],
          [2, 1, 0],
          [3, 2, 1],
        ] as const) {
          const geometry = (given: object, rows = size) =>
            explain({
              op: 'conv1d',
              inputShape: [1, rows, 1],
              filters: 1,
              kernelSize: kernel,
              strides: stride,
              dilationRate: dilation,
              padding: zeros,
              ...given,
            }).shape[1];
          if (zeros * 2 + size >= (kernel - 1) * dilation + 1) continue;
          tried++;
          const [window, padding, same, rows] = fits(() => geometry({})).map(
            (line) => line.match(/\d+|\[.*?\]/g) as string[],
          ) as [string[], string[], string[], string[]];
          expect(geometry({ kernelSize: Number(window[0]) })).toBe(Number(window[1]));
          expect(geometry({ padding: [JSON.parse(padding[0] as string)] })).toBe(1);
          expect(geometry({ padding: 'same' })).toBe(Number(same.at(-1)));
          expect(geometry({}, Number(rows[0]))).toBe(1);
        }
      }
    }
    expect(tried).toBeGreaterThan(60);
  });

  it('knows the axis and the dilation', () => {
    expect(fits(() => conv1d(of([1, 9, 1]), of([5, 1, 1]), { padding: 1, dilationRate: 3 }))).toEqual([
      'kernelSize 4 or less along the steps, for steps = 2 or more',
      'padding 2 along the steps, for steps = 1',
      'padding "same", for steps = ceil(9 / 1) = 9',
      'an input of 11 steps or more',
    ]);
    expect(
      fits(() => new MaxPooling2D({ poolSize: 2, padding: 2 }).computeOutputShape([null, 8, 8, 3] as never)),
    ).toEqual(['padding 1 or less along the rows', 'a window of 3 or more']);
  });

  it('has the shapes that channels and groups would fit', () => {
    expect(fits(() => conv2d(of([1, 8, 8, 3]), of([3, 3, 4, 8])))).toEqual([
      'a kernel of [3, 3, 3, 8]',
      'an input of [1, 8, 8, 4]',
    ]);
    expect(fits(() => conv2d(of([1, 3, 8, 8]), of([3, 3, 3, 4])))).toContain(
      'dataFormat "channelsFirst": axis 1 of the input has size 3',
    );
    expect(fits(() => conv2dTranspose(of([1, 8, 8, 3]), of([3, 3, 8, 4])))).toContain(
      'a kernel of [3, 3, 8, 3]',
    );
    expect(fits(() => conv2d(of([1, 8, 8, 6]), of([3, 3, 1, 8]), { groups: 4 }))).toEqual([
      'groups 1, 2: divides the channels and the filters',
      '8 channels in 4 groups',
    ]);
  });

  it('has the output that a transposed convolution could have', () => {
    const transposed = (options: object) =>
      conv2dTranspose(of([1, 2, 2, 1]), of([3, 3, 1, 1]), options as never).shape;
    expect(fits(() => transposed({ padding: 3 }))[0]).toBe(
      'padding that takes 3 less in all, for a size of 1',
    );
    expect(
      transposed({
        padding: [
          [1, 2],
          [2, 1],
        ],
      }),
    ).toEqual([1, 1, 1, 1]);
    expect(fits(() => transposed({ strides: 2, outputSize: 9 }))).toEqual(['outputSize 5 along this axis']);
    expect(transposed({ strides: 2, outputSize: 5 })).toEqual([1, 5, 5, 1]);
    expect(fits(() => transposed({ strides: 2, padding: 'same', outputSize: 9 }))).toEqual([
      'outputSize 3 along this axis',
    ]);
    expect(transposed({ strides: 2, padding: 'same', outputSize: 3 })).toEqual([1, 3, 3, 1]);
  });

  it('has what a missing axis could be', () => {
    expect(fits(() => conv2d(of([28, 28, 3]), of([3, 3, 3, 8])))).toEqual([
      '[1, 28, 28, 3]: a batch of one sample, expandDims(x, 0)',
      '[28, 28, 3, 1]: one channel, expandDims(x, -1)',
    ]);
    const layer = new Conv2D({ filters: 8, kernelSize: 3, dataFormat: 'channelsFirst' });
    expect(fits(() => layer.build([28, 28]))).toEqual(['[1, 1, 28, 28]: one sample with one channel']);
  });

  it('has the nearest shapes of a reshape, and they do', () => {
    expect(thrown(() => reshape(of([2, 15]), [-1, 8] as number[])).explanation).toBe(
      [
        '[2, 15] holds 2 x 15 = 30 elements.',
        '[-1, 8] takes 8 at a time, and 30 / 8 = 3.75 is no whole number.',
        '',
        'What would fit:',
        '  [-1, 6], which is [5, 6]',
        '  [-1, 10], which is [3, 10]',
        '  24 or 32 elements in [-1, 8]',
      ].join('\n'),
    );
    expect(reshape(of([2, 15]), [-1, 6] as number[]).shape).toEqual([5, 6]);
    expect(fits(() => reshape(of([5, 784]), [4, 28, 28, 1] as number[]))).toEqual([
      '[5, 28, 28, 1]',
      '[4, 35, 28, 1]',
      '[4, 28, 35, 1]',
    ]);
    for (const shape of [
      [5, 28, 28, 1],
      [4, 35, 28, 1],
      [4, 28, 35, 1],
    ])
      reshape(of([5, 784]), shape);
    expect(fits(() => reshape(of([783]), [-1, 28, 28, 1] as number[]))).toEqual([
      '784 elements in [-1, 28, 28, 1]',
    ]);
    expect(fits(() => reshape(of([7]), [2, 2] as number[]))).toEqual([
      '[7], or any sizes whose product is 7',
    ]);
  });

  it('has the reshapes that broadcast', () => {
    expect(fits(() => add(of([50]), of([50, 49])))).toEqual([
      'the first as [50, 1], reshaped: the result is [50, 49]',
    ]);
    expect(fits(() => add(of([2, 28, 28, 3]), of([2, 3, 28, 28])))).toEqual([
      'the second with its channels elsewhere: transpose(second, [0, 2, 3, 1])',
    ]);
    expect(fits(() => add(of([4]), of([3])))).toEqual([
      'the first as [4, 1], every element with every other: the result is [4, 3]',
    ]);
    expect(add(of([4, 1]), of([3])).shape).toEqual([4, 3]);
  });

  it('has the operands that a product would take', () => {
    expect(fits(() => matmul(of([2, 3]), of([5, 3])))).toEqual([
      'b of [3, 3]',
      'a of [2, 5]',
      'transposeB: true, which reads b with its last two axes exchanged',
    ]);
    expect(matmul(of([2, 3]), of([5, 3]), { transposeB: true }).shape).toEqual([2, 5]);
    expect(fits(() => dot(of([2, 3]), of([5, 4])))).toEqual(['[3, 4] as the second', '[2, 5] as the first']);
    const layer = new Dot({ axes: [1, 1] });
    expect(
      fits(() =>
        layer.computeOutputShape([
          [null, 1, 50],
          [null, 50, 49],
        ] as never),
      ),
    ).toContain('axes [2, 1]: both have size 50');
  });

  it('has the axis along which tensors do follow each other', () => {
    expect(fits(() => concat([of([2, 3, 4]), of([2, 5, 4])], 2))).toEqual([
      'axis 1: it is the only one along which the sizes differ',
      '[2, 3, 4] in place of [2, 5, 4]',
    ]);
  });

  it('has the features that a Dense layer was built for', () => {
    const layer = new Dense({ units: 10 });
    layer.build([null, 400]);
    expect(fits(() => layer.apply(of([1, 5, 5, 16])))).toEqual([
      'an input of [1, 5, 5, 400]',
      'a Flatten before it gives 5 x 5 x 16 = 400 features',
    ]);
    const net = new Sequential([new Flatten({ inputShape: [5, 5, 16] }), layer]);
    expect(net.outputShape).toEqual([null, 10]);
  });
});
