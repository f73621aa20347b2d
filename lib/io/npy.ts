import { readFile, writeFile } from 'node:fs/promises';
import { argumentError, formatError } from '../errors.js';
import { MAX_RANK, rowMajorStrides } from '../shape/dims.js';
import { arrayType, bytesPerElement, type DType, type TypedArray } from '../tensor/dtype.js';
import { Tensor } from '../tensor/tensor.js';
import { bytesOf, checkMemory, decode, ENCODINGS, type Encoding, elementsOf, needBytes } from './elements.js';
import { parsePythonDict } from './python-dict.js';

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]; // \x93NUMPY
/** NumPy writes headers of some hundred bytes; the format allows 4 GiB, which nothing but an attack needs. */
const MAX_HEADER = 65_536;

const READ: Readonly<Record<string, Encoding>> = {
  '<f2': ENCODINGS.float16,
  '<f4': ENCODINGS.float32,
  '<f8': ENCODINGS.float64,
  '|i1': ENCODINGS.int8,
  '<i2': ENCODINGS.int16,
  '<i4': ENCODINGS.int32,
  '<i8': ENCODINGS.int64,
  '|u1': ENCODINGS.uint8,
  '<u2': ENCODINGS.uint16,
  '|b1': ENCODINGS.bool,
};

const WRITTEN: Readonly<Record<DType, string>> = {
  float32: '<f4',
  float64: '<f8',
  int32: '<i4',
  int64: '<i8',
  uint8: '|u1',
  bool: '|b1',
};

/**
 * The tensor of a NumPy `.npy` file in memory. `f4 f8 i4 i8 u1 b1` are read as they are, `f2` as float32, `i1 i2 u2` as int32;
 * Fortran order is transposed.
 *
 * @param bytes the whole file
 * @throws ERR_FORMAT when the file is damaged, holds Python objects, records or another dtype, or asks for more memory than there is
 *
 * @example
 * parseNpy(serializeNpy(ones([2, 3]))).shape; // [2, 3]
 */
export function parseNpy(bytes: Uint8Array | ArrayBuffer): Tensor {
  return readNpy('parseNpy', needBytes('parseNpy', bytes));
}

export function readNpy(op: string, file: Uint8Array): Tensor {
  const { text, dataAt } = headerOf(op, file);
  const {
    descr,
    fortran_order: fortran,
    shape,
  } = parsePythonDict(op, text, ['descr', 'fortran_order', 'shape']);
  const encoding = encodingOf(op, descr);
  if (typeof fortran !== 'boolean')
    throw formatError(op, 'fortran_order must be True or False', { fortran_order: fortran });
  const size = elementsOf(op, 'the array', shape, MAX_RANK);
  const dims = shape as readonly number[];
  const available = file.length - dataAt;
  if (size * encoding.bytes !== available) {
    throw formatError(op, `the array needs ${size * encoding.bytes} bytes and the file has ${available}`, {
      shape,
      descr,
    });
  }
  checkMemory(op, size * bytesPerElement(encoding.dtype));
  if (!fortran || dims.length < 2) return decode(op, 'the array', encoding, dims, file.subarray(dataAt));
  return fromFortran(decode(op, 'the array', encoding, [...dims].reverse(), file.subarray(dataAt)));
}

function headerOf(op: string, file: Uint8Array): { text: string; dataAt: number } {
  if (file.length < 10 || !MAGIC.every((byte, i) => file[i] === byte)) {
    throw formatError(op, 'this is no .npy file', undefined, 'It must begin with "\\x93NUMPY" and a version');
  }
  const major = file[6] as number;
  const minor = file[7] as number;
  if (major < 1 || major > 3 || minor !== 0)
    throw formatError(op, `version ${major}.${minor} of the format is not known`);
  const start = major === 1 ? 10 : 12;
  if (file.length < start) throw formatError(op, 'the file ends inside the length of its header');
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > MAX_HEADER) throw formatError(op, 'the header is too long', { length, limit: MAX_HEADER });
  if (start + length > file.length) throw formatError(op, 'the file ends inside its header', { length });
  const text = new TextDecoder(major === 3 ? 'utf-8' : 'latin1').decode(file.subarray(start, start + length));
  return { text, dataAt: start + length };
}

function encodingOf(op: string, descr: unknown): Encoding {
  if (Array.isArray(descr)) throw formatError(op, 'arrays of records are not supported', { descr });
  const name = String(descr)
    .replace(/^=/, '<')
    .replace(/^[<|=]?([iub]1)$/, '|$1');
  const encoding = Object.hasOwn(READ, name) ? READ[name] : undefined;
  if (encoding !== undefined) return encoding;
  if (/O/.test(name)) {
    throw formatError(
      op,
      'the array holds pickled Python objects, which can run code when read',
      { descr },
      'Save numbers: np.save(file, array.astype("float32"))',
    );
  }
  throw formatError(
    op,
    'the dtype is not supported',
    { descr },
    `Supported: ${Object.keys(READ).join(', ')}`,
  );
}

/** The row-major tensor of data that was stored column-major: `reversed` has its axes in reverse. */
function fromFortran(reversed: Tensor): Tensor {
  const shape = [...(reversed.shape as readonly number[])].reverse();
  const strides = rowMajorStrides(reversed.shape).reverse();
  const source = reversed.data as TypedArray;
  const out = new (arrayType(reversed.dtype))(source.length) as TypedArray;
  const index = new Array<number>(shape.length).fill(0);
  let from = 0;
  for (let to = 0; to < out.length; to++) {
    out[to] = source[from] as never;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis] as number;
      index[axis] = (index[axis] as number) + 1;
      if ((index[axis] as number) < (shape[axis] as number)) break;
      from -= (strides[axis] as number) * (shape[axis] as number);
      index[axis] = 0;
    }
  }
  return new Tensor(out as never, shape, reversed.dtype) as Tensor;
}

/** A `.npy` file in memory (version 1.0, C order), such as `numpy.load` reads. @example serializeNpy(ones([2, 3])).length; // 152 */
export function serializeNpy(tensor: Tensor): Uint8Array {
  const op = 'serializeNpy';
  if (!(tensor instanceof Tensor)) throw argumentError(op, 'it takes a tensor', { tensor });
  const shape = tensor.shape.length === 1 ? `${tensor.shape[0]},` : tensor.shape.join(', ');
  const dict = `{'descr': '${WRITTEN[tensor.dtype]}', 'fortran_order': False, 'shape': (${shape}), }`;
  const length = Math.ceil((10 + dict.length + 1) / 64) * 64;
  const data = bytesOf(tensor.data as TypedArray);
  const file = new Uint8Array(length + data.length).fill(0x20, 0, length);
  file.set([...MAGIC, 1, 0]);
  new DataView(file.buffer).setUint16(8, length - 10, true);
  file.set(Buffer.from(dict, 'latin1'), 10);
  file[length - 1] = 0x0a;
  file.set(data, length);
  return file;
}

/** Reads a `.npy` file; as `parseNpy`. @example const x = await loadNpy('images.npy'); */
export async function loadNpy(path: string | URL): Promise<Tensor> {
  return readNpy(`loadNpy "${path}"`, await readFile(path));
}

/** Writes a `.npy` file. */
export async function saveNpy(path: string | URL, tensor: Tensor): Promise<void> {
  await writeFile(path, serializeNpy(tensor));
}
