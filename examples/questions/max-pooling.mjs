// What does max pooling keep? Of each window its largest number: of 2x2 one in 4, of 3x3 one in 9, of nxn one in n^2.
import assert from 'node:assert/strict';
import { arange, maxPool2d, reshape, tensor } from 'layerwise';

/** A single image with a single channel: [1, H, W, 1]. */
const image = (rows) => tensor(rows.flat(), [1, rows.length, rows[0].length, 1]);
const rowsOf = (t) => reshape(t, [t.shape[1], t.shape[2]]).toArray();

const square = maxPool2d(
  image([
    [5, 8],
    [7, 2],
  ]),
  2,
);
assert.deepEqual(rowsOf(square), [[8]]);
console.log('[[5, 8], [7, 2]] with a 2x2 window:', rowsOf(square)); // [[8]]

// The numbers 1 to 9. With a window of 2 the stride is 2 as well, unless you say so: only one window fits.
const nine = image([
  [1, 2, 3],
  [4, 5, 6],
  [7, 8, 9],
]);
assert.deepEqual(rowsOf(maxPool2d(nine, 2)), [[5]]);
const sliding = maxPool2d(nine, 2, { strides: 1 });
assert.deepEqual(rowsOf(sliding), [
  [5, 6],
  [8, 9],
]);
console.log('1..9 with a 2x2 window at stride 1:', rowsOf(sliding)); // [[5, 6], [8, 9]]

// How much is left of a 12x12 map. The output has floor((12 - n) / n) + 1 windows in each direction.
const map = reshape(arange(144), [1, 12, 12, 1]);
for (const n of [2, 3, 4, 6]) {
  const pooled = maxPool2d(map, n);
  const kept = pooled.size / map.size;
  assert.equal(kept, 1 / (n * n));
  console.log(`${n}x${n}: 12x12 -> ${pooled.shape[1]}x${pooled.shape[2]}, keeps one number in ${n * n}`);
}
