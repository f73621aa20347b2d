import { expect, test } from 'vitest';
import {
  type AxisRule,
  clipTo,
  fieldInterval,
  hull,
  inputInterval,
  padRule,
  readInterval,
  receptiveFieldOf,
  upSampleRule,
  widthOf,
  windowRule,
} from '../../lib/shape/receptive.js';

const conv = (size: number, stride = 1, padding = 0) => windowRule({ size, stride, padding });

/** Windows along one axis; the fields are those of the table in Araujo, Norris and Sim (2019). */
const CHAINS: [string, AxisRule[], { size: number; jump: number; start: number }][] = [
  [
    'AlexNet to pool5',
    [
      conv(11, 4),
      conv(3, 2),
      conv(5, 1, 2),
      conv(3, 2),
      conv(3, 1, 1),
      conv(3, 1, 1),
      conv(3, 1, 1),
      conv(3, 2),
    ],
    { size: 195, jump: 32, start: -64 },
  ],
  [
    'VGG16 to pool5',
    [2, 2, 3, 3, 3].flatMap((count) => [...Array.from({ length: count }, () => conv(3, 1, 1)), conv(2, 2)]),
    { size: 212, jump: 32, start: -90 },
  ],
  ['nothing', [], { size: 1, jump: 1, start: 0 }],
  ['a dilated window', [windowRule({ size: 3, dilation: 2, padding: 2 })], { size: 5, jump: 1, start: -2 }],
  ['padding, then cropping', [padRule(3), padRule(-5)], { size: 1, jump: 1, start: 2 }],
  ['an enlargement and a window of 3', [upSampleRule(2), conv(3, 1, 1)], { size: 2, jump: 0.5, start: -1 }],
  ['an enlargement and a window of 4', [upSampleRule(2), conv(4, 1, 1)], { size: 3, jump: 0.5, start: -1 }],
  ['half and double', [conv(3, 2, 1), upSampleRule(2)], { size: 3, jump: 1, start: -1 }],
  ['global pooling', [conv(3, 2, 1), { kind: 'whole', input: 7 }], { size: 15, jump: 0, start: -1 }],
  ['adaptive pooling', [{ kind: 'adaptive', input: 13, output: 6 }], { size: 3, jump: 13 / 6, start: 0 }],
];

test.each(CHAINS)('the field of %s', (_name, rules, { size, jump, start }) => {
  expect(receptiveFieldOf(rules)).toEqual({ size, jump, start, center: start + (size - 1) / 2 });
});

/** Every (output, input) pair of a rule, by the definition. */
function pairs(rule: AxisRule, inputs: number, outputs: number): Set<string> {
  const found = new Set<string>();
  for (let o = 0; o < outputs; o++) {
    for (let i = 0; i < inputs; i++) {
      for (let tap = 0; rule.kind !== 'whole' && 'size' in rule && tap < rule.size; tap++) {
        const [from, to] = rule.kind === 'window' ? [o, i] : [i, o];
        if (from * rule.stride - rule.padding + tap * rule.dilation === to) found.add(`${o},${i}`);
      }
    }
  }
  return found;
}

const RULES = [1, 2, 3, 5].flatMap((size) =>
  [1, 2, 3].flatMap((stride) =>
    [1, 2].flatMap((dilation) =>
      [0, 2, -1].flatMap((padding) =>
        (['window', 'transposed'] as const).map((kind) => ({ kind, size, stride, dilation, padding })),
      ),
    ),
  ),
);

test.each(RULES)(
  '$kind size=$size stride=$stride dilation=$dilation padding=$padding reads what its definition says',
  (rule) => {
    const [inputs, outputs] = [40, 12];
    const wanted = pairs(rule, inputs, outputs);
    for (let first = 0; first < 9; first++) {
      for (let last = first; last < 9; last++) {
        const read = [...wanted]
          .map((pair) => pair.split(',').map(Number) as [number, number])
          .filter(([o]) => o >= first && o <= last)
          .map(([, i]) => i);
        const { first: low, last: high } = readInterval(rule, { first, last }, inputs);
        if (read.length === 0) expect(high).toBeLessThan(low);
        else expect([low, high]).toEqual([Math.min(...read), Math.max(...read)]);
      }
    }
  },
);

test('intervals join, are clipped and counted', () => {
  expect(hull({ first: 0, last: -1 }, { first: 4, last: 5 })).toEqual({ first: 4, last: 5 });
  expect(hull({ first: 3, last: 6 }, { first: 0, last: -1 })).toEqual({ first: 3, last: 6 });
  expect(hull({ first: 3, last: 6 }, { first: 4, last: 9 })).toEqual({ first: 3, last: 9 });
  expect(widthOf(clipTo({ first: -4, last: -1 }, 8))).toBe(0);
  expect(clipTo({ first: -4, last: 20 }, 8)).toEqual({ first: 0, last: 7 });
});

test('a table gives the hull of its entries, and the mean step', () => {
  const table: AxisRule = {
    kind: 'table',
    intervals: [
      { first: 0, last: 1 },
      { first: 1, last: 2 },
      { first: 2, last: 3 },
    ],
  };
  expect(inputInterval(table, { first: 1, last: 2 })).toEqual({ first: 1, last: 3 });
  expect(receptiveFieldOf([table])).toEqual({ size: 2, jump: 1, start: 0, center: 0.5 });
  expect(fieldInterval([conv(3, 2), table], 1)).toEqual({ first: 2, last: 6 });
});
