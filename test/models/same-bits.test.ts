import { afterAll, describe, expect, it } from 'vitest';
import { buildNet as build } from '../../bench/nets/layerwise.mjs';
import { NETS } from '../../bench/nets/spec.mjs';
import type * as source from '../../lib/index.js';

// The builder imports the package as a user does, so its own functions must come from there too; the types are the source's.
const lw = (await import('layerwise')) as unknown as typeof source;
const buildNet = build as unknown as (
  name: string,
  batch: number,
) => { model: source.Sequential; input: source.Tensor };

const before = lw.getNumThreads();
afterAll(() => lw.setNumThreads(before));

const bytes = ({ data }: { data: ArrayBufferView }) =>
  Buffer.from(data.buffer, data.byteOffset, data.byteLength);

const precisions: source.Precision[] =
  lw.machineInfo().bfloat16 === null ? ['float32'] : ['float32', 'bfloat16'];

describe.each(precisions)('same bits in %s', (precision) => {
  it.each(Object.keys(NETS))(
    '%s: 1 and 2 threads, batch 1 and 16',
    (name) => {
      const batch = 16;
      const { model, input } = buildNet(name, batch);
      model.precision = precision;
      const runs = [1, 2].map((threads) => {
        lw.setNumThreads(threads);
        const whole = model.predictSync(input);
        const sample = (i: number) => lw.slice(input, [i], [i + 1]);
        return { whole, single: [0, 7, batch - 1].map((i) => ({ i, output: model.predictSync(sample(i)) })) };
      });
      const [one, two] = runs as [(typeof runs)[0], (typeof runs)[0]];
      expect(bytes(one.whole).equals(bytes(two.whole))).toBe(true);
      for (const { single, whole } of runs) {
        for (const { i, output } of single) {
          expect(bytes(output).equals(bytes(lw.slice(whole, [i], [i + 1])))).toBe(true);
        }
      }
      const sum = (one.whole.data as Float32Array).reduce((a, b) => a + b, 0);
      expect(sum).toBeCloseTo(batch, 3); // probabilities: a net of NaN or zeros would be the same bits too
    },
    180_000,
  );
});
