/**
 * A small seeded generator (sfc32, seeded by splitmix32): the same numbers on every machine, fast enough to fill
 * the weights of a large net. Not for cryptography.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: number) {
    let state = (seed ^ Math.floor(seed / 2 ** 32)) | 0;
    const mix = () => {
      state = (state + 0x9e3779b9) | 0;
      let z = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
      z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
      return (z ^ (z >>> 15)) | 0;
    };
    this.#a = mix();
    this.#b = mix();
    this.#c = mix();
    for (let i = 0; i < 12; i++) this.#bits();
  }

  #bits(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    this.#c |= 0;
    return sum >>> 0;
  }

  /** A number in [0, 1) with 32 random bits. */
  next(): number {
    return this.#bits() / 2 ** 32;
  }

  /** Fills with numbers of [low, high). */
  uniform(out: Float32Array | Float64Array, low: number, high: number): void {
    const width = high - low;
    for (let i = 0; i < out.length; i++) out[i] = low + width * this.next();
  }

  /** Fills with normally distributed numbers (Box-Muller). */
  normal(out: Float32Array | Float64Array, mean: number, deviation: number): void {
    for (let i = 0; i < out.length; i += 2) {
      const radius = deviation * Math.sqrt(-2 * Math.log(1 - this.next()));
      const angle = 2 * Math.PI * this.next();
      out[i] = mean + radius * Math.cos(angle);
      if (i + 1 < out.length) out[i + 1] = mean + radius * Math.sin(angle);
    }
  }

  /** As `normal`, drawing again whatever lies more than two deviations from the mean. */
  truncatedNormal(out: Float32Array | Float64Array, mean: number, deviation: number): void {
    const limit = 2 * Math.abs(deviation);
    const pair = new Float64Array(2);
    for (let i = 0; i < out.length; ) {
      this.normal(pair, 0, deviation);
      for (const value of pair) {
        if (Math.abs(value) <= limit && i < out.length) out[i++] = mean + value;
      }
    }
  }
}
