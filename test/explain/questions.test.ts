import { describe, expect, it } from 'vitest';
import { explain } from '../../lib/index.js';
import { thrown } from '../support/errors.js';
import { lenet, vgg16 } from './nets.js';

// The texts are written out: each number in them was worked out by hand, so that a change is seen as a reader sees it.
describe('the questions people ask', () => {
  it('AlexNet: why does 227 become 55, and what is the 96?', () => {
    expect(explain('conv2d 227x227x3 96 11x11 stride 4').toString()).toBe(
      `
conv2d: 96 filters of 11x11, stride 4, on 227x227x3

input   [null, 227, 227, 3]
output  [null, 55, 55, 96]
        null  batch: how many samples at once; null (None) = any number
          55  oH, rows: the places of the window from top to bottom
          55  oW, columns: the places of the window from left to right
          96  channels: one map for each filter, whatever the input has

oH = floor((227 + 2*0 - 1*(11-1) - 1) / 4) + 1 = 55
oW = floor((227 + 2*0 - 1*(11-1) - 1) / 4) + 1 = 55
  size = floor((input + 2*padding - dilation*(kernel-1) - 1) / stride) + 1
  with input 227, padding 0 ("valid"), dilation 1, kernel 11, stride 4

parameters       96 filters x (11 x 11 x 3 weights + 1 bias) = 34,944
multiply-adds    55 x 55 x 96 outputs x (11 x 11 x 3) = 105,415,200 per sample
receptive field  11x11 elements of the input, jump 4, start 0

A filter reads all 3 channels under its window: it is 11x11x3, and there are 96.
Windows start at rows and columns 0, 4, 8, ..., 216; the last ends at 226, the last of the input.
`.trim(),
    );
  });

  it('AlexNet: why is 224 wrong, and what padding does it need?', () => {
    expect(explain('conv2d 224x224x3 96 11x11 stride 4').toString()).toBe(
      `
conv2d: 96 filters of 11x11, stride 4, on 224x224x3

input   [null, 224, 224, 3]
output  [null, 54, 54, 96]
        null  batch: how many samples at once; null (None) = any number
          54  oH, rows: the places of the window from top to bottom
          54  oW, columns: the places of the window from left to right
          96  channels: one map for each filter, whatever the input has

oH = floor((224 + 2*0 - 1*(11-1) - 1) / 4) + 1 = 54
oW = floor((224 + 2*0 - 1*(11-1) - 1) / 4) + 1 = 54
  size = floor((input + 2*padding - dilation*(kernel-1) - 1) / stride) + 1
  with input 224, padding 0 ("valid"), dilation 1, kernel 11, stride 4

parameters       96 filters x (11 x 11 x 3 weights + 1 bias) = 34,944
multiply-adds    54 x 54 x 96 outputs x (11 x 11 x 3) = 101,616,768 per sample
receptive field  11x11 elements of the input, jump 4, start 0

A filter reads all 3 channels under its window: it is 11x11x3, and there are 96.
Without floor oH and oW would be 54.25: only whole windows count, so 54, and the last row and column
are in no window. 3 more zeros make it 55: padding [1, 2] exactly, padding 2 with 1 left over.
`.trim(),
    );
  });

  it('VGG: where do 1,792 parameters come from?', () => {
    expect(explain('conv2d [null, 3, 224, 224] 64 3 same channelsFirst').toString()).toBe(
      `
conv2d: 64 filters of 3x3, padding "same", on 3x224x224

input   [null, 3, 224, 224]
output  [null, 64, 224, 224]
        null  batch: how many samples at once; null (None) = any number
          64  channels: one map for each filter, whatever the input has
         224  oH, rows: the places of the window from top to bottom
         224  oW, columns: the places of the window from left to right

oH = ceil(224 / 1) = 224
padH = max((224-1)*1 + 1*(3-1) + 1 - 224, 0) = 2: 1 above, 1 below
oW = ceil(224 / 1) = 224
padW = max((224-1)*1 + 1*(3-1) + 1 - 224, 0) = 2: 1 left, 1 right
  size = ceil(input / stride), zeros = max((size-1)*stride + dilation*(kernel-1) + 1 - input, 0)
  with input 224, dilation 1, kernel 3, stride 1; zeros half on each side, an odd one at the end

parameters       64 filters x (3 x 3 x 3 weights + 1 bias) = 1,792
multiply-adds    224 x 224 x 64 outputs x (3 x 3 x 3) = 86,704,128 per sample
receptive field  3x3 elements of the input, jump 1, start -1

A filter reads all 3 channels under its window: it is 3x3x3, and there are 64.
`.trim(),
    );
  });

  it('Conv1D: why does (10, 32) give (None, 10, 64)?', () => {
    expect(explain('conv1d 10x32 64 3 same').toString()).toBe(
      `
conv1d: 64 filters of 3, padding "same", on 10x32

input   [null, 10, 32]
output  [null, 10, 64]
        null  batch: how many samples at once; null (None) = any number
          10  steps: the places of the window along the sequence
          64  channels: one map for each filter, whatever the input has

steps = ceil(10 / 1) = 10
pad = max((10-1)*1 + 1*(3-1) + 1 - 10, 0) = 2: 1 before, 1 after
  size = ceil(input / stride), zeros = max((size-1)*stride + dilation*(kernel-1) + 1 - input, 0)
  with input 10, dilation 1, kernel 3, stride 1; zeros half on each side, an odd one at the end

parameters       64 filters x (3 x 32 weights + 1 bias) = 6,208
multiply-adds    10 x 64 outputs x (3 x 32) = 61,440 per sample
receptive field  3 elements of the input, jump 1, start -1

A filter reads all 32 channels under its window: it is 3x32, and there are 64.
`.trim(),
    );
  });

  it('reshape: what is -1, and what is None?', () => {
    expect(explain('reshape (None, 784) (-1, 28, 28, 1)').toString()).toBe(
      `
reshape: [null, 784] to [-1, 28, 28, 1]

input   [null, 784]
output  [null, 28, 28, 1]
        null  not known yet (None): worked out from the unknown size of the input
          28  as given: part of the known elements
          28  as given: part of the known elements
           1  as given: part of the known elements

axis 0: -1 = N*784 / (28*28*1)
per sample = 784 / (28*28*1) = 1
  N is the size that is not known yet; with it -1 is known too
  the known sizes of the input hold 784 elements for each of N, those of the new shape 784

Nothing moves: the same elements in the same order, the last axis fastest, are read in another
shape.
`.trim(),
    );
  });

  it('broadcasting: how does (50,) weigh the rows of (50, 49)?', () => {
    expect(explain('mul 50x1 50x49').toString()).toBe(
      `
mul: [50, 1] and [50, 49], element by element

inputs  [50, 1]
        [50, 49]
output  [50, 49]
        50  50 meets 50
        49  1 meets 49: the 1 is repeated

  shapes are aligned at the last axis; sizes must be equal, or one of them 1, which is repeated
`.trim(),
    );
  });

  it('max pooling: 1 to 9 with a window of 2 at stride 1', () => {
    expect(explain('maxPool2d 3x3x1 2x2 stride 1').toString()).toBe(
      `
maxPool2d: the maximum of windows of 2x2, stride 1, on 3x3x1

input   [null, 3, 3, 1]
output  [null, 2, 2, 1]
        null  batch: how many samples at once; null (None) = any number
           2  oH, rows: the places of the window from top to bottom
           2  oW, columns: the places of the window from left to right
           1  channels: as many as the input has, each pooled by itself

oH = floor((3 + 2*0 - 1*(2-1) - 1) / 1) + 1 = 2
oW = floor((3 + 2*0 - 1*(2-1) - 1) / 1) + 1 = 2
  size = floor((input + 2*padding - dilation*(window-1) - 1) / stride) + 1
  with input 3, padding 0 ("valid"), dilation 1, window 2, stride 1

receptive field  2x2 elements of the input, jump 1, start 0

No weights: an output is the maximum of the 4 numbers under its window, per channel.
`.trim(),
    );
  });

  it('LeNet: how do the maps shrink, how deep are they, and how much of the image does one number see?', () => {
    expect(lenet().explain().toString()).toBe(
      `
Sequential "lenet": [null, 32, 32, 3] to [null, 10], 8 layers

layer                  output              parameters  multiply-adds  sees   jump  start
────────────────────────────────────────────────────────────────────────────────────────
c1 (Conv2D)            [null, 28, 28, 6]          456        352,800  5x5    1     0
  oH = floor((32 + 2*0 - 1*(5-1) - 1) / 1) + 1 = 28
  6 filters x (5 x 5 x 3 weights + 1 bias) = 456
s2 (AveragePooling2D)  [null, 14, 14, 6]            0              0  6x6    2     0
  oH = floor((28 + 2*0 - 1*(2-1) - 1) / 2) + 1 = 14
c3 (Conv2D)            [null, 10, 10, 16]       2,416        240,000  14x14  2     0
  oH = floor((14 + 2*0 - 1*(5-1) - 1) / 1) + 1 = 10
  16 filters x (5 x 5 x 6 weights + 1 bias) = 2,416
s4 (AveragePooling2D)  [null, 5, 5, 16]             0              0  16x16  4     0
  oH = floor((10 + 2*0 - 1*(2-1) - 1) / 2) + 1 = 5
flat (Flatten)         [null, 400]                  0              0  32x32  0     0
  features = 5*5*16 = 400
f5 (Dense)             [null, 120]             48,120         48,000  32x32  0     0
  120 units x (400 weights + 1 bias) = 48,120
f6 (Dense)             [null, 84]              10,164         10,080  32x32  0     0
  84 units x (120 weights + 1 bias) = 10,164
out (Dense)            [null, 10]                 850            840  32x32  0     0
  10 units x (84 weights + 1 bias) = 850

parameters     62,006
multiply-adds  651,720 per sample
`.trim(),
    );
  });

  it('VGG16: where are the 138,357,544 parameters, and what does the last map see?', () => {
    const { layers, parameters, multiplyAdds, title } = vgg16().explain();
    expect(title).toBe('Sequential "vgg16": [null, 224, 224, 3] to [null, 1000], 22 layers');
    expect(parameters?.text).toBe('138,357,544');
    expect(multiplyAdds?.count).toBe(15_470_264_320);
    const [first, pool, dense] = [layers[0], layers[17], layers[19]];
    expect(first?.explanation.parameters?.text).toBe('64 filters x (3 x 3 x 3 weights + 1 bias) = 1,792');
    expect(pool?.explanation.shape).toEqual([null, 7, 7, 512]);
    expect(pool?.field).toEqual([
      { size: 212, jump: 32, start: -90 },
      { size: 212, jump: 32, start: -90 },
    ]);
    expect(dense?.explanation.parameters?.text).toBe('4,096 units x (25,088 weights + 1 bias) = 102,764,544');
  });

  it('AlexNet 224: the padding that it needs gives 55', () => {
    expect(explain('conv2d 224x224x3 96 11x11 stride 4 padding [[1, 2], [1, 2]]').formulas).toEqual([
      'oH = floor((224 + 1 + 2 - 1*(11-1) - 1) / 4) + 1 = 55',
      'oW = floor((224 + 1 + 2 - 1*(11-1) - 1) / 4) + 1 = 55',
    ]);
    expect(explain('conv2d 224x224x3 96 11x11 stride 4 padding 2').shape).toEqual([null, 55, 55, 96]);
  });

  it('a vector that meets a matrix says how it would fit', () => {
    expect(thrown(() => explain('mul (50,) (50, 49)')).explanation).toBe(
      [
        'Shapes are aligned at the last axis, and sizes must be equal, or one of them 1:',
        '      50',
        '  50  49',
        '50 meets 49 at axis -1.',
        '',
        'What would fit:',
        '  the first as [50, 1], reshaped: the result is [50, 49]',
      ].join('\n'),
    );
  });
});
