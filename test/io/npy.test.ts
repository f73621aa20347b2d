import { unzipSync, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { parseNpy, serializeNpy } from '../../lib/io/npy.js';
import { parseNpz, serializeNpz } from '../../lib/io/npz.js';
import { Tensor } from '../../lib/tensor/tensor.js';
import { thrown } from '../support/errors.js';
import { survivesDamage } from './damage.js';

const ramp = (shape: number[]) =>
  new Tensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i - 3),
    shape,
    'float32',
  ) as Tensor;

/** A file by hand: version, header text, data. */
function npy(header: string, data: ArrayBufferView | number = 0, version = 1): Uint8Array {
  const text = Buffer.from(header, version === 3 ? 'utf8' : 'latin1');
  const length = Buffer.alloc(version === 1 ? 2 : 4);
  if (version === 1) length.writeUInt16LE(text.length);
  else length.writeUInt32LE(text.length);
  const bytes = typeof data === 'number' ? Buffer.alloc(data) : Buffer.from(data.buffer as ArrayBuffer);
  return new Uint8Array(
    Buffer.concat([Buffer.from('\x93NUMPY', 'latin1'), Buffer.of(version, 0), length, text, bytes]),
  );
}

const head = (descr: string, shape: string, fortran = 'False') =>
  `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': ${shape}, }   \n`;

describe('npy', () => {
  it.each([[[]], [[5]], [[2, 3]], [[0, 2]], [[2, 1, 3, 2]]])('reads back float32 %j', (shape) => {
    const back = parseNpy(serializeNpy(ramp(shape)));
    expect(back.shape).toEqual(shape);
    expect(back.data).toEqual(ramp(shape).data);
  });

  it('writes what NumPy writes', () => {
    const bytes = serializeNpy(ramp([3]));
    expect(Buffer.from(bytes.subarray(0, 128)).toString('latin1')).toBe(
      `\x93NUMPY\x01\x00v\x00${"{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }".padEnd(117)}\n`,
    );
  });

  it.each([
    ['<f2', Uint16Array.of(0x3c00, 0xc000), 'float32', [1, -2]],
    ['<f4', Float32Array.of(1, -2), 'float32', [1, -2]],
    ['=f4', Float32Array.of(1, -2), 'float32', [1, -2]],
    ['<f8', Float64Array.of(0.1, -2), 'float64', [0.1, -2]],
    ['|i1', Int8Array.of(-128, 127), 'int32', [-128, 127]],
    ['<i2', Int16Array.of(-3, 4), 'int32', [-3, 4]],
    ['<u2', Uint16Array.of(65535, 4), 'int32', [65535, 4]],
    ['<i4', Int32Array.of(-3, 4), 'int32', [-3, 4]],
    ['<i8', BigInt64Array.of(-3n, 4n), 'int64', [-3n, 4n]],
    ['|u1', Uint8Array.of(3, 255), 'uint8', [3, 255]],
    ['|b1', Uint8Array.of(1, 0), 'bool', [true, false]],
  ])('reads %s', (descr, data, dtype, want) => {
    const x = parseNpy(npy(head(descr, '(2,)'), data));
    expect([x.dtype, x.toArray()]).toEqual([dtype, want]);
  });

  it('transposes Fortran order', () => {
    const columns = Float32Array.of(0, 3, 1, 4, 2, 5);
    expect(parseNpy(npy(head('<f4', '(2, 3)', 'True'), columns)).toArray()).toEqual([
      [0, 1, 2],
      [3, 4, 5],
    ]);
    const cube = Float32Array.from({ length: 24 }, (_, i) => i);
    const x = parseNpy(npy(head('<f4', '(2, 3, 4)', 'True'), cube));
    for (const [a, b, c] of [
      [0, 0, 0],
      [1, 0, 0],
      [0, 2, 0],
      [1, 2, 3],
    ] as const) {
      expect(x.at(a, b, c)).toBe(a + 2 * b + 6 * c);
    }
  });

  it.each([2, 3])('reads version %i, and lists and long integers in the header', (version) => {
    const header = '{"shape":(2L,1),"fortran_order":False,"descr":"<f4"}';
    expect(parseNpy(npy(header, Float32Array.of(1, 2), version)).shape).toEqual([2, 1]);
  });

  const REFUSED: [string, Uint8Array, RegExp][] = [
    ['an empty file', new Uint8Array(0), /no \.npy file/],
    ['another file', new Uint8Array(100), /no \.npy file/],
    ['version 4', npy(head('<f4', '()'), 4, 4 as never), /version 4\.0/],
    ['a header longer than the file', npy(head('<f4', '()'), 4).subarray(0, 30), /ends inside its header/],
    ['a header of 4 GiB', npy('', 0, 2).fill(255, 8), /too long/],
    ['objects', npy(head('|O', '(1,)'), 8), /pickled Python objects/],
    ['records', npy("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}", 4), /records/],
    ['big-endian data', npy(head('>f4', '(1,)'), 4), /dtype is not supported/],
    ['complex numbers', npy(head('<c8', '(1,)'), 8), /dtype is not supported/],
    ['strings', npy(head('<U3', '(1,)'), 12), /dtype is not supported/],
    ['a dtype from the prototype', npy(head('constructor', '(1,)'), 4), /dtype is not supported/],
    ['a negative size', npy(head('<f4', '(-1,)'), 4), /no Python dict/],
    ['a size beyond 2^53', npy(head('<f4', '(99999999999999999999,)'), 4), /every size/],
    ['sizes whose product overflows', npy(head('<f4', '(4294967296, 4294967296)'), 4), /too many elements/],
    ['40 axes', npy(head('<f4', `(${'1, '.repeat(40)})`), 4), /40 axes/],
    ['a shape that is a number', npy(head('<f4', '4'), 16), /no list/],
    ['too little data', npy(head('<f4', '(1000000000, 1000)'), 4), /needs 4000000000000 bytes/],
    ['too much data', npy(head('<f4', '(1,)'), 8), /needs 4 bytes/],
    ['a missing key', npy("{'descr': '<f4', 'shape': ()}", 4), /must have the keys/],
    [
      'another key',
      npy("{'descr': '<f4', 'fortran_order': False, 'shape': (), 'x': 1}", 4),
      /must have the keys/,
    ],
    [
      'a key twice',
      npy("{'descr': '<f4', 'descr': '<f8', 'fortran_order': False, 'shape': ()}", 4),
      /no Python dict/,
    ],
    ['code', npy("__import__('os').system('true')", 4), /no Python dict/],
    ['text after the dict', npy(`${head('<f4', '()')} + 1`, 4), /no Python dict/],
    ['deep nesting', npy(head('<f4', `${'('.repeat(20_000)}${')'.repeat(20_000)}`), 4), /no Python dict/],
    ['an order that is no boolean', npy(head('<f4', '()', '1'), 4), /True or False/],
    ['a bool that is neither 0 nor 1', npy(head('|b1', '(1,)'), Uint8Array.of(3)), /bool/],
  ];
  it.each(REFUSED)('refuses %s', (_, bytes, message) => {
    const error = thrown(() => parseNpy(bytes));
    expect(error.message).toMatch(message);
    expect(error.code).toBe('ERR_FORMAT');
  });

  it('survives truncation and mutation with coded errors only', () =>
    survivesDamage(serializeNpy(ramp([2, 3])), parseNpy));
});

const SMALL = { kernel: ramp([2, 3]), bias: ramp([3]), 'a/b': ramp([]) };

/** The offset of the directory record of the first file. */
const directoryOf = (zip: Uint8Array) => Buffer.from(zip).indexOf(Buffer.of(0x50, 0x4b, 1, 2));

/** A copy with a field of the first directory record overwritten. */
function patched(zip: Uint8Array, field: number, value: number, size: 2 | 4): Uint8Array {
  const copy = Buffer.from(zip);
  const at = directoryOf(zip) + field;
  if (size === 2) copy.writeUInt16LE(value, at);
  else copy.writeUInt32LE(value, at);
  return new Uint8Array(copy);
}

describe('npz', () => {
  it.each([false, true])('reads back what it wrote, compress=%s', (compress) => {
    const back = parseNpz(serializeNpz(SMALL, { compress }));
    expect(Object.keys(back)).toEqual(Object.keys(SMALL));
    for (const [name, tensor] of Object.entries(SMALL))
      expect(back[name]?.toArray()).toEqual(tensor.toArray());
  });

  it('agrees with another zip implementation, both ways', () => {
    const theirs = zipSync({
      'x.npy': [serializeNpy(ramp([100])), { level: 9 }],
      'y.npy': [serializeNpy(ramp([4])), { level: 0 }],
    });
    expect(parseNpz(theirs).x?.data).toEqual(ramp([100]).data);
    expect(parseNpz(theirs).y?.shape).toEqual([4]);
    const ours = unzipSync(serializeNpz(SMALL, { compress: true }));
    expect(parseNpy(ours['kernel.npy'] as Uint8Array).data).toEqual(SMALL.kernel.data);
  });

  it('is the same file for the same content', () => expect(serializeNpz(SMALL)).toEqual(serializeNpz(SMALL)));

  const stored = serializeNpz(SMALL);
  const packed = serializeNpz(
    { zeros: new Tensor(new Float32Array(100_000), [100_000], 'float32') as Tensor },
    { compress: true },
  );
  const twice = zipSync({ 'a.npy': serializeNpy(ramp([1])), 'b.npy': serializeNpy(ramp([1])) }, { level: 0 });
  const REFUSED: [string, Uint8Array, RegExp][] = [
    ['an empty file', new Uint8Array(0), /no zip archive/],
    ['another file', new Uint8Array(1000), /no zip archive/],
    ['an archive without its end', stored.subarray(0, -1), /no zip archive/],
    ['an archive with something in front', new Uint8Array([1, ...stored]), /not where it should be/],
    ['an encrypted file', patched(stored, 8, 1, 2), /encrypted/],
    ['another compression', patched(stored, 10, 14, 2), /not supported/],
    ['zip64 sizes', patched(stored, 24, 0xffffffff, 4), /zip64/],
    ['a wrong checksum', patched(stored, 16, 1, 4), /checksum/],
    ['a stored size that is not the size', patched(stored, 24, 5, 4), /cannot hold/],
    ['a deflate bomb', patched(packed, 24, 0xfffffff0, 4), /cannot hold|GiB of memory/],
    ['a size below what unpacks', patched(packed, 24, 100, 4), /does not unpack/],
    ['a size above what unpacks', patched(packed, 24, 400_200, 4), /does not unpack/],
    ['an offset outside', patched(stored, 42, 0x7fffffff, 4), /not where the directory says/],
    [
      'two files on the same bytes',
      patched(
        stored,
        42,
        (() => {
          const second = Buffer.from(stored).indexOf(Buffer.of(0x50, 0x4b, 3, 4), 4);
          return second;
        })(),
        4,
      ),
      /shares bytes|ends inside|cannot hold/,
    ],
    [
      'a name twice',
      new Uint8Array(
        Buffer.from(Buffer.from(twice).toString('latin1').replaceAll('b.npy', 'a.npy'), 'latin1'),
      ),
      /twice/,
    ],
    ['a file that is no array', zipSync({ 'readme.txt': new Uint8Array(3) }), /no \.npy file/],
    ['a broken array', zipSync({ 'x.npy': new Uint8Array(30) }), /"x\.npy": this is no \.npy file/],
  ];
  it.each(REFUSED)('refuses %s', (_, bytes, message) => {
    const error = thrown(() => parseNpz(bytes));
    expect(error.message).toMatch(message);
    expect(error.code).toBe('ERR_FORMAT');
  });

  it('refuses arrays above maxBytes before unpacking any', () => {
    expect(thrown(() => parseNpz(packed, { maxBytes: 1000 })).code).toBe('ERR_FORMAT');
    expect(parseNpz(packed, { maxBytes: 500_000 }).zeros?.size).toBe(100_000);
    expect(thrown(() => parseNpz(packed, { maxBytes: -1 })).code).toBe('ERR_ARGUMENT');
    expect(thrown(() => parseNpz(packed, { limit: 1 } as never)).code).toBe('ERR_ARGUMENT');
  });

  it('survives truncation and mutation with coded errors only', () => {
    survivesDamage(serializeNpz({ x: ramp([2]) }), (bytes) => parseNpz(bytes, { maxBytes: 1e6 }));
    survivesDamage(serializeNpz({ x: ramp([9]) }, { compress: true }), (bytes) =>
      parseNpz(bytes, { maxBytes: 1e6 }),
    );
  });
});
