import { spawn } from 'node:child_process';

/**
 * A program that computes for a contender in a language of its own. It answers each line on its stdin with one line of JSON on its
 * stdout; `{ "floats": n }` is followed by n raw float32, and a request may be too. It times its own loop, so nothing of this
 * conversation is part of a time, and it ends when its stdin does.
 */
export class External {
  #child;
  #name;
  #chunks = [];
  #size = 0;
  #header;
  #waiting;
  #ended;

  static async start(name, command, args) {
    const external = new External();
    external.#name = name;
    external.#child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    external.#child.on('error', (error) => external.#end(error.message));
    external.#child.on('exit', (code, signal) => external.#end(`ended (${signal ?? code})`));
    external.#child.stdin.on('error', () => {}); // the program has ended, and `exit` says so
    external.#child.stdout.on('data', (chunk) => external.#take(chunk));
    const hello = await external.#answer();
    return Object.assign(external, { version: hello.version });
  }

  /** Sends a line and arrays after it; resolves to the answer, with `data` where it holds floats. */
  async ask(line, operands = []) {
    const answer = this.#answer();
    this.#child.stdin.write(`${line}\n`);
    for (const { buffer, byteOffset, byteLength } of operands)
      this.#child.stdin.write(new Uint8Array(buffer, byteOffset, byteLength));
    return answer;
  }

  #answer() {
    if (this.#ended) return Promise.reject(new Error(this.#ended));
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  #end(why) {
    this.#ended = `${this.#name}: the program ${why}`;
    this.#waiting?.reject(new Error(this.#ended));
    this.#waiting = undefined;
  }

  #take(chunk) {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    if (this.#header === undefined) {
      const end = chunk.indexOf(10);
      if (end < 0) return;
      const bytes = this.#drain();
      const length = bytes.length - chunk.length + end;
      this.#header = JSON.parse(bytes.toString('utf8', 0, length));
      this.#chunks = [bytes.subarray(length + 1)];
      this.#size = bytes.length - length - 1;
    }
    const { floats } = this.#header;
    if (this.#size >= 4 * (floats ?? 0)) this.#deliver(floats);
  }

  #drain() {
    const bytes = Buffer.concat(this.#chunks);
    this.#chunks = [];
    this.#size = 0;
    return bytes;
  }

  #deliver(floats) {
    const answer = this.#header;
    const bytes = this.#drain();
    this.#header = undefined;
    if (floats !== undefined) answer.data = new Float32Array(new Uint8Array(bytes).buffer, 0, floats);
    const { resolve, reject } = this.#waiting;
    this.#waiting = undefined;
    if (answer.error === undefined) resolve(answer);
    else reject(new Error(answer.error));
  }
}

/** The job that a program has prepared, as the worker wants it. */
export function externalJob(external, prepared) {
  if (!prepared.supported) return undefined;
  return {
    how: prepared.how,
    time: async ({ minMs, maxRuns }) => (await external.ask(`time ${minMs} ${maxRuns}`)).times,
    output: async () => (await external.ask('answer')).data,
    release: () => external.ask('release'),
  };
}
