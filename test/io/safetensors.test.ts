import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { duplicateKey } from '../../lib/io/duplicate-key.js';
import {
  loadSafetensors,
  parseSafetensors,
  saveSafetensors,
  serializeSafetensors,
} from '../../lib/io/safetensors.js';
import type { DType, TypedArray } from '../../lib/tensor/dtype.js';
import { Tensor } from '../../lib/tensor/tensor.js';
import { thrown } from '../support/errors.js';
import { survivesDamage } from './damage.js';

const make = (data: TypedArray, shape: number[], dtype: DType) =>
  new Tensor(data as never, shape, dtype) as Tensor;

const TENSORS = {
  kernel: make(Float32Array.of(1.5, -0, Number.NaN, 3e-40, 5, 6), [2, 3], 'float32'),
  precise: make(Float64Array.of(0.1, -1e300), [2], 'float64'),
  count: make(Int32Array.of(-1, 2 ** 31 - 1), [2, 1], 'int32'),
  big: make(BigInt64Array.of(-(2n ** 63n)), [], 'int64'),
  bytes: make(Uint8Array.of(0, 127, 255), [3], 'uint8'),
  flags: make(Uint8Array.of(1, 0), [2], 'bool'),
  nothing: make(new Float32Array(0), [0, 4], 'float32'),
};

/** A file from a header, as text or object, and its data. */
function file(header: unknown, data: Uint8Array | number = 0): Uint8Array {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return new Uint8Array(Buffer.concat([length, json, typeof data === 'number' ? Buffer.alloc(data) : data]));
}

const f32 = (shape: unknown, begin: unknown, end: unknown) => ({
  dtype: 'F32',
  shape,
  data_offsets: [begin, end],
});

describe('safetensors', () => {
  it('reads back what it wrote, bit for bit, for every dtype', () => {
    const { tensors, metadata } = parseSafetensors(serializeSafetensors(TENSORS, { model: 'test' }));
    expect(metadata).toEqual({ model: 'test' });
    expect(Object.keys(tensors).sort()).toEqual(Object.keys(TENSORS).sort());
    for (const [name, want] of Object.entries(TENSORS)) {
      const got = tensors[name] as Tensor;
      expect([got.dtype, got.shape]).toEqual([want.dtype, want.shape]);
      expect(Buffer.from((got.data as Uint8Array).buffer)).toEqual(
        Buffer.from((want.data as Uint8Array).buffer),
      );
    }
  });

  it('writes aligned tensors behind a header padded to 8 bytes', () => {
    const bytes = serializeSafetensors(TENSORS);
    expect(Number(new DataView(bytes.buffer).getBigUint64(0, true)) % 8).toBe(0);
  });

  it.each([
    [
      'F16',
      [0x3c00, 0xc000, 0x7bff, 0x0001, 0x8000, 0x7c00],
      [1, -2, 65504, 2 ** -24, -0, Number.POSITIVE_INFINITY],
    ],
    ['BF16', [0x3f80, 0xc000, 0x8000, 0x7f80, 0xff80, 0x4049], [1, -2, -0, Infinity, -Infinity, 3.140625]],
  ])('reads %s as float32', (dtype, bits, want) => {
    const data = new Uint8Array(Uint16Array.from(bits).buffer);
    const { x } = parseSafetensors(file({ x: { dtype, shape: [6], data_offsets: [0, 12] } }, data)).tensors;
    expect(x?.dtype).toBe('float32');
    expect(x?.toArray()).toEqual(want);
  });

  it('reads data at an unaligned offset, spaces after the header, and a tensor called __proto__', () => {
    const header =
      '{"__proto__":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"x":{"dtype":"F32","shape":[],"data_offsets":[1,5]}}   ';
    const { tensors } = parseSafetensors(file(header, Uint8Array.of(7, 0, 0, 128, 63)));
    expect(tensors.x?.data).toEqual(Float32Array.of(1));
    expect(Object.hasOwn(tensors, '__proto__')).toBe(true);
  });

  const REFUSED: [string, Uint8Array, RegExp][] = [
    ['an empty file', new Uint8Array(0), /ends inside the length/],
    ['a header longer than the file', file('{}').subarray(0, 9), /ends inside its header/],
    ['a header above the limit', Uint8Array.of(1, 225, 245, 5, 0, 0, 0, 0, 123), /too long/],
    ['a header of 2^64 - 1 bytes', new Uint8Array(16).fill(255), /too long/],
    ['a header that is no object', file('[]'), /begin with "\{"/],
    ['a header with a byte order mark', file('\ufeff{}'), /begin with "\{"/],
    ['broken JSON', file('{"x":'), /no JSON/],
    ['JSON that is not UTF-8', file('{"\u00e9":1}').map((byte) => (byte === 0xc3 ? 0xff : byte)), /no JSON/],
    [
      'a name twice',
      file(
        '{"x":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"\\u0078":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}',
      ),
      /names "x" twice/,
    ],
    [
      'a field twice',
      file('{"x":{"dtype":"U8","dtype":"F32","shape":[0],"data_offsets":[0,0]}}'),
      /names "dtype" twice/,
    ],
    ['metadata that is no table of strings', file({ __metadata__: { a: 1 } }), /__metadata__/],
    [
      'a dtype that is not supported',
      file({ x: { dtype: 'F8_E4M3', shape: [1], data_offsets: [0, 1] } }, 1),
      /dtype of "x"/,
    ],
    [
      'a dtype from the prototype',
      file({ x: { dtype: 'toString', shape: [], data_offsets: [0, 0] } }),
      /dtype of "x"/,
    ],
    ['an entry that is null', file({ x: null }), /dtype of "x"/],
    ['a negative size', file({ x: f32([-1], 0, 4) }, 4), /every size of "x"/],
    ['a fractional size', file({ x: f32([0.5], 0, 2) }, 2), /every size of "x"/],
    ['sizes whose product overflows', file({ x: f32([2 ** 31, 2 ** 31], 0, 4) }, 4), /too many elements/],
    [
      'sizes whose product overflows before a zero',
      file({ x: f32([2 ** 40, 2 ** 40, 0], 0, 0) }),
      /too many elements/,
    ],
    ['255 axes', file({ x: f32(new Array(255).fill(0), 0, 0) }), /255 axes/],
    ['a shape that is no list', file({ x: f32('4', 0, 4) }, 4), /no list/],
    ['offsets that run backwards', file({ x: f32([1], 4, 0) }, 4), /offsets of "x"/],
    [
      'three offsets',
      file({ x: { dtype: 'F32', shape: [1], data_offsets: [0, 4, 4] } }, 4),
      /offsets of "x"/,
    ],
    ['a shape that does not fill the offsets', file({ x: f32([2], 0, 4) }, 4), /needs 8 bytes/],
    ['a hole', file({ x: f32([1], 0, 4), y: f32([1], 5, 9) }, 9), /"y" leaves a hole/],
    ['an overlap', file({ x: f32([1], 0, 4), y: f32([1], 2, 6) }, 6), /"y" overlaps/],
    ['bytes after the last tensor', file({ x: f32([1], 0, 4) }, 5), /bytes follow/],
    ['tensors beyond the end', file({ x: f32([2 ** 30], 0, 2 ** 32) }, 4), /ends inside its tensors/],
    [
      'a bool that is neither 0 nor 1',
      file({ x: { dtype: 'BOOL', shape: [1], data_offsets: [0, 1] } }, Uint8Array.of(2)),
      /bool/,
    ],
  ];
  it.each(REFUSED)('refuses %s', (_, bytes, message) => {
    const error = thrown(() => parseSafetensors(bytes));
    expect(error.code).toBe('ERR_FORMAT');
    expect(error.message).toMatch(message);
  });

  it('survives truncation and mutation with coded errors only', () => {
    survivesDamage(serializeSafetensors(TENSORS, { a: 'b' }), parseSafetensors);
  });

  it('refuses wrong arguments', () => {
    expect(thrown(() => parseSafetensors('x' as never)).code).toBe('ERR_ARGUMENT');
    expect(thrown(() => serializeSafetensors({ x: 1 } as never)).code).toBe('ERR_ARGUMENT');
    expect(thrown(() => serializeSafetensors({}, { a: 1 } as never)).code).toBe('ERR_ARGUMENT');
    expect(thrown(() => serializeSafetensors({ __metadata__: TENSORS.kernel })).code).toBe('ERR_ARGUMENT');
  });
});

describe('safetensors files', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'layerwise-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('are read as they were written', async () => {
    const path = join(folder, 'a.safetensors');
    await saveSafetensors(path, TENSORS);
    const tensors = await loadSafetensors(path);
    expect(tensors.kernel?.toArray()).toEqual(TENSORS.kernel.toArray());
    expect(tensors.big?.data).toEqual(TENSORS.big.data);
  });

  it('are refused when they are cut short, naming the file', async () => {
    const path = join(folder, 'b.safetensors');
    await saveSafetensors(path, TENSORS);
    for (const length of [0, 5, 20, 300]) {
      await truncate(path, length);
      await expect(loadSafetensors(path)).rejects.toMatchObject({ code: 'ERR_FORMAT' });
    }
    await writeFile(path, 'no such thing as a tensor');
    await expect(loadSafetensors(path)).rejects.toThrow(/b\.safetensors/);
    await expect(loadSafetensors(join(folder, 'missing'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('duplicateKey', () => {
  it.each([
    ['{"a":1,"b":{"a":2},"c":[{"a":1},{"a":2}]}', undefined],
    ['{"a":"a","b":"\\"a\\":"}', undefined],
    ['{"a":1, "a" :2}', 'a'],
    ['{"b":{"x":[{"y":1,"y":2}]}}', 'y'],
    ['{"\\\\":1,"\\u005c":2}', '\\'],
  ])('%s: %s', (json, want) => expect(duplicateKey(json)).toBe(want));
});
