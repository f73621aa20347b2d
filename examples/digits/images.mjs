import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { tensor } from 'layerwise';
import sharp from 'sharp';
import { SIDE } from './model.mjs';

/** All files below a folder, sorted by path. */
export async function listFiles(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

/** Decodes one file to [SIDE, SIDE, 1] of bytes / 255, grey, scaled to fit. */
async function decode(path) {
  const { data } = await sharp(await readFile(path), { failOn: 'error' })
    .flatten({ background: '#000' })
    .greyscale()
    .resize(SIDE, SIDE, { fit: 'fill' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const pixels = new Float32Array(SIDE * SIDE);
  const step = data.length / pixels.length;
  for (let i = 0; i < pixels.length; i++) pixels[i] = data[i * step] / 255;
  return tensor(pixels, [SIDE, SIDE, 1]);
}

/**
 * Yields `{ file, input }`, or `{ file, error }` for what is no image, in the order of `files`. A few files are decoded ahead, so
 * that sharp's threads and the net work at the same time; no more, so that memory stays flat over a million files.
 */
export async function* decodeAll(folder, files, ahead = 32) {
  const pending = [];
  let next = 0;
  const startOne = () => {
    const file = files[next++];
    const input = decode(join(folder, file));
    pending.push(
      input.then(
        (tensor) => ({ file, input: tensor }),
        (error) => ({ file, error }),
      ),
    );
  };
  while (next < files.length || pending.length > 0) {
    while (next < files.length && pending.length < ahead) startOne();
    yield await pending.shift();
  }
}
