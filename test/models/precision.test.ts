import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  BatchNormalization,
  Conv2D,
  Conv2DTranspose,
  Dense,
  DepthwiseConv2D,
  Flatten,
  Input,
  Model,
  machineInfo,
  type Precision,
  random,
  Sequential,
  type Tensor,
  withBackend,
} from '../../lib/index.js';
import { expectError } from '../support/errors.js';

const { bfloat16 } = machineInfo();
/** What runs needs a processor that multiplies bfloat16. */
const here = describe.skipIf(bfloat16 === null);
if (bfloat16 === null) console.log('precision: skipped what runs, for this processor has no AVX512-BF16');

const net = (precision?: Precision) =>
  new Sequential({
    precision,
    layers: [
      Input({ shape: [13, 11, 3] }),
      new Conv2D({ filters: 40, kernelSize: 3, padding: 'same', activation: 'relu', name: 'window' }),
      new DepthwiseConv2D({ kernelSize: 3, name: 'depthwise' }),
      new BatchNormalization(),
      new Conv2D({ filters: 33, kernelSize: 1, activation: 'gelu', name: 'pointwise' }),
      new Conv2DTranspose({ filters: 4, kernelSize: 2, strides: 2, name: 'transpose' }),
      new Flatten(),
      new Dense({ units: 7, activation: 'tanh', name: 'dense' }),
    ],
  });
const x = random([5, 13, 11, 3], { seed: 3 }) as Tensor;
const bytes = ({ data }: Tensor) => Buffer.from((data as Float32Array).slice().buffer);

describe('precision', () => {
  it('is float32 unless said otherwise, an option and a property', () => {
    expect(net().precision).toBe('float32');
    const model = net('bfloat16');
    expect(model.precision).toBe('bfloat16');
    model.precision = 'float32';
    expect(model.precision).toBe('float32');
    const input = Input({ shape: [4] });
    const outputs = new Dense({ units: 2 }).apply(input);
    expect(new Model({ inputs: input, outputs, precision: 'bfloat16' }).precision).toBe('bfloat16');
  });

  it("tf32 is a GPU's: on the CPU it throws, and says where it runs", () => {
    const model = net('tf32');
    const text =
      'precision "tf32" is a GPU\'s. Received backend="cpu". Use precision "float32", or device "cuda".';
    expectError(() => model.predictSync(x), 'ERR_DEVICE', text);
  });

  it('is one of three', () => {
    expectError(() => net('float16' as Precision), 'ERR_ARGUMENT', '"float32", "tf32", "bfloat16"');
    expectError(() => net(null as unknown as Precision), 'ERR_ARGUMENT', 'precision');
    const model = net();
    expectError(() => Object.assign(model, { precision: 8 }), 'ERR_ARGUMENT', 'precision=8');
    expect(model.precision).toBe('float32');
  });

  it('is part of the config, and a config without it means float32', () => {
    const { precision, ...old } = net('bfloat16').getConfig();
    expect(precision).toBe('bfloat16');
    expect(Sequential.fromConfig({ precision, ...old }).precision).toBe('bfloat16');
    expect(Sequential.fromConfig(old).precision).toBe('float32');
    const input = Input({ shape: [4] });
    const outputs = new Dense({ units: 2 }).apply(input);
    const model = new Model({ inputs: input, outputs, precision: 'bfloat16' });
    expect(Model.fromConfig(JSON.parse(JSON.stringify(model.getConfig()))).precision).toBe('bfloat16');
  });

  it('throws ERR_DEVICE at the call where it cannot be had', async () => {
    const model = net('bfloat16');
    const { call, ...rest } = {
      call: () => model.predictSync(x),
      info: () => model.planInfo(),
      warmup: () => model.warmup(),
    };
    for (const run of [call, ...Object.values(rest)]) {
      withBackend('reference', () => expectError(run, 'ERR_DEVICE', `Sequential "${model.name}"`));
    }
    await withBackend('reference', () =>
      expect(model.predict(x)).rejects.toMatchObject({ code: 'ERR_DEVICE' }),
    );
    const stream = withBackend('reference', () => model.stream([random([13, 11, 3])]).next());
    if (bfloat16 === null) await expect(stream).rejects.toMatchObject({ code: 'ERR_DEVICE' });
    else await stream.catch(({ code }) => expect(code).toBe('ERR_DEVICE'));
  });

  it.each(['baseline', 'avx2'])('throws ERR_DEVICE under LAYERWISE_MAX_ISA=%s, and float32 runs', (isa) => {
    const program = `import { Dense, machineInfo, ones, Sequential } from 'layerwise';
      const model = new Sequential({ layers: [new Dense({ units: 2, inputShape: [3] })], precision: 'bfloat16' });
      console.log(machineInfo().bfloat16);
      try { model.predictSync(ones([1, 3])); } catch (error) { console.log(error.code, error.message); }
      model.precision = 'float32';
      console.log(model.predictSync(ones([1, 3])).shape);`;
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
      encoding: 'utf8',
      env: { ...process.env, LAYERWISE_MAX_ISA: isa },
    });
    expect(stderr).toBe('');
    expect(stdout).toMatch(
      /^null\nERR_DEVICE Sequential ".*AVX512-BF16.* isa=".*"\. Use precision "float32".\n\[ 1, 2 \]\n$/,
    );
  });
});

here(`precision bfloat16, by ${bfloat16}`, () => {
  it('multiplies with weights in bfloat16, the rest in float32', () => {
    const model = net('bfloat16');
    const algorithms = new Map(model.planInfo().nodes.map(({ name, algorithm }) => [name, algorithm]));
    for (const name of ['window', 'pointwise', 'dense']) expect(algorithms.get(name)).toContain('bfloat16');
    for (const name of ['depthwise', 'transpose']) expect(algorithms.get(name)).not.toContain('bfloat16');
  });

  it('gives results near those of float32, whose bits stay what they are', () => {
    const model = net();
    const before = bytes(model.predictSync(x));
    model.precision = 'bfloat16';
    const rounded = model.predictSync(x);
    expect(bytes(rounded).equals(before)).toBe(false);
    model.precision = 'float32';
    const exact = model.predictSync(x);
    expect(bytes(exact).equals(before)).toBe(true);
    const largest = Math.max(...(exact.data as Float32Array).map(Math.abs));
    for (const [i, value] of (exact.data as Float32Array).entries()) {
      expect(Math.abs(value - (rounded.data[i] as number))).toBeLessThan(0.03 * largest);
    }
  });

  it('is what predict and stream compute in too, the same bits', async () => {
    const model = net('bfloat16');
    const whole = bytes(model.predictSync(x));
    expect(bytes(await model.predict(x)).equals(whole)).toBe(true);
    expect(bytes(await model.predict(x, { batchSize: 2 })).equals(whole)).toBe(true);
    const samples = Array.from({ length: 5 }, () => random([13, 11, 3], { seed: 9 }));
    let first: Buffer | undefined;
    for await (const { output } of model.stream(samples, { batchSize: 3 })) {
      first ??= bytes(output as Tensor);
      expect(bytes(output as Tensor).equals(first)).toBe(true);
    }
  });

  it('follows new weights', () => {
    const model = net('bfloat16');
    const before = bytes(model.predictSync(x));
    const bias = model.getWeight('dense/bias');
    bias.assign(random([7], { seed: 8 }));
    expect(bytes(model.predictSync(x)).equals(before)).toBe(false);
  });

  it('of an inner model does not matter', () => {
    const inner = net('bfloat16');
    const outer = new Sequential([inner]);
    inner.precision = 'float32';
    const exact = bytes(inner.predictSync(x));
    inner.precision = 'bfloat16';
    expect(bytes(outer.predictSync(x)).equals(exact)).toBe(true);
  });

  it('leaves float64 alone', () => {
    const wide = (precision: Precision) => {
      const dense = new Dense({ units: 3, dtype: 'float64', inputShape: [4], kernelInitializer: 'ones' });
      return new Sequential({ layers: [dense], precision });
    };
    const y = random([2, 4], { seed: 1, dtype: 'float64' }) as Tensor;
    expect(wide('bfloat16').predictSync(y).toArray()).toEqual(wide('float32').predictSync(y).toArray());
  });
});
