import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import {
  Add,
  AveragePooling2D,
  Concatenate,
  Conv1D,
  Conv2D,
  Conv2DTranspose,
  Cropping2D,
  Dense,
  DepthwiseConv2D,
  Flatten,
  flip,
  GlobalAveragePooling2D,
  GroupNormalization,
  gather,
  Input,
  Lambda,
  type Layer,
  MaxPooling2D,
  Model,
  Permute,
  pad,
  Reshape,
  Sequential,
  type SymbolicTensor,
  slice,
  Tensor,
  UpSampling2D,
  ZeroPadding2D,
} from '../../lib/index.js';
import { OPS_WITH_RULE } from '../../lib/models/axis-rules.js';
import { type SeenAxis, seenInput } from '../../lib/models/receptive.js';
import { expectError } from '../support/errors.js';
import { alexnet, resnet50, vgg16Features } from './nets.js';

const see = (model: unknown, layer: string | Layer, position: unknown) =>
  seenInput('receptiveField', model, layer, position);

/** Araujo, Norris and Sim (2019) give 195, 212 and 483 for the last maps before the classifier; the jump is 32 in all. */
describe('the receptive fields that are published', () => {
  it.each([
    ['AlexNet pool5', alexnet, 'pool5', [3, 3], 195],
    ['VGG16 pool5', vgg16Features, 'pool5', [3, 3], 212],
    ['ResNet50, stride in the 1x1 convolution', () => resnet50(1), 'add4_3', [3, 3], 483],
    ['ResNet50, stride in the 3x3 convolution', () => resnet50(3), 'add4_3', [3, 3], 427],
  ] as const)('%s', (_name, build, layer, position, size) => {
    const { axes } = see(build(), layer, position);
    for (const axis of axes) expect([axis.size, axis.jump]).toEqual([size, 32]);
  });

  it('AlexNet: all of it', () => {
    const field = see(alexnet(), 'pool5', [0, 5]);
    expect(field).toEqual({
      layer: 'pool5',
      position: [0, 5],
      output: [6, 6],
      input: field.input,
      axes: [
        {
          input: 227,
          size: 195,
          jump: 32,
          field: { first: -64, last: 130 },
          read: { first: 0, last: 130 },
          padding: { before: 64, after: 0 },
        },
        {
          input: 227,
          size: 195,
          jump: 32,
          field: { first: 96, last: 290 },
          read: { first: 96, last: 226 },
          padding: { before: 0, after: 64 },
        },
      ],
    });
    expect(see(alexnet(), 'scores', []).axes[0]).toMatchObject({ jump: 0, read: { first: 0, last: 226 } });
  });
});

const conv = (kernelSize: number, options: object = {}) =>
  new Conv2D({ filters: 2, kernelSize, kernelInitializer: 'ones', ...options });

function twoBranches() {
  const input = Input({ shape: [11, 9, 1] });
  const wide = conv(5, { padding: 'same' }).apply(conv(3, { padding: 'same' }).apply(input));
  const narrow = conv(1).apply(input);
  const sum = new Add({}).apply([wide, narrow]);
  const both = new Concatenate({}).apply([
    sum,
    new AveragePooling2D({ poolSize: 3, strides: 1, padding: 'same' }).apply(input),
  ]);
  return new Model({ inputs: input, outputs: conv(3, { strides: 2 }).apply(both) });
}

const stack = (layers: Layer[], shape: number[] = [11, 9, 1]) =>
  new Sequential([Input({ shape }), ...layers]);

/** Nets without gaps in what they read, so that an interval says all. */
const NETS: [string, () => Sequential | Model<SymbolicTensor>][] = [
  [
    'strides and padding',
    () =>
      stack([
        conv(3, { padding: 1 }),
        new AveragePooling2D({ poolSize: 2 }),
        conv(3, { strides: 2, padding: 'same' }),
      ]),
  ],
  [
    'uneven padding',
    () =>
      stack([
        new ZeroPadding2D({
          padding: [
            [2, 0],
            [0, 1],
          ],
        }),
        conv(4, { strides: 3 }),
      ]),
  ],
  [
    'cropping',
    () =>
      stack([
        conv(3, { padding: 2 }),
        new Cropping2D({
          cropping: [
            [3, 1],
            [0, 2],
          ],
        }),
        conv(2),
      ]),
  ],
  [
    'an enlargement',
    () =>
      stack([conv(3, { strides: 2, padding: 'same' }), new UpSampling2D({}), conv(3, { padding: 'same' })]),
  ],
  [
    'a bilinear enlargement',
    () => stack([conv(3, { strides: 2 }), new UpSampling2D({ size: [2, 3], interpolation: 'bilinear' })]),
  ],
  [
    'a transposed convolution',
    () =>
      stack([
        new AveragePooling2D({ poolSize: 2 }),
        new Conv2DTranspose({ filters: 1, kernelSize: 3, strides: 2, kernelInitializer: 'ones' }),
        conv(2),
      ]),
  ],
  [
    'channels first',
    () =>
      stack(
        [
          conv(3, { strides: 2, padding: 'same', dataFormat: 'channelsFirst' }),
          new DepthwiseConv2D({ kernelSize: 3, depthwiseInitializer: 'ones', dataFormat: 'channelsFirst' }),
        ],
        [1, 11, 9],
      ),
  ],
  [
    'rows and columns exchanged',
    () => stack([conv(3, { strides: [2, 1] }), new Permute({ dims: [2, 1, 3] }), conv(2)]),
  ],
  [
    'a reshape that keeps the places',
    () =>
      stack([
        conv(3),
        new Reshape({ targetShape: [9, 7, 2, 1] }),
        new Reshape({ targetShape: [9, 7, 2] }),
        conv(3, { strides: 2 }),
      ]),
  ],
  ['branches', twoBranches],
  [
    'a nested model',
    () =>
      stack([new Sequential({ layers: [Input({ shape: [11, 9, 1] }), conv(3)], name: 'inner' }), conv(3)]),
  ],
  [
    'slices, flips and mirrored edges',
    () =>
      stack([
        new Lambda({ function: (x) => slice(x as Tensor, [0, 1, 0], [1, 10, 9], [1, 2, 1]), name: 'slice' }),
        new Lambda({ function: (x) => flip(x as Tensor, 2), name: 'flip' }),
        new Lambda({
          function: (x) =>
            pad(
              x as Tensor,
              [
                [0, 0],
                [2, 1],
                [1, 1],
                [0, 0],
              ],
              { mode: 'reflect' },
            ),
          name: 'mirror',
        }),
      ]),
  ],
  [
    'a gather of rows',
    () => stack([new Lambda({ function: (x) => gather(x as Tensor, [3, 0, -1], 1), name: 'rows' })]),
  ],
  ['a dense layer per place', () => stack([conv(3), new Dense({ units: 2, kernelInitializer: 'ones' })])],
];

describe('one pixel changes the outputs whose interval holds it, and no others', () => {
  it.each(NETS)('%s', (_name, build) => {
    const model = build();
    const [, ...shape] = model.inputShape as number[];
    const first = shape.length === 3 && shape[0] === 1 ? 1 : 0; // channels first
    const [rows, columns] = [shape[first], shape[first + 1]] as [number, number];
    const zeros = new Float32Array(rows * columns);
    const run = (pixel: number) => {
      const data = zeros.slice();
      if (pixel >= 0) data[pixel] = 1;
      return model.predictSync(new Tensor(data, [1, ...shape], 'float32')) as Tensor;
    };
    const still = run(-1);
    const [a, b, c] = still.shape.slice(1) as [number, number, number];
    const [height, width, channels] = first === 1 ? [b, c, a] : [a, b, c];
    const at = (y: number, x: number, channel: number) =>
      first === 1 ? (channel * height + y) * width + x : (y * width + x) * channels + channel;
    const layer = model.layers.at(-1) as Layer;
    const seen = Array.from({ length: height * width }, (_, i) =>
      see(model, layer, [Math.floor(i / width), i % width]),
    );
    for (let pixel = 0; pixel < rows * columns; pixel++) {
      const moved = run(pixel);
      const [y, x] = [Math.floor(pixel / columns), pixel % columns];
      seen.forEach(({ axes, position }, i) => {
        const holds = [y, x].every((place, axis) => {
          const { first: low, last: high } = (axes[axis] as SeenAxis).read;
          return place >= low && place <= high;
        });
        const changed = Array.from({ length: channels }, (_, channel) =>
          at(Math.floor(i / width), i % width, channel),
        ).some((place) => moved.data[place] !== still.data[place]);
        expect(changed, `pixel ${[y, x]} output ${position}`).toBe(holds);
      });
    }
  });
});

test('layers that see the whole map', () => {
  const model = stack([
    conv(3),
    new GroupNormalization({ groups: 1, name: 'norm' }),
    new GlobalAveragePooling2D({ keepDims: true, name: 'mean' }),
  ]);
  for (const [layer, position] of [
    ['norm', [0, 0]],
    ['mean', [0, 0]],
  ] as const) {
    expect(see(model, layer, position).axes.map(({ read }) => read)).toEqual([
      { first: 0, last: 10 },
      { first: 0, last: 8 },
    ]);
  }
  const flat = stack([conv(3), new Flatten({ name: 'flat' })]);
  expect(see(flat, 'flat', []).axes[1]).toMatchObject({ size: 9, read: { first: 0, last: 8 } });
});

test('one axis, and an input that is asked about itself', () => {
  const model = new Sequential([
    Input({ shape: [20, 4], name: 'steps' }),
    new Conv1D({ filters: 2, kernelSize: 3, padding: 'causal', dilationRate: 2, name: 'c' }),
  ]);
  expect(see(model, 'c', [10]).axes).toEqual([
    {
      input: 20,
      size: 5,
      jump: 1,
      field: { first: 6, last: 10 },
      read: { first: 6, last: 10 },
      padding: { before: 0, after: 0 },
    },
  ]);
  expect(see(model, 'steps', [3]).axes[0]).toMatchObject({ size: 1, field: { first: 3, last: 3 } });
});

test('a dilated window reads from its first to its last tap that lies in the image', () => {
  const model = stack([conv(3, { dilationRate: 2, padding: 'same', name: 'd' })]);
  expect(
    see(model, 'd', [1, 0]).axes.map(({ field, read }) => [field.first, field.last, read.first, read.last]),
  ).toEqual([
    [-1, 3, 1, 3],
    [-2, 2, 0, 2],
  ]);
});

test('wrong calls', () => {
  const model = stack([
    conv(3, { name: 'conv1' }),
    new MaxPooling2D({ name: 'pool1' }),
    new Flatten({ name: 'flat' }),
  ]);
  expectError(
    () => see(model, 'conv2', [0, 0]),
    'ERR_ARGUMENT',
    'receptiveField: the model has no layer "conv2". Received layers=["conv1", "pool1", "flat"].',
  );
  expectError(() => see(model, conv(3), [0, 0]), 'ERR_ARGUMENT', 'the model has no layer');
  expectError(
    () => see(model, 7 as never, [0, 0]),
    'ERR_ARGUMENT',
    'layer must be a layer or the name of one',
  );
  expectError(() => see({}, 'conv1', [0, 0]), 'ERR_ARGUMENT', 'model must be a Sequential or a Model');
  expectError(() => see(null, 'conv1', [0, 0]), 'ERR_ARGUMENT', 'model must be');
  expectError(
    () => see(model, 'conv1', [9, 0]),
    'ERR_SHAPE',
    'position lies outside the output of "conv1". Received position=[9, 0], output=[9, 7]. Index 0 can be 0 to 8.',
  );
  expectError(() => see(model, 'conv1', [0, -1]), 'ERR_SHAPE', 'Index 1 can be 0 to 6');
  expectError(
    () => see(model, 'conv1', [0]),
    'ERR_ARGUMENT',
    'position must have one index per spatial axis',
  );
  expectError(() => see(model, 'conv1', '00'), 'ERR_ARGUMENT', 'position must have one index');
  expectError(() => see(model, 'conv1', [0.5, 0]), 'ERR_ARGUMENT', 'must be an integer');
  expectError(() => see(model, 'flat', [0]), 'ERR_ARGUMENT', 'use []');
  expectError(
    () => see(new Sequential([conv(3)]), 'conv1', [0, 0]),
    'ERR_STATE',
    'its shapes are not known yet',
  );
  const open = new Sequential([Input({ shape: [null, null, 1] }), conv(3, { name: 'c' })]);
  expectError(() => see(open, 'c', [0, 0]), 'ERR_SHAPE', 'are not known');
  const shared = conv(3, { name: 'shared', padding: 'same', filters: 1 });
  const input = Input({ shape: [8, 8, 1] });
  const twice = new Model({ inputs: input, outputs: shared.apply(shared.apply(input)) });
  expectError(() => see(twice, 'shared', [0, 0]), 'ERR_ARGUMENT', 'has several outputs');
});

test('every op has a rule', () => {
  const folder = new URL('../../lib/ops/', import.meta.url);
  const ops = readdirSync(folder).flatMap((file) =>
    [
      ...readFileSync(new URL(file, folder), 'utf8').matchAll(/(?:\bop: |poolOutputs\(\s*)'(\w+)'(?! \|)/g),
    ].map(([, op]) => op),
  );
  expect(ops.length).toBeGreaterThan(15);
  expect([...new Set(ops)].filter((op) => !OPS_WITH_RULE.includes(op as string))).toEqual([]);
});
