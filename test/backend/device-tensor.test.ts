import { beforeAll, describe, expect, it } from 'vitest';
import { addon } from '../../lib/backend/load.js';
import type { ErrorCode } from '../../lib/errors.js';
import {
  add,
  allClose,
  batchNorm,
  clone,
  concat,
  conv2d,
  type DType,
  foldBatchNorm,
  formatTensor,
  gather,
  Input,
  Lambda,
  mul,
  random,
  relu,
  repeat,
  reshape,
  resize,
  serializeNpy,
  softmax,
  sum,
  type Tensor,
  tensor,
  where,
  withBackend,
  zeros,
} from '../../lib/index.js';
import { bytesOf } from '../support/bytes.js';
import { cuda, used } from '../support/cuda.js';
import { expectError, thrown } from '../support/errors.js';
import { runProgram } from '../support/program.js';

const onGpu = describe.skipIf(!cuda?.available);
const filled = (shape: readonly number[], seed = 1) => random(shape, { min: -1, max: 1, seed }) as Tensor;

describe('a tensor of the CPU', () => {
  it('lies there, is its own copy there, and is not disposed of', () => {
    const x = tensor([1, 2]);
    expect(x.device).toBe('cpu');
    expect(x.to('cpu')).toBe(x);
    x.dispose();
    {
      using y = x;
      expect(y.size).toBe(2);
    }
    expect([x.isDisposed, x.toArray()]).toEqual([false, [1, 2]]);
  });

  it('goes to devices that there are', () => {
    // @ts-expect-error: the compiler knows the names too
    const wrong = () => tensor([1]).to('gpu');
    expectError(wrong, 'ERR_ARGUMENT', '"cpu", "cuda". Received device="gpu"');
    if (cuda?.available) expect(tensor([1]).to('cuda').device).toBe('cuda');
    else expectError(() => tensor([1]).to('cuda'), 'ERR_DEVICE', cuda?.reason);
  });

  it.each(['cpu', 'cuda'] as const)('goes to %s with values only', (device) => {
    const seen: unknown[] = [];
    const spy = new Lambda({
      function: (x) => {
        seen.push((x as Tensor).device, thrown(() => (x as Tensor).to(device)).code);
        return x as Tensor;
      },
    });
    spy.apply(Input({ shape: [2] }));
    expect(seen.slice(0, 2)).toEqual(['cpu', 'ERR_STATE']);
  });
});

onGpu('a tensor on cuda', () => {
  it.each<[string, DType, () => unknown]>([
    ['float32', 'float32', () => [[1.5, Number.NaN, -0]]],
    ['float64', 'float64', () => [[1.5, 1e300, -0]]],
    ['int32', 'int32', () => [[-1, 2, 3]]],
    ['int64', 'int64', () => [[-1n, 2n ** 60n, 3n]]],
    ['uint8', 'uint8', () => [[0, 255, 3]]],
    ['bool', 'bool', () => [[true, false, true]]],
    ['nothing', 'float32', () => []],
    ['a scalar', 'float32', () => 7],
  ])('is a copy of %s', (_, dtype, values) => {
    const x = tensor(values() as number[], undefined, dtype) as Tensor;
    const there = x.to('cuda');
    expect([there.shape, there.dtype, there.rank, there.size, there.byteLength, there.device]).toEqual([
      ...[x.shape, x.dtype, x.rank, x.size, x.byteLength],
      'cuda',
    ]);
    expect(there.to('cuda')).toBe(there);
    const back = there.to('cpu');
    expect(bytesOf(back).equals(bytesOf(x))).toBe(true);
    expect([back.shape, back.dtype, back.device]).toEqual([x.shape, x.dtype, 'cpu']);
    bytesOf(x).fill(0);
    expect(bytesOf(there.to('cpu')).equals(bytesOf(back))).toBe(true);
  });

  it('has no values here, says so, and prints without them', () => {
    const x = zeros([2, 3]).to('cuda') as Tensor;
    for (const read of [() => x.data, () => x.at(0, 0), () => x.toArray(), () => clone(x)])
      expectError(read, 'ERR_DEVICE', "Use x.to('cpu')");
    for (const read of [() => allClose(x, x), () => serializeNpy(x)])
      expectError(read, 'ERR_DEVICE', 'shape=[2, 3], device="cuda"');
    expect(String(x)).toBe('tensor(<on cuda>, shape=[2, 3], dtype=float32)');
    expect(formatTensor(x)).toBe(String(x));
    expect(x.isTraced).toBe(false);
  });

  it('gives its memory back at once, with that of its reshapes', () => {
    const before = used();
    const x = filled([64, 1024]).to('cuda');
    expect(used() - before).toBe(64 * 1024 * 4);
    const y = reshape(x, [1024, -1]) as Tensor;
    expect([y.shape, y.device, used() - before]).toEqual([[1024, 64], 'cuda', 64 * 1024 * 4]);
    expect(bytesOf(y.to('cpu')).equals(bytesOf(x.to('cpu')))).toBe(true);
    y.dispose();
    y.dispose();
    x[Symbol.dispose]();
    expect(used()).toBe(before);
    expect([x.isDisposed, y.isDisposed, x.size]).toEqual([true, true, 65536]);
    expect(String(x)).toBe('tensor(<disposed, was on cuda>, shape=[64, 1024], dtype=float32)');
    for (const use of [
      () => x.data,
      () => x.to('cpu'),
      () => x.to('cuda'),
      () => reshape(x, [-1]),
      () => relu(x),
      () => add(x, 1),
      () => add(zeros([64, 1024]).to('cuda'), x),
      () => gather(x, [0]),
    ])
      expectError(use, 'ERR_STATE', 'the tensor was disposed of. Received shape=[64, 1024]');
  });

  it('is freed by using', () => {
    const before = used();
    {
      using x = filled([100, 100]).to('cuda');
      expect(x.isDisposed).toBe(false);
      expect(used()).toBeGreaterThan(before);
    }
    expect(used()).toBe(before);
  });
});

onGpu('ops on cuda', () => {
  const x = filled([2, 6, 6, 3]);
  const kernel = filled([3, 3, 3, 4], 2);
  const row = filled([3], 3);
  type Op = (place: (x: Tensor) => Tensor) => Tensor;
  it.each<[string, Op]>([
    ['conv2d', (on) => conv2d(on(x), on(kernel), { padding: 'same', activation: 'relu' }) as Tensor],
    ['add of a row', (on) => add(on(x), on(row)) as Tensor],
    ['mul by a number', (on) => mul(on(x), 2.5) as Tensor],
    ['a number minus', (on) => add(1, on(x)) as Tensor],
    ['where', (on) => where(on(tensor([true, false, true]) as Tensor), on(x), 0) as Tensor],
    ['concat', (on) => concat([on(x), on(x)], -1) as Tensor],
    ['softmax', (on) => softmax(on(x)) as Tensor],
    ['sum', (on) => sum(on(x), { axis: [1, 2] }) as Tensor],
    ['gather by numbers', (on) => gather(on(x), [[0], [-1]], 1) as Tensor],
    ['repeat', (on) => repeat(on(x), [1, 2, 0], -1) as Tensor],
    ['resize, nearest', (on) => resize(on(x), [9, 4], { method: 'nearest' }) as Tensor],
    ['resize, bilinear', (on) => resize(on(x), [9, 4]) as Tensor],
    ['nothing', (on) => relu(on(zeros([0, 3]) as Tensor)) as Tensor],
    ['a chain', (on) => softmax(reshape(relu(add(on(x), on(row))), [2, -1])) as Tensor],
  ])('%s: the bits of the same op on copies, on cuda', (_, op) => {
    const expected = withBackend('cuda', () => op((tensor) => tensor));
    for (let i = 0; i < 3; i++) {
      const there = op((tensor) => tensor.to('cuda'));
      expect([there.device, there.shape, there.dtype]).toEqual(['cuda', expected.shape, expected.dtype]);
      expect(bytesOf(there.to('cpu')).equals(bytesOf(expected))).toBe(true);
    }
  });

  it('folds batch normalisation there', () => {
    const moments = { mean: row, variance: filled([3], 4) };
    moments.variance = mul(moments.variance, moments.variance) as Tensor;
    const there = { mean: moments.mean.to('cuda'), variance: moments.variance.to('cuda') };
    expect(foldBatchNorm(there).scale.device).toBe('cuda');
    const got = batchNorm(x.to('cuda'), there).to('cpu');
    expect(allClose(got, batchNorm(x, moments), { rtol: 1e-4, atol: 1e-5 })).toBe(true);
  });

  it('keeps no copies of operands, and frees the tables it made', () => {
    using there = filled([512, 512]).to('cuda');
    const before = used();
    for (let i = 0; i < 3; i++) relu(there).dispose();
    expect(used()).toBe(before);
    const gathered = () => gather(there, [1, 2]).dispose();
    gathered(); // makes the words of refusals
    const later = used();
    expect(later - before).toBeLessThan(1024);
    for (let i = 0; i < 3; i++) gathered();
    expect(used()).toBe(later);
  });

  it('refuses operands of different devices, touching nothing', () => {
    const there = x.to('cuda');
    const before = used();
    const { code, message } = thrown(() => conv2d(there, kernel));
    expect([code, message]).toEqual([
      'ERR_DEVICE',
      'conv: the operands lie on different devices. ' +
        'Received operands=["cuda float32 [2, 6, 6, 3]", "cpu float32 [3, 3, 3, 4]"]. ' +
        "Bring them together with x.to('cuda') or x.to('cpu').",
    ]);
    expectError(() => add(x, there), 'ERR_DEVICE', 'add');
    expectError(() => concat([there, x]), 'ERR_DEVICE');
    expect(used()).toBe(before);
    there.dispose();
  });

  it('names the node of a refused index behind a full stop', () => {
    const values = tensor([10, 20, 30]).to('cuda');
    const indices = tensor([0, 9], [2], 'int32').to('cuda');
    const refused = 'gather: the index is out of range. Received index=9, extent=3';
    const refusing = () => thrown(() => gather(values, indices)).message;
    expect(refusing()).toBe(`${refused}. In node 0, gather.`);
    expect(
      gather(values, tensor([2, 0], [2], 'int32').to('cuda'))
        .to('cpu')
        .toArray(),
    ).toEqual([30, 10]);
    expect(refusing()).toBe(refused); // later runs do not stop at each node
  });
});

onGpu('device memory, straight at the addon', () => {
  const native = addon() as unknown as Record<string, (...args: unknown[]) => never>;
  const call = (name: string, ...args: unknown[]) => (native[name] as (...args: unknown[]) => never)(...args);
  const value = { dtype: 'float32', shape: [4] };
  const nodes = [{ op: 'unary', inputs: [0], outputs: [1], attrs: { fn: 'relu' } }];
  const graph = { values: [value, value], inputs: [0], constants: [], nodes, outputs: [1] };
  const planOn = (backend: string) => call('compile', graph, { backend, batch: 0 });
  let [memory, gone]: unknown[] = [];
  beforeAll(() => {
    [memory, gone] = [call('deviceMemory', 'cuda', 16), call('deviceMemory', 'cuda', 16)];
    call('disposeMemory', gone);
  });
  const rows = (offset: unknown, of: unknown = memory) => [{ memory: of, offset }];
  const y = () => [new Float32Array(4)];

  it.each<[string, ErrorCode, () => unknown]>([
    ['memory of the CPU', 'ERR_ARGUMENT', () => call('deviceMemory', 'cpu', 4)],
    ['less than nothing', 'ERR_ARGUMENT', () => call('deviceMemory', 'cuda', -1)],
    ['no handle', 'ERR_ARGUMENT', () => call('writeMemory', {}, new Uint8Array(4))],
    ['no bytes', 'ERR_ARGUMENT', () => call('readMemory', memory, 4)],
    ['other elements', 'ERR_DTYPE', () => call('writeMemory', memory, new Int32Array(4))],
    ['too many bytes', 'ERR_SHAPE', () => call('readMemory', memory, new Uint8Array(17))],
    ['memory that is gone', 'ERR_STATE', () => call('readMemory', gone, new Uint8Array(4))],
    ['an operand that is gone', 'ERR_STATE', () => call('run', planOn('cuda'), rows(0, gone), y())],
    ['an operand of nothing', 'ERR_ARGUMENT', () => call('run', planOn('cuda'), rows(0, {}), y())],
    ['an operand nowhere', 'ERR_ARGUMENT', () => call('run', planOn('cuda'), rows(-4), y())],
    ['an operand behind the end', 'ERR_SHAPE', () => call('run', planOn('cuda'), rows(4), y())],
    ['a result behind the end', 'ERR_SHAPE', () => call('run', planOn('cuda'), y(), rows(2 ** 50))],
    ['a plan of the CPU', 'ERR_DEVICE', () => call('run', planOn('cpu'), rows(0), y())],
    ['no result', 'ERR_ARGUMENT', () => call('start', planOn('cuda'), rows(0), () => {}, [...rows(0), {}])],
  ])('%s: a coded error', (_, code, body) => expectError(body, code));

  it('is read and written by parts', () => {
    call('writeMemory', memory, new Uint8Array(new Float32Array([-1, 2, -3, 4]).buffer));
    const [result] = y() as [Float32Array];
    call('run', planOn('cuda'), rows(0), [result]);
    expect([...result]).toEqual([0, 2, 0, 4]);
  });
});

onGpu('the memory of a GPU', () => {
  const program = (name: string) => new URL(`./programs/${name}.ts`, import.meta.url);
  const full = async (name: string, env: NodeJS.ProcessEnv = {}) => {
    const { code, output, errors } = await runProgram(program(name), ['--expose-gc'], env);
    expect([code, errors]).toEqual([0, '']);
    return JSON.parse(output);
  };

  it.each([
    ['V8 is told of it', {}],
    ['it is full', { LAYERWISE_CUDA_HOST_MIB: '24' }],
  ])(
    'goes back when tensors are forgotten, in a loop that never ends its turn too, since %s',
    async (_, env) => {
      expect(await full('forgotten-tensors', env)).toEqual({ bounded: true, left: 0 });
    },
  );

  // A real GPU has more than a test should fill: the host's build says how much it has.
  it.skipIf(cuda?.gpus[0]?.computeCapability !== '0.0')(
    'may be full: a coded error, and all goes on',
    async () => {
      expect(await full('full-device', { LAYERWISE_CUDA_HOST_MIB: '16' })).toEqual({
        codes: ['ERR_DEVICE', 'ERR_DEVICE', 'ERR_DEVICE', 'ERR_DEVICE'],
        messages: ['cuda: out of device memory: 12 MiB were asked for, 8 of 16 MiB are free.'],
        afterwards: [0, 2],
        kept: true,
      });
    },
  );

  it("is each worker's own, and goes back with it", async () => {
    expect(await full('device-workers')).toEqual({ results: [3, 6, 9], left: 0 });
  });
});
