import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bestOf, difference, figuresOf, geomeans, median, percentOfLimit } from '../../bench/figures.mjs';
import { isConstant, operandsOf, spatialOutput } from '../../bench/workload.mjs';

interface Workload {
  readonly id: string;
  readonly op: string;
  readonly x?: number[];
  readonly w?: number[];
  readonly k?: number[];
  readonly a?: number[];
  readonly b?: number[];
  readonly groups?: number;
}

const list = (name: string): Workload[] =>
  JSON.parse(readFileSync(new URL(`../../bench/workloads/${name}.json`, import.meta.url), 'utf8'));

describe('work and bytes', () => {
  it('of a strided, padded convolution', () => {
    const conv = {
      ...{ id: 'c', op: 'conv', x: [2, 3, 9, 10], w: [4, 3, 3, 2] },
      ...{ stride: [2, 3], pad: [1, 0, 1, 0], dil: [1, 2], groups: 1 },
    };
    expect(spatialOutput(conv)).toEqual([5, 3]); // (9 + 2 - 3) / 2 + 1, (10 - 3) / 3 + 1
    const outputs = 2 * 4 * 5 * 3;
    expect(figuresOf(conv)).toEqual({
      flops: 2 * outputs * 3 * 3 * 2,
      bytes: 4 * (2 * 3 * 9 * 10 + 4 * 3 * 3 * 2 + outputs),
    });
  });

  it('of a pooling and a batched matmul', () => {
    const pool = { id: 'p', op: 'maxpool', x: [1, 2, 8], k: [4], stride: [4], pad: [0, 0] };
    expect(figuresOf(pool)).toEqual({ flops: 4 * 4, bytes: 4 * (16 + 4) });
    const matmul = { id: 'm', op: 'matmul', a: [5, 2, 3], b: [5, 3, 7] };
    expect(figuresOf(matmul)).toEqual({ flops: 2 * 5 * 2 * 3 * 7, bytes: 4 * 5 * (6 + 21 + 14) });
  });

  it('against the limit that takes longer', () => {
    const limits = { peakGflops: 100, copyGBs: 10 };
    expect(percentOfLimit({ flops: 1e8, bytes: 1e6 }, 2, limits)).toBeCloseTo(50); // 1 ms of 2, by flops
    expect(percentOfLimit({ flops: 1e6, bytes: 1e7 }, 4, limits)).toBeCloseTo(25); // 1 ms of 4, by bytes
  });
});

describe('summaries', () => {
  it('medians', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
  });

  it('means of the rows that both have, and of the best peer of each row', () => {
    const rows = [
      { id: 'a', ours: 1, peers: { p: 2, q: 4 } },
      { id: 'b', ours: 1, peers: { p: 8 } },
      { id: 'c', peers: { p: 100 } }, // ours failed
    ];
    const means = geomeans(rows, ['p', 'q']);
    expect(means).toEqual({ p: expect.closeTo(4), q: expect.closeTo(4), best: expect.closeTo(4) });
    expect(bestOf({ peers: {} })).toBeUndefined();
    expect(geomeans([{ id: 'a', ours: 1, peers: {} }], [])).toEqual({ best: undefined });
  });

  it('differences relative to the largest element, and never small for a NaN', () => {
    expect(difference([1, 2], [1, 4])).toBeCloseTo(0.5);
    expect(difference([1], [1, 2])).toBe(Number.POSITIVE_INFINITY);
    expect(difference([Number.NaN], [1])).toBeNaN();
  });
});

describe('the lists of layers', () => {
  const lists = { layers: list('layers'), more: list('more') };
  const shape = ({ id, ...rest }: Workload) => JSON.stringify(rest);

  it('have distinct names, and no shape twice', () => {
    const all = [...lists.layers, ...lists.more];
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    expect(new Set(all.map(shape)).size).toBe(all.length);
    expect(lists.more.length).toBeGreaterThan(30);
  });

  it.each([...lists.layers, ...lists.more].map((workload) => [workload.id, workload] as const))(
    '%s makes sense',
    (_id, workload) => {
      const { flops, bytes } = figuresOf(workload);
      expect(Number.isSafeInteger(flops) && flops > 0).toBe(true);
      expect(Number.isSafeInteger(bytes) && bytes > 0).toBe(true);
      const { op, x = [], w = [], a = [], b = [], groups = 1 } = workload;
      if (op === 'conv') expect([w[1], (w[0] as number) % groups]).toEqual([(x[1] as number) / groups, 0]);
      if (op === 'matmul') expect([...a.slice(0, -2), a.at(-1)]).toEqual(b.slice(0, -1));
    },
  );

  it('operands are the same numbers for everybody', () => {
    const conv = { id: 'c', op: 'conv', x: [1, 2, 3], w: [4, 2, 1] };
    const operands = operandsOf(conv);
    expect(Object.keys(operands)).toEqual(['x', 'w', 'b']);
    expect(operands.b).toMatchObject({ dims: [4] });
    expect(operandsOf(conv)).toEqual(operands);
    expect([isConstant({ id: 'fc_1', op: 'matmul' }), isConstant({ id: 'bmm', op: 'matmul' })]).toEqual([
      true,
      false,
    ]);
  });
});
