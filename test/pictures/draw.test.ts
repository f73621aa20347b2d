import { describe, expect, it, test } from 'vitest';
import {
  Activation,
  BatchNormalization,
  Concatenate,
  Conv1D,
  Conv2D,
  Conv3D,
  Dense,
  Flatten,
  GlobalMaxPooling1D,
  Input,
  type Layer,
  Model,
  Sequential,
  toSVG,
} from '../../lib/index.js';
import { expectError } from '../support/errors.js';
import { alexnet, resnet50, vgg16Features } from './nets.js';
import { elementsOf, parseXML, placedTexts, textsOf } from './xml.js';

const STYLES = ['volumes', 'graph'] as const;
const THEMES = ['auto', 'light', 'dark'] as const;

function unet() {
  const image = Input({ shape: [32, 32, 3], name: 'image' });
  const conv = (filters: number, strides = 1) =>
    new Conv2D({ filters, kernelSize: 3, strides, padding: 'same', activation: 'relu' });
  const high = conv(8).apply(image);
  const low = conv(16).apply(conv(16, 1).apply(conv(16).apply(high)));
  const both = new Concatenate({ name: 'both' }).apply([low, high]);
  return new Model({ inputs: image, outputs: conv(1).apply(both), name: 'unet' });
}

function twins() {
  const inputs = ['left', 'right'].map((name) => Input({ shape: [16, 16, 3], name }));
  const shared = new Conv2D({ filters: 4, kernelSize: 3, name: 'shared' });
  const flat = inputs.map((input) => new Flatten({}).apply(shared.apply(input)));
  const both = new Concatenate({}).apply(flat);
  const heads = ['score', 'kind'].map((name) => new Dense({ units: 2, name }).apply(both));
  return new Model({ inputs, outputs: heads, name: 'twins' });
}

const NETS: [string, () => Layer & { toSVG: Sequential['toSVG'] }][] = [
  ['AlexNet', alexnet],
  ['VGG16', vgg16Features],
  ['ResNet50', () => resnet50(3)],
  ['a net with a long shortcut', unet],
  ['two inputs, two outputs, a shared layer', twins],
  [
    'a sequence',
    () =>
      new Sequential([
        Input({ shape: [50, 8] }),
        new Conv1D({ filters: 4, kernelSize: 3 }),
        new GlobalMaxPooling1D({}),
      ]),
  ],
  [
    'a volume',
    () => new Sequential([Input({ shape: [8, 8, 8, 1] }), new Conv3D({ filters: 4, kernelSize: 3 })]),
  ],
  ['a vector', () => new Sequential([Input({ shape: [7] }), new Dense({ units: 3 })])],
  [
    'sizes that are not known',
    () => new Sequential([Input({ shape: [null, null, 3] }), new Conv2D({ filters: 4, kernelSize: 3 })]),
  ],
  [
    'channels first',
    () =>
      new Sequential([
        Input({ shape: [3, 16, 12] }),
        new Conv2D({ filters: 4, kernelSize: 3, dataFormat: 'channelsFirst' }),
      ]),
  ],
];

describe.each(NETS)('%s', (_name, build) => {
  const model = build();

  it.each(STYLES)('is well-formed and readable as %s', (style) => {
    for (const theme of THEMES) {
      const svg = parseXML(model.toSVG({ style, theme }));
      expect(svg.name).toBe('svg');
      expect(svg.attributes.xmlns).toBe('http://www.w3.org/2000/svg');
      const [width, height] = [Number(svg.attributes.width), Number(svg.attributes.height)];
      expect(svg.attributes.viewBox).toBe(`0 0 ${width} ${height}`);
      expect(width).toBeLessThanOrEqual(1200);
      expect(JSON.stringify(svg)).not.toMatch(/NaN|undefined|Infinity|null/);
      for (const { attributes } of elementsOf(svg, 'text')) {
        expect(Number(attributes['font-size'] ?? 12)).toBeGreaterThanOrEqual(11);
      }
    }
  });

  it.each(STYLES)('has no text on another or outside as %s', (style) => {
    const svg = parseXML(model.toSVG({ style }));
    const lines = placedTexts(svg);
    for (const { text, left, right, bottom } of lines) {
      expect(left, text).toBeGreaterThanOrEqual(0);
      expect(right, text).toBeLessThanOrEqual(Number(svg.attributes.width));
      expect(bottom, text).toBeLessThanOrEqual(Number(svg.attributes.height));
    }
    lines.forEach((line, i) => {
      const over = lines
        .slice(i + 1)
        .find(
          ({ left, right, top, bottom }) =>
            left < line.right && line.left < right && top < line.bottom && line.top < bottom,
        );
      expect(over, line.text).toBeUndefined();
    });
  });

  it('is the same text every time', () => {
    for (const style of STYLES) expect(model.toSVG({ style })).toBe(model.toSVG({ style }));
  });
});

test.each(STYLES)('every shape stands in the picture as %s', (style) => {
  const texts = textsOf(parseXML(alexnet().toSVG({ style })));
  for (const shape of [
    '227×227×3',
    '55×55×96',
    '27×27×96',
    '27×27×256',
    '13×13×256',
    '13×13×384',
    '6×6×256',
    '9216',
    '4096',
    '1000',
  ]) {
    expect(texts, shape).toContain(shape);
  }
});

test('sizes that are not known are a question mark, channels-first shapes are in their own order', () => {
  const open = new Sequential([Input({ shape: [null, 20, 3] }), new Conv2D({ filters: 4, kernelSize: 3 })]);
  const first = new Sequential([
    Input({ shape: [3, 16, 12] }),
    new Conv2D({ filters: 4, kernelSize: 3, dataFormat: 'channelsFirst' }),
  ]);
  for (const style of STYLES) {
    expect(textsOf(parseXML(open.toSVG({ style })))).toContain('?×18×4');
    expect(textsOf(parseXML(first.toSVG({ style })))).toContain('4×14×10');
  }
});

describe('volumes', () => {
  /** Front faces: the first polygon of each volume. */
  const fronts = (svg: string) =>
    elementsOf(parseXML(svg), 'g')
      .map((group) => group.children.filter((child) => typeof child !== 'string' && child.name === 'polygon'))
      .filter((faces) => faces.length === 3)
      .map(([front]) => {
        const points = (front as { attributes: Record<string, string> }).attributes.points?.split(' ') ?? [];
        const [[left = 0, top = 0] = [], , [right = 0, bottom = 0] = []] = points.map((point) =>
          point.split(',').map(Number),
        );
        return { width: right - left, height: bottom - top, left };
      });

  it('are to scale: height as the rows, thickness as the square root of the channels', () => {
    const model = new Sequential([
      Input({ shape: [64, 64, 4] }),
      new Conv2D({ filters: 16, kernelSize: 33 }),
      new Conv2D({ filters: 64, kernelSize: 17 }),
    ]);
    const [input, first, second] = fronts(model.toSVG());
    expect((input?.height ?? 0) / (first?.height ?? 0)).toBeCloseTo(64 / 32, 1);
    expect((input?.height ?? 0) / (second?.height ?? 0)).toBeCloseTo(64 / 16, 1);
    expect((first?.width ?? 0) / (input?.width ?? 0)).toBeCloseTo(2, 1);
    expect((second?.width ?? 0) / (first?.width ?? 0)).toBeCloseTo(2, 1);
  });

  it('go from left to right without overlap', () => {
    const all = fronts(vgg16Features().toSVG());
    expect(all).toHaveLength(1 + 13 + 5);
    all.slice(1).forEach(({ left }, i) => {
      const before = all[i] as { left: number; width: number };
      expect(left).toBeGreaterThan(before.left + before.width);
    });
  });

  it('take layers that work element by element with the layer before', () => {
    const layers = [
      new Conv2D({ filters: 4, kernelSize: 3 }),
      new BatchNormalization({}),
      new Activation({ activation: 'relu' }),
    ];
    expect(fronts(new Sequential([Input({ shape: [8, 8, 1] }), ...layers]).toSVG())).toHaveLength(2);
  });

  it('mark the window of a convolution on the map that it reads', () => {
    const window = (kernelSize: number) =>
      new Sequential([Input({ shape: [16, 16, 1] }), new Conv2D({ filters: 4, kernelSize })])
        .toSVG()
        .includes('fill-opacity="0.5"');
    expect([window(5), window(1)]).toEqual([true, true]);
    const small = new Sequential([
      Input({ shape: [224, 224, 1] }),
      new Conv2D({ filters: 4, kernelSize: 3 }),
    ]);
    expect(small.toSVG()).not.toContain('fill-opacity="0.5"');
  });
});

describe('folding', () => {
  const deep = (count: number) => {
    const layers = Array.from(
      { length: count },
      () => new Conv2D({ filters: 8, kernelSize: 3, padding: 'same' }),
    );
    return new Sequential([Input({ shape: [16, 16, 8] }), ...layers, new Flatten({})]);
  };
  const marks = (svg: string) => textsOf(parseXML(svg)).filter((text) => /^× \d+$/.test(text));

  it('draws what repeats once, in long nets', () => {
    expect(marks(deep(30).toSVG())).toEqual(['× 30']);
    expect(marks(deep(30).toSVG({ style: 'graph' }))).toEqual(['× 30']);
    expect(marks(deep(10).toSVG())).toEqual([]);
    expect(marks(deep(10).toSVG({ fold: true }))).toEqual(['× 10']);
    expect(marks(deep(30).toSVG({ fold: false }))).toEqual([]);
  });

  it.each(STYLES)('finds the blocks of ResNet50 as %s and keeps their shapes', (style) => {
    const svg = resnet50(3).toSVG({ style });
    expect(marks(svg)).toEqual(['× 2', '× 3', '× 5', '× 2']);
    const texts = textsOf(parseXML(svg));
    for (const shape of [
      '112×112×64',
      '56×56×64',
      '56×56×256',
      '28×28×512',
      '14×14×1024',
      '7×7×2048',
      '2048',
    ]) {
      expect(texts).toContain(shape);
    }
  });

  it('finds several layers that repeat together', () => {
    const pair = () => [
      new Conv2D({ filters: 8, kernelSize: 3, padding: 'same' }),
      new Conv2D({ filters: 8, kernelSize: 1, padding: 'same' }),
    ];
    const model = new Sequential([Input({ shape: [16, 16, 8] }), ...Array.from({ length: 4 }, pair).flat()]);
    expect(marks(model.toSVG({ fold: true }))).toEqual(['× 4']);
  });

  it('keeps apart what differs in a number', () => {
    const layers = [3, 5, 3, 5].map((kernelSize) => new Conv2D({ filters: 8, kernelSize }));
    expect(marks(new Sequential([Input({ shape: [32, 32, 8] }), ...layers]).toSVG({ fold: true }))).toEqual(
      [],
    );
  });

  it('is off where every layer is wanted', () => {
    const { nodes } = {
      nodes: elementsOf(parseXML(resnet50(3).toSVG({ style: 'graph', fold: false })), 'g').length,
    };
    expect(nodes).toBe(resnet50(3).layers.length + 1);
  });
});

test('a nested model is one box, or its layers', () => {
  const inner = new Sequential({
    name: 'inner',
    layers: [Input({ shape: [8, 8, 1] }), new Conv2D({ name: 'conv', filters: 2, kernelSize: 3 })],
  });
  const outer = new Sequential([Input({ shape: [8, 8, 1] }), inner, new Flatten({})]);
  expect(textsOf(parseXML(outer.toSVG({ style: 'graph' })))).toContain('inner');
  expect(textsOf(parseXML(outer.toSVG({ style: 'graph', expandNested: true })))).toContain('inner/conv');
  expect(outer.toMermaid({ expandNested: true })).toContain('inner/conv');
});

test('title, width and theme', () => {
  const model = alexnet();
  expect(textsOf(parseXML(model.toSVG({ title: 'AlexNet' })))[0]).toBe('AlexNet');
  expect(parseXML(model.toSVG({ width: 800 })).attributes.width).toBe('800');
  expect(model.toSVG({ theme: 'auto' })).toContain('prefers-color-scheme:dark');
  expect(model.toSVG({ theme: 'light' })).not.toContain('#0d1117');
  expect(model.toSVG({ theme: 'dark' })).not.toContain('prefers-color-scheme');
});

test('wrong calls', () => {
  const model = alexnet();
  expectError(
    () => model.toSVG({ style: 'boxes' as never }),
    'ERR_ARGUMENT',
    'toSVG: style must be one of "volumes", "graph". Received style="boxes".',
  );
  expectError(() => model.toSVG({ width: 10 }), 'ERR_ARGUMENT', 'width must be an integer of at least 600');
  expectError(() => model.toSVG({ theme: 'blue' as never }), 'ERR_ARGUMENT', 'theme must be one of');
  expectError(() => model.toSVG({ fold: 1 as never }), 'ERR_ARGUMENT', 'fold must be true or false');
  expectError(() => model.toSVG({ title: 1 as never }), 'ERR_ARGUMENT', 'title must be a string');
  expectError(() => model.toSVG({ colour: 1 } as never), 'ERR_ARGUMENT', 'unknown option "colour"');
  expectError(() => model.toMermaid({ style: 1 } as never), 'ERR_ARGUMENT', 'unknown option "style"');
  expectError(
    () => model.toDOT({ expandNested: 0 as never }),
    'ERR_ARGUMENT',
    'expandNested must be true or false',
  );
  expectError(() => toSVG({} as never), 'ERR_ARGUMENT', 'model must be a Sequential or a Model');
  expectError(
    () => new Sequential([new Dense({ units: 1 })]).toSVG(),
    'ERR_STATE',
    'its shapes are not known yet',
  );
});
