/** Deterministic numbers, the same in every process: contenders make their own inputs instead of passing megabytes around. */

function hash(text) {
  let h = 2166136261;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 16777619);
  return h >>> 0;
}

/** `size` numbers, uniform in [-scale, scale), drawn for a name. */
export function randomFor(name, size, scale = 1) {
  let state = hash(name) || 1;
  const result = new Float32Array(size);
  for (let i = 0; i < size; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    result[i] = ((state >>> 0) / 2147483648 - 1) * scale;
  }
  return result;
}

export const product = (dims) => dims.reduce((a, b) => a * b, 1);

/** [N, C, ...spatial] to [N, ...spatial, C]. */
export function toChannelsLast(data, [n, c, ...spatial]) {
  const pixels = product(spatial);
  const result = new Float32Array(data.length);
  for (let s = 0; s < n; s++) {
    for (let ch = 0; ch < c; ch++) {
      for (let p = 0; p < pixels; p++) result[(s * pixels + p) * c + ch] = data[(s * c + ch) * pixels + p];
    }
  }
  return result;
}

/** [N, ...spatial, C] to [N, C, ...spatial]; the shape is given channels first. */
export function toChannelsFirst(data, [n, c, ...spatial]) {
  const pixels = product(spatial);
  const result = new Float32Array(data.length);
  for (let s = 0; s < n; s++) {
    for (let ch = 0; ch < c; ch++) {
      for (let p = 0; p < pixels; p++) result[(s * c + ch) * pixels + p] = data[(s * pixels + p) * c + ch];
    }
  }
  return result;
}

/** [O, I, ...k] to [...k, I, O]. */
export function toKerasKernel(data, [o, i, ...k]) {
  const taps = product(k);
  const result = new Float32Array(data.length);
  for (let a = 0; a < o; a++) {
    for (let b = 0; b < i; b++) {
      for (let t = 0; t < taps; t++) result[(t * i + b) * o + a] = data[(a * i + b) * taps + t];
    }
  }
  return result;
}
