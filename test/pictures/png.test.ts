import sharp from 'sharp';
import { describe, expect, it, test } from 'vitest';
import {
  BatchNormalization,
  Concatenate,
  Conv1D,
  Conv2D,
  Conv2DTranspose,
  Conv3D,
  Dense,
  DepthwiseConv2D,
  Flatten,
  featureMaps,
  filters,
  Input,
  type Layer,
  Model,
  random,
  receptiveField,
  SeparableConv2D,
  Sequential,
  Tensor,
  tensor,
  zeros,
} from '../../lib/index.js';
import { eachPixel } from '../../lib/pictures/font.js';
import { gridPNG, numberText } from '../../lib/pictures/grid.js';
import { encodePNG, Raster } from '../../lib/pictures/png.js';
import { colourAt, limitsOf, shareOf } from '../../lib/pictures/ramp.js';
import { expectError } from '../support/errors.js';
import { alexnet, vgg16Features } from './nets.js';
import { elementsOf, parseXML, placedTexts, textsOf } from './xml.js';

async function decode(bytes: Uint8Array) {
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const at = (x: number, y: number) => [
    ...data.subarray((y * width + x) * channels, (y * width + x) * channels + 3),
  ];
  return { width, height, channels, at, data };
}

describe('the PNG writer', () => {
  it('writes what another reader reads', async () => {
    const raster = new Raster(3, 2, [255, 255, 255]);
    raster.set(0, 0, [1, 2, 3]);
    raster.set(2, 1, [250, 0, 128]);
    raster.set(3, 0, [9, 9, 9]); // outside
    const { width, height, channels, at } = await decode(encodePNG(raster));
    expect([width, height, channels]).toEqual([3, 2, 3]);
    expect([at(0, 0), at(1, 0), at(2, 1)]).toEqual([
      [1, 2, 3],
      [255, 255, 255],
      [250, 0, 128],
    ]);
  });

  it('has a glyph of its own for every character of ASCII', () => {
    const pictures = Array.from({ length: 95 }, (_, i) => {
      const dots: string[] = [];
      eachPixel(String.fromCharCode(32 + i), (column, row) => dots.push(`${column},${row}`));
      return dots.join(' ');
    });
    expect(new Set(pictures).size).toBe(95);
    for (const dots of pictures) expect(dots).toMatch(/^([0-4],[0-8] ?)*$/);
    const unknown: number[] = [];
    eachPixel('é', (column) => unknown.push(column));
    expect(unknown.length).toBeGreaterThan(0);
  });
});

describe('the colours', () => {
  it('get lighter all the way', () => {
    const light = Array.from({ length: 101 }, (_, i) => {
      const [red, green, blue] = colourAt('sequential', i / 100);
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    });
    for (let i = 1; i < light.length; i++) expect(light[i]).toBeGreaterThan(light[i - 1] as number);
  });

  it('are white at 0 where there are two signs', () => {
    const limits = limitsOf([-1, 3, Number.NaN], 'diverging');
    expect(limits).toEqual({ least: -3, most: 3 });
    expect(colourAt('diverging', shareOf(0, limits))).toEqual([247, 247, 247]);
    expect(limitsOf([Number.NaN], 'sequential')).toEqual({ least: 0, most: 0 });
    expect(shareOf(5, { least: 5, most: 5 })).toBe(0.5);
  });

  it('have numbers that fit under a bar', () => {
    expect([0, 1.23456, -0.001234, 1e-9, 123456].map(numberText)).toEqual([
      '0',
      '1.23',
      '-0.00123',
      '1e-9',
      '123000',
    ]);
  });
});

test('a grid: an element is a square of one colour, what is not finite is grey', async () => {
  const values = Float64Array.of(0, 1, Number.NaN, 0.5);
  const tile = { label: '0', rows: 2, columns: 2, planes: [values] as const };
  const picture = await decode(
    gridPNG({ title: 't', notes: [], tiles: [tile], columns: 1, ramp: 'sequential' }),
  );
  expect(picture.width).toBe(1200);
  const colours = [
    colourAt('sequential', 0),
    colourAt('sequential', 1),
    [128, 128, 128],
    colourAt('sequential', 0.5),
  ];
  const [left, top] = [560, 66]; // 40 pixels per element in the middle
  colours.forEach((colour, i) => {
    expect(picture.at(left + 20 + 40 * (i % 2), top + 20 + 40 * Math.floor(i / 2))).toEqual([...colour]);
  });
});

const built = (layer: Layer, shape: (number | null)[]) => {
  layer.build(shape);
  return layer;
};

describe('filters', () => {
  it.each([
    ['one channel', () => built(new Conv2D({ filters: 6, kernelSize: 5 }), [null, 28, 28, 1])],
    ['three channels', () => built(new Conv2D({ filters: 96, kernelSize: 11 }), [null, 227, 227, 3])],
    ['many channels', () => built(new Conv2D({ filters: 40, kernelSize: 3 }), [null, 8, 8, 24])],
    ['a depthwise convolution', () => built(new DepthwiseConv2D({ kernelSize: 3 }), [null, 8, 8, 5])],
    [
      'a separable convolution',
      () => built(new SeparableConv2D({ filters: 4, kernelSize: 3 }), [null, 8, 8, 5]),
    ],
    [
      'a transposed convolution',
      () => built(new Conv2DTranspose({ filters: 4, kernelSize: 3 }), [null, 8, 8, 5]),
    ],
    ['a sequence', () => built(new Conv1D({ filters: 4, kernelSize: 3 }), [null, 8, 5])],
    ['a volume', () => built(new Conv3D({ filters: 4, kernelSize: 3 }), [null, 8, 8, 8, 2])],
    ['a matrix', () => built(new Dense({ units: 10 }), [null, 30000])],
    ['a wide matrix', () => built(new Dense({ units: 900 }), [null, 3])],
  ] as [string, () => Layer][])('of %s are a picture 1200 pixels wide', async (_name, build) => {
    const { width, height, channels } = await decode(filters(build()));
    expect([width, channels]).toEqual([1200, 3]);
    expect(height).toBeGreaterThan(150);
    expect(height).toBeLessThan(1500);
  });

  it('are in their places: a filter per column, a channel per row', async () => {
    const layer = built(new Conv2D({ filters: 4, kernelSize: 1, useBias: false }), [null, 8, 8, 2]);
    layer.setWeights([tensor([-1, -0.5, 0, 0.5, 1, 0.5, 0, -0.5], [1, 1, 2, 4])]);
    const { at, width, height } = await decode(filters(layer));
    const wanted = [-1, -0.5, 0, 0.5, 1, 0.5, 0, -0.5].map((value) =>
      colourAt('diverging', (value + 1) / 2).join(),
    );
    const seen: string[] = [];
    for (let y = 130; y < height - 90; y += 4) {
      const row: string[] = [];
      for (let x = 90; x < width; x += 4) {
        const colour = at(x, y).join();
        if (wanted.includes(colour) && row.at(-1) !== colour) row.push(colour);
      }
      if (row.length === 4 && seen.at(-1) !== row.join(' ')) seen.push(row.join(' '));
    }
    expect(seen).toEqual([wanted.slice(0, 4).join(' '), wanted.slice(4).join(' ')]);
  });

  it('refuse what has none', () => {
    expectError(
      () => filters(new Conv2D({ filters: 1, kernelSize: 1, name: 'c' })),
      'ERR_STATE',
      'filters of "c": the layer has no weights before it is built. Call it on an input.',
    );
    expectError(
      () => filters(built(new Flatten({ name: 'f' }), [null, 2, 2])),
      'ERR_ARGUMENT',
      'filters of "f": the layer has no weights with two axes. Received weights=[].',
    );
    expectError(
      () => filters(built(new BatchNormalization({}), [null, 2])),
      'ERR_ARGUMENT',
      'weights=["gamma"',
    );
    expectError(() => filters('conv1' as never), 'ERR_ARGUMENT', 'layer must be a layer');
    const layer = built(new Dense({ units: 2 }), [null, 3]);
    expectError(() => filters(layer, { weight: 'bias' }), 'ERR_ARGUMENT', 'no weight "bias" with two axes');
    expectError(() => filters(layer, { limit: 0 }), 'ERR_ARGUMENT', 'limit must be an integer');
    expectError(() => filters(layer, { size: 2 } as never), 'ERR_ARGUMENT', 'unknown option "size"');
  });
});

describe('feature maps', () => {
  const model = new Sequential([
    Input({ shape: [12, 12, 2], name: 'image' }),
    new Conv2D({ name: 'conv', filters: 70, kernelSize: 3 }),
    new Flatten({ name: 'flat' }),
    new Dense({ name: 'fc', units: 300 }),
  ]);
  const x = random([2, 12, 12, 2], { seed: 1 });

  it.each(['conv', 'flat', 'fc', 'image'])('of "%s" are a picture 1200 pixels wide', async (layer) => {
    const { width, channels } = await decode(featureMaps(model, layer, x));
    expect([width, channels]).toEqual([1200, 3]);
  });

  it('are those of the sample that is asked for', () => {
    const second = new Tensor((x.data as Float32Array).slice(288), [1, 12, 12, 2], 'float32');
    expect(featureMaps(model, 'conv', x, { sample: 1 })).toEqual(featureMaps(model, 'conv', second));
    expect(featureMaps(model, 'conv', x)).not.toEqual(featureMaps(model, 'conv', second));
  });

  it('show the numbers of the layer, each channel where its label is', async () => {
    const copy = new Sequential([
      Input({ shape: [2, 2, 2] }),
      new Conv2D({ name: 'same', filters: 2, kernelSize: 1, useBias: false }),
    ]);
    copy.getLayer('same').setWeights([tensor([1, 0, 0, 1], [1, 1, 2, 2])]);
    const image = tensor([0, 7, 1, 6, 2, 5, 3, 4], [1, 2, 2, 2]);
    const { at, width } = await decode(featureMaps(copy, 'same', image, { columns: 2 }));
    const shares: number[] = [];
    for (const y of [110, 150]) {
      for (let px = 1; px < width; px++) {
        const found = [0, 1, 2, 3, 4, 5, 6, 7].find(
          (value) => colourAt('sequential', value / 7).join() === at(px, y).join(),
        );
        if (found !== undefined && shares.at(-1) !== found) shares.push(found);
      }
    }
    expect(shares).toEqual([0, 1, 7, 6, 2, 3, 5, 4]);
  });

  it('find layers in nested models and take several inputs', async () => {
    const inner = new Sequential({
      name: 'inner',
      layers: [Input({ shape: [12, 12, 2] }), new Conv2D({ name: 'deep', filters: 3, kernelSize: 3 })],
    });
    const [a, b] = [Input({ shape: [12, 12, 2], name: 'a' }), Input({ shape: [12, 12, 2], name: 'b' })];
    const outer = new Model({
      inputs: [a, b],
      outputs: new Concatenate({ name: 'both' }).apply(
        [inner.apply(a), b].map((y) => new Flatten({}).apply(y)),
      ),
    });
    const one = zeros([1, 12, 12, 2]);
    expect((await decode(featureMaps(outer, 'inner/deep', { a: one, b: one }))).width).toBe(1200);
    expect((await decode(featureMaps(outer, 'both', [one, one]))).width).toBe(1200);
  });

  it('show sequences, volumes and channels first', async () => {
    const nets: [Sequential, number[]][] = [
      [
        new Sequential([Input({ shape: [20, 3] }), new Conv1D({ name: 'y', filters: 5, kernelSize: 3 })]),
        [1, 20, 3],
      ],
      [
        new Sequential([
          Input({ shape: [6, 6, 6, 1] }),
          new Conv3D({ name: 'y', filters: 5, kernelSize: 3 }),
        ]),
        [1, 6, 6, 6, 1],
      ],
      [
        new Sequential([
          Input({ shape: [3, 9, 7] }),
          new Conv2D({ name: 'y', filters: 5, kernelSize: 3, dataFormat: 'channelsFirst' }),
        ]),
        [1, 3, 9, 7],
      ],
    ];
    for (const [net, shape] of nets) {
      expect((await decode(featureMaps(net, 'y', random(shape, { seed: 2 })))).width).toBe(1200);
    }
  });

  it('refuse what does not fit', () => {
    expectError(
      () => featureMaps(model, 'conv9', x),
      'ERR_ARGUMENT',
      'featureMaps: the model has no layer "conv9"',
    );
    expectError(
      () => featureMaps(model, 'conv', zeros([1, 8, 8, 2])),
      'ERR_SHAPE',
      'featureMaps: the input must have the shape [null, 12, 12, 2]',
    );
    expectError(
      () => featureMaps(model, 'conv', zeros([12, 12, 2])),
      'ERR_SHAPE',
      'The batch axis is missing',
    );
    expectError(
      () => featureMaps(model, 'conv', zeros([1, 12, 12, 2], 'int32')),
      'ERR_DTYPE',
      'must be float32',
    );
    expectError(() => featureMaps(model, 'conv', [1] as never), 'ERR_ARGUMENT', 'must be a tensor');
    expectError(
      () => featureMaps(model, 'conv', x, { sample: 2 }),
      'ERR_ARGUMENT',
      'there is no such sample. Received sample=2, batch=2. Use 0 to 1.',
    );
    expectError(
      () => featureMaps(model, 'conv', x, { limit: 0 }),
      'ERR_ARGUMENT',
      'limit must be an integer',
    );
    expectError(() => featureMaps({} as never, 'conv', x), 'ERR_ARGUMENT', 'model must be');
  });
});

describe('the picture of a receptive field', () => {
  it.each([
    ['inside', vgg16Features, 'pool4', [5, 5]],
    ['at an edge', vgg16Features, 'pool4', [0, 13]],
    ['wider than the image', alexnet, 'pool5', [2, 3]],
    ['of a vector', alexnet, 'scores', []],
    [
      'along one axis',
      () =>
        new Sequential([
          Input({ shape: [40, 1] }),
          new Conv1D({ name: 'y', filters: 1, kernelSize: 3, padding: 'same' }),
        ]),
      'y',
      [0],
    ],
    [
      'along three axes',
      () =>
        new Sequential([
          Input({ shape: [9, 8, 7, 1] }),
          new Conv3D({ name: 'y', filters: 1, kernelSize: 3 }),
        ]),
      'y',
      [1, 2, 3],
    ],
  ] as [string, () => Sequential, string, number[]][])(
    '%s is well-formed, with its numbers',
    (_name, build, layer, position) => {
      const field = receptiveField(build(), layer, position);
      const svg = parseXML(field.toSVG());
      const texts = textsOf(svg);
      for (const { size, read, input } of field.axes) {
        expect(texts.some((text) => text.startsWith(`field of ${size}, jump of`))).toBe(true);
        expect(texts).toContain(`reads ${read.first} to ${read.last} of ${input}`);
      }
      expect(JSON.stringify(svg)).not.toMatch(/NaN|undefined|Infinity/);
      for (const rectangle of elementsOf(svg, 'rect')) {
        expect(Number(rectangle.attributes.width)).toBeGreaterThan(0);
        expect(Number(rectangle.attributes.height)).toBeGreaterThan(0);
      }
      for (const { left, right, bottom, text } of placedTexts(svg)) {
        expect(left, text).toBeGreaterThanOrEqual(0);
        expect(right, text).toBeLessThanOrEqual(1200);
        expect(bottom, text).toBeLessThanOrEqual(Number(svg.attributes.height));
      }
    },
  );

  it('draws the part that is read to scale', () => {
    const { toSVG, axes } = receptiveField(vgg16Features(), 'pool4', [1, 9]);
    const rectangles = elementsOf(parseXML(toSVG()), 'rect').map(({ attributes }) => attributes);
    const image = rectangles.find(({ class: style }) => style === 'line') ?? {};
    const read = rectangles.find(({ stroke, width }) => stroke === '#3f86d6' && Number(width) > 50) ?? {};
    const [rows, columns] = axes.map((axis) => axis.read.last - axis.read.first + 1) as [number, number];
    expect(Number(read.height) / Number(image.height)).toBeCloseTo(rows / 224, 2);
    expect(Number(read.width) / Number(image.width)).toBeCloseTo(columns / 224, 2);
  });

  it('refuses wrong options, and inputs that are vectors', () => {
    const field = receptiveField(alexnet(), 'pool5', [0, 0]);
    expectError(
      () => field.toSVG({ width: 100 }),
      'ERR_ARGUMENT',
      'width must be an integer of at least 900',
    );
    expectError(() => field.toSVG({ theme: 'x' as never }), 'ERR_ARGUMENT', 'theme must be one of');
    expectError(() => field.toSVG({ style: 1 } as never), 'ERR_ARGUMENT', 'unknown option');
    const dense = new Sequential([Input({ shape: [4] }), new Dense({ name: 'd', units: 2 })]);
    expect(receptiveField(dense, 'd', []).axes).toEqual([]);
    expectError(() => receptiveField(dense, 'd', []).toSVG(), 'ERR_ARGUMENT', 'no spatial axes to draw');
  });
});
